/** A certificate file as it is framed: armor and packets, whatever is wrong with them. */

import { OpenPGPError, isOpenPGPError } from '../../errors.ts'
import { fromLatin1 } from '../../octets.ts'
import { packetType } from '../../registry.ts'
import { decodeArmor } from '../../wire/armor.ts'
import type { ArmorBlock } from '../../wire/armor.ts'
import { isBinary } from '../../wire/input.ts'
import { readPackets } from '../../wire/packet.ts'
import type { Packet } from '../../wire/packet.ts'

export interface FileForm {
  /** Empty for a binary file. */
  readonly blocks: readonly ArmorBlock[]
  /** The packets of each certificate or secret key, up to the first that is not whole. */
  readonly groups: readonly (readonly Packet[])[]
  /** Why the rest could not be read. */
  readonly failure: OpenPGPError | undefined
}

/** Reads as far as it can; throws nothing of ours. */
export function readForm(octets: Uint8Array): FileForm {
  const groups: Packet[][] = []
  let blocks: readonly ArmorBlock[] = []
  let failure: OpenPGPError | undefined
  let pieces: readonly Uint8Array[] = [octets]
  try {
    if (!isBinary(octets)) {
      blocks = decodeArmor(fromLatin1(octets))
      pieces = blocks.map((block) => block.octets)
    }
    for (const piece of pieces) for (const packet of readPackets(piece)) place(packet, groups)
    if (groups.length === 0) throw new OpenPGPError('malformed', 'there is no OpenPGP data')
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    failure = error
  }
  return { blocks, groups, failure }
}

/** Packets that stand before certificates in keyrings and say nothing, RFC 9580 §5.8 and §5.14. */
const silent: readonly number[] = [packetType.marker, packetType.padding]

function place(packet: Packet, groups: Packet[][]): void {
  const { type } = packet
  const starts = type === packetType.publicKey || type === packetType.secretKey
  if (!starts && groups.length > 0) groups.at(-1)?.push(packet)
  else if (starts || !silent.includes(type)) groups.push([packet])
}

/** Whether a group is a secret key. */
export function isSecret([first]: readonly Packet[]): boolean {
  return first?.type === packetType.secretKey
}

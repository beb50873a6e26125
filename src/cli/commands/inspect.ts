/** longhand inspect: what is in a file of OpenPGP data, in words. Nothing is verified. */

import { isOpenPGPError } from '../../errors.ts'
import { limits } from '../../limits.ts'
import { readBounded } from '../../node/files.ts'
import { fromLatin1 } from '../../octets.ts'
import { decodeArmor } from '../../wire/armor.ts'
import { isBinary } from '../../wire/input.ts'
import { readPackets } from '../../wire/packet.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { describePacket } from '../describe/packet.ts'
import type { Description } from '../describe/description.ts'
import { renderDescription } from '../describe/description.ts'

interface Piece {
  /** How the octets came: binary, or the armor's type and checksum. */
  readonly form: string
  readonly octets: Uint8Array
}

export const inspect: Command = defineCommand({
  name: 'inspect',
  summary: 'Shows the packets of a certificate or signature file. It verifies nothing.',
  operands: 'FILE',
  options: { json: { type: 'boolean', help: 'the same as JSON' } },
  async run({ options, operands, io }) {
    const [path, ...others] = operands
    if (path === undefined || others.length > 0) throw usageError('inspect', 'give one FILE')
    const octets = await readBounded(path, { limit: limits.inputOctets, what: 'file' })
    const shown: { form: string; packets: Description[] }[] = []
    let failure: unknown
    for (const piece of pieces(octets)) {
      const packets: Description[] = []
      shown.push({ form: piece.form, packets })
      try {
        for (const packet of readPackets(piece.octets)) packets.push(describePacket(packet))
      } catch (error) {
        if (!isOpenPGPError(error)) throw error
        failure ??= error // what stands before it is shown first
      }
    }
    if (options.json) io.out(`${JSON.stringify(shown, undefined, 2)}\n`)
    else {
      for (const { form, packets } of shown) {
        io.out(`${form}\n`)
        for (const packet of packets) io.out(renderDescription(packet, '  '))
      }
    }
    if (failure !== undefined) throw failure
  },
})

function pieces(octets: Uint8Array): Piece[] {
  if (isBinary(octets)) return [{ form: `binary, ${octets.length} octets`, octets }]
  return decodeArmor(fromLatin1(octets)).map((block) => ({
    form: `armored PGP ${block.type}, ${block.octets.length} octets, checksum ${block.checksum}`,
    octets: block.octets,
  }))
}

/** The grammar of signed messages, RFC 9580 §10.3: which signatures are over which data. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { decompress } from '../packet/compressed.ts'
import { readLiteral } from '../packet/literal.ts'
import type { LiteralFormat } from '../packet/literal.ts'
import { announces, readOnePass } from '../packet/one-pass.ts'
import type { OnePass } from '../packet/one-pass.ts'
import * as packetType from '../registry/packet-type.ts'
import type { Packet } from '../wire/packet.ts'
import { attemptSignature, meaningfulPackets, requireRoom } from './document.ts'
import type { ReadSignature } from './document.ts'

export interface SignedMessage {
  readonly signatures: readonly ReadSignature[]
  readonly format: LiteralFormat
  readonly data: Uint8Array
}

/**
 * Reads one signed message: One-Pass Signatures, Literal Data and as many Signatures; or Signatures
 * and Literal Data; either of them whole inside one Compressed Data packet. All else is refused.
 */
export async function readMessage(octets: Uint8Array): Promise<SignedMessage> {
  const packets = readAll(octets)
  const [first, second] = packets
  if (first?.type !== packetType.compressedData || second) return readSigned(packets)
  const inside = readAll(await decompress(first.body))
  // RFC 9580 §13.9 and §14: each layer may be a thousand times larger than the last.
  if (inside.some(({ type }) => type === packetType.compressedData)) {
    throw new OpenPGPError('unsupported', 'compressed data inside of compressed data')
  }
  return readSigned(inside)
}

function readAll(octets: Uint8Array): Packet[] {
  const packets: Packet[] = []
  for (const packet of meaningfulPackets(octets)) {
    if (packets.length > 2 * limits.signaturesPerFile) {
      throw new OpenPGPError('limit', `a message of more than ${packets.length} packets`)
    }
    packets.push(packet)
  }
  return packets
}

function readSigned(packets: readonly Packet[]): SignedMessage {
  const at = packets.findIndex(({ type }) => type === packetType.literalData)
  const literal = packets[at]
  if (!literal) throw noLiteral(packets)
  const before = packets.slice(0, at)
  const after = packets.slice(at + 1)
  const signatures =
    before[0]?.type === packetType.onePassSignature || after.length > 0
      ? pair(bodiesOf(before, packetType.onePassSignature), bodiesOf(after, packetType.signature))
      : bodiesOf(before, packetType.signature).map(attemptSignature)
  if (signatures.length === 0) {
    throw new OpenPGPError('signature-missing', 'the message is not signed')
  }
  return { signatures, ...readLiteral(literal.body) }
}

function bodiesOf(packets: readonly Packet[], expected: number): Uint8Array[] {
  return packets.map(({ type, body }, index) => {
    if (type !== expected) throw malformed(`a packet of type ${type} stands in a signed message`)
    requireRoom(index)
    return body
  })
}

/** RFC 9580 §5.4 and §10.3: the last One-Pass announces the first Signature, and so on outwards. */
function pair(
  onePasses: readonly Uint8Array[],
  signatures: readonly Uint8Array[],
): ReadSignature[] {
  if (onePasses.length !== signatures.length) {
    const counts = `${onePasses.length} One-Pass and ${signatures.length} Signature packets`
    throw malformed(`the message has ${counts}`)
  }
  const announced = onePasses.map(attemptOnePass)
  // A flag of 0 on the last one contradicts §5.4, is written all the same, and has but one reading.
  if (announced.slice(0, -1).some((each) => !isOpenPGPError(each) && each.last)) {
    throw new OpenPGPError('unsupported', 'a signature over another signed message')
  }
  return announced.reverse().map((onePass, index) => {
    const signature = attemptSignature(signatures[index] ?? new Uint8Array())
    if (isOpenPGPError(signature)) return signature
    if (isOpenPGPError(onePass)) return onePass
    if (announces(onePass, signature)) return signature
    return malformed('the One-Pass packet does not announce the signature that follows')
  })
}

function attemptOnePass(body: Uint8Array): OnePass | OpenPGPError {
  try {
    return readOnePass(body)
  } catch (error) {
    if (isOpenPGPError(error)) return error
    throw error
  }
}

const encrypted: readonly number[] = [
  packetType.publicKeyEncryptedSessionKey,
  packetType.symmetricKeyEncryptedSessionKey,
  packetType.symmetricallyEncryptedData,
  packetType.symmetricallyEncryptedIntegrityProtectedData,
]

function noLiteral(packets: readonly Packet[]): OpenPGPError {
  if (packets.some(({ type }) => encrypted.includes(type))) {
    return new OpenPGPError('unsupported', 'the message is encrypted')
  }
  return new OpenPGPError('malformed', 'the message holds no data', {
    hint: 'is this a detached signature? give the data that it is over',
  })
}

function malformed(message: string): OpenPGPError {
  return new OpenPGPError('malformed', message)
}

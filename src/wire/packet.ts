/** Packet framing: headers in both formats, definite and partial lengths, RFC 9580 §4.2. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { concat, join } from '../octets.ts'
import * as packetType from '../registry/packet-type.ts'
import { Cursor } from './cursor.ts'
import { readPacketLength, writeLength } from './length.ts'

/** A framed packet: its type and its body, nothing interpreted. */
export interface Packet {
  /** Packet type ID, RFC 9580 §5. */
  readonly type: number
  readonly body: Uint8Array
  /** Header form: the current OpenPGP format or the legacy one, RFC 9580 §4.2.1 and §4.2.2. */
  readonly format: 'openpgp' | 'legacy'
  /** Where the header starts. */
  readonly offset: number
  /** Header and body as they were read. */
  readonly octets: Uint8Array
}

/** Packets that may come in parts of unknown number, RFC 9580 §4.2.1.4. */
function isDataPacket(type: number): boolean {
  return (
    type === packetType.compressedData ||
    type === packetType.symmetricallyEncryptedData ||
    type === packetType.literalData ||
    type === packetType.symmetricallyEncryptedIntegrityProtectedData
  )
}

/** A packet in the OpenPGP format with the shortest definite length. `usage` for a type not 1 to 63. */
export function writePacket(type: number, body: Uint8Array): Uint8Array {
  if (!Number.isInteger(type) || type < 1 || type > 63) {
    throw new OpenPGPError('usage', `there is no packet type ${type}`)
  }
  return concat(Uint8Array.of(0xc0 | type), writeLength(body.length), body)
}

/**
 * Yields packets one by one, so that those before a malformed one are seen.
 * Throws `malformed` for framing that is wrong, `limit` for more than `limits` allows.
 */
export function* readPackets(octets: Uint8Array): Generator<Packet, void, void> {
  const cursor = new Cursor(octets, 'packet')
  for (let count = 0; cursor.remaining > 0; count += 1) {
    if (count === limits.packets) {
      throw new OpenPGPError('limit', `more than ${limits.packets} packets in one input`)
    }
    yield readPacket(cursor)
  }
}

function readPacket(cursor: Cursor): Packet {
  const offset = cursor.offset
  const header = cursor.octet()
  if (!(header & 0x80)) {
    throw new OpenPGPError('malformed', `no packet starts at offset ${offset}`, {
      hint: 'OpenPGP data is binary packets or begins with -----BEGIN PGP',
    })
  }
  const format = header & 0x40 ? 'openpgp' : 'legacy'
  const type = format === 'openpgp' ? header & 0x3f : (header >> 2) & 0x0f
  if (type === 0) throw new OpenPGPError('malformed', `packet type 0 at offset ${offset}`)
  const body = format === 'openpgp' ? readBody(cursor, type) : readLegacyBody(cursor, type, header)
  const whole = cursor.octets.subarray(offset, cursor.offset)
  return { type, body, format, offset, octets: whole }
}

function readBody(cursor: Cursor, type: number): Uint8Array {
  const first = readPacketLength(cursor)
  if (!first.partial) return takeBody(cursor, type, first.length)
  // RFC 9580 §4.2.1.4: only for data packets, and the first part holds at least 512 octets.
  if (!isDataPacket(type) || first.length < 512) {
    throw new OpenPGPError('malformed', `packet type ${type} with a partial length`)
  }
  const parts = [cursor.take(first.length)]
  while (parts.length < limits.packets) {
    const { length, partial } = readPacketLength(cursor)
    parts.push(cursor.take(length))
    if (!partial) return join(parts)
  }
  throw new OpenPGPError('limit', `a packet in more than ${limits.packets} parts`)
}

/** RFC 9580 §4.2.2: the length's width in the header's last two bits, 3 for "to the end". */
function readLegacyBody(cursor: Cursor, type: number, header: number): Uint8Array {
  switch (header & 0x03) {
    case 0:
      return takeBody(cursor, type, cursor.octet())
    case 1:
      return takeBody(cursor, type, cursor.uint16())
    case 2:
      return takeBody(cursor, type, cursor.uint32())
    default:
      if (!isDataPacket(type)) {
        throw new OpenPGPError('malformed', `packet type ${type} with an indeterminate length`)
      }
      return cursor.rest()
  }
}

function takeBody(cursor: Cursor, type: number, length: number): Uint8Array {
  if (length > limits.packetOctets && !isDataPacket(type)) {
    throw new OpenPGPError('limit', `packet type ${type} declares ${length} octets`)
  }
  return cursor.take(length)
}

/** Lengths of packets in the OpenPGP format and of subpackets, RFC 9580 §4.2.1 and §5.2.3.7. */

import { concat, uint32 } from '../octets.ts'
import type { Cursor } from './cursor.ts'

/** The shortest encoding: one octet to 191, two to 8383, else five (RFC 9580 §4.2.1). */
export function writeLength(length: number): Uint8Array {
  if (length < 192) return Uint8Array.of(length)
  if (length < 8384) return Uint8Array.of(((length - 192) >> 8) + 192, length - 192)
  return concat(Uint8Array.of(255), uint32(length))
}

/** A subpacket's length, RFC 9580 §5.2.3.7: like a packet's, with two-octet lengths up to 16,319. */
export function readSubpacketLength(cursor: Cursor): number {
  const first = cursor.octet()
  if (first < 192) return first
  if (first < 255) return ((first - 192) << 8) + cursor.octet() + 192
  return cursor.uint32()
}

/** A packet's length, RFC 9580 §4.2.1; `partial` when only this much of the body follows (§4.2.1.4). */
export function readPacketLength(cursor: Cursor): { length: number; partial: boolean } {
  const first = cursor.octet()
  if (first < 192) return { length: first, partial: false }
  if (first < 224) return { length: ((first - 192) << 8) + cursor.octet() + 192, partial: false }
  if (first < 255) return { length: 2 ** (first & 0x1f), partial: true }
  return { length: cursor.uint32(), partial: false }
}

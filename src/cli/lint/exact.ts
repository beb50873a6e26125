/** Signatures whose numbers declare more bits than they have: read all the same, and told. */

import { isOpenPGPError } from '../../errors.ts'
import { concat } from '../../octets.ts'
import { readSignature } from '../../packet/signature.ts'
import { packetType } from '../../registry.ts'
import { Cursor } from '../../wire/cursor.ts'
import { writeMpi } from '../../wire/mpi.ts'
import { writePacket } from '../../wire/packet.ts'
import type { Packet } from '../../wire/packet.ts'

/**
 * The packet with exact bit counts, for a Signature packet that is readable so and not otherwise
 * (RFC 9580 §3.2); undefined for any other. The signed part stays as it was.
 */
export function withExactMpis(packet: Packet): Packet | undefined {
  if (packet.type !== packetType.signature || packet.body[0] !== 4 || canRead(packet.body)) {
    return undefined
  }
  try {
    const cursor = new Cursor(packet.body, 'Signature packet')
    cursor.take(4)
    cursor.take(cursor.uint16())
    cursor.take(cursor.uint16())
    cursor.take(2)
    const parts = [packet.body.subarray(0, cursor.offset)]
    while (cursor.remaining > 0) parts.push(writeMpi(cursor.take((cursor.uint16() + 7) >> 3)))
    const body = concat(...parts)
    return canRead(body) ? { ...packet, body, octets: writePacket(packet.type, body) } : undefined
  } catch (error) {
    if (isOpenPGPError(error)) return undefined
    throw error
  }
}

function canRead(body: Uint8Array): boolean {
  try {
    readSignature(body)
    return true
  } catch (error) {
    if (isOpenPGPError(error)) return false
    throw error
  }
}

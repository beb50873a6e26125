/** Multiprecision integers, RFC 9580 §3.2, with exact bit counts in both directions. */

import { OpenPGPError } from '../errors.ts'
import { mpiBits } from '../limits.ts'
import { concat, uint16 } from '../octets.ts'
import type { Cursor } from './cursor.ts'

/** Bits of a big-endian number, counted from its highest bit that is set. */
export function bitLength(number: Uint8Array): number {
  const { length, 0: first = 0 } = stripZeros(number)
  return length === 0 ? 0 : 8 * length - Math.clz32(first) + 24
}

/** The number without leading zero octets, as a view. */
export function stripZeros(number: Uint8Array): Uint8Array {
  return number.subarray(leadingZeros(number))
}

/** Zero octets in front; a loop, because `findIndex` takes twenty times as long. */
function leadingZeros(number: Uint8Array): number {
  let zeros = 0
  while (number[zeros] === 0) zeros += 1
  return zeros
}

/** A big-endian number with its exact bit count before it; leading zero octets are dropped. */
export function writeMpi(number: Uint8Array): Uint8Array {
  const bits = requireBits(bitLength(number))
  return concat(uint16(bits), stripZeros(number))
}

/**
 * The octets of one MPI. A bit count that is not exact is `malformed`: RFC 9580 §3.2 forbids it, and
 * two encodings of one number would make two signatures of one.
 */
export function readMpi(cursor: Cursor): Uint8Array {
  const bits = requireBits(cursor.uint16())
  const number = cursor.take((bits + 7) >> 3)
  if (bitLength(number) !== bits) {
    throw new OpenPGPError('malformed', `an MPI declares ${bits} bits and has ${bitLength(number)}`)
  }
  return number
}

function requireBits(bits: number): number {
  if (bits <= mpiBits) return bits
  throw new OpenPGPError('limit', `an MPI of ${bits} bits, ${mpiBits} at most`)
}

/** A file of OpenPGP data, armored or binary, as the octets of packets. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { fromLatin1 } from '../octets.ts'
import { decodeArmor } from './armor.ts'
import type { ArmorType } from './armor.ts'

/** Whether these are binary packets: every packet header has its top bit set, RFC 9580 §4.2. */
export function isBinary(octets: Uint8Array): boolean {
  return ((octets[0] ?? 0) & 0x80) !== 0
}

/**
 * The packets' octets: the input itself when it is binary, else one piece for each armored block.
 * `expected` is the armor type that the caller can use; another is `malformed` and named.
 */
export function readInput(octets: Uint8Array, expected: ArmorType, what: string): Uint8Array[] {
  if (octets.length > limits.inputOctets) {
    throw new OpenPGPError('limit', `${what} has ${octets.length} octets`)
  }
  if (isBinary(octets)) return [octets]
  const blocks = decodeArmor(fromLatin1(octets))
  const foreign = blocks.find((block) => block.type !== expected)
  if (foreign) {
    throw new OpenPGPError(
      'malformed',
      `${what} holds a PGP ${foreign.type}, not a PGP ${expected}`,
    )
  }
  if (blocks.length === 0) {
    throw new OpenPGPError('malformed', `${what} is not OpenPGP data`, {
      hint: `it should be binary packets or an armored PGP ${expected}`,
    })
  }
  return blocks.map((block) => block.octets)
}

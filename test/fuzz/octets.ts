/** Changes to octets that know nothing of what they mean. */

import { concat } from '../../src/octets.ts'
import type { Random } from './random.ts'

const telling = [0x00, 0x01, 0x7f, 0x80, 0xbf, 0xc0, 0xdf, 0xe0, 0xfe, 0xff] as const

/** One to four changes; `other` is what pieces may come from. */
export function mutateOctets(
  random: Random,
  octets: Uint8Array,
  other: Uint8Array = octets,
): Uint8Array {
  let mutated = octets
  for (let left = random.between(1, 4); left > 0; left -= 1) {
    mutated = change(random, mutated, other)
  }
  return mutated
}

function change(random: Random, octets: Uint8Array, other: Uint8Array): Uint8Array {
  const at = random.below(octets.length + 1)
  const to = Math.min(octets.length, at + random.between(1, 16))
  const [before, within, after] = [
    octets.subarray(0, at),
    octets.subarray(at, to),
    octets.subarray(to),
  ]
  switch (random.below(8)) {
    case 0: {
      const flipped = Uint8Array.from(octets)
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8))
      return flipped
    }
    case 1: {
      const set = Uint8Array.from(octets)
      if (at < set.length) set[at] = random.pick(telling)
      return set
    }
    case 2:
      return concat(before, random.octets(random.between(1, 8)), octets.subarray(at))
    case 3:
      return concat(before, after)
    case 4:
      return before
    case 5:
      return concat(before, within, within, after)
    case 6: {
      const from = random.below(other.length + 1)
      const piece = other.subarray(from, from + random.between(1, 64))
      return concat(before, piece, after)
    }
    default:
      return concat(before, random.octets(within.length), after)
  }
}

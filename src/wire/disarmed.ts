/** Armor with a colon before its BEGIN line, which no reader takes for armor: as gpg keeps revocations. */

import { join, utf8 } from '../octets.ts'
import { isBinary } from './input.ts'

const colon = 0x3a
const marker: Uint8Array = utf8('-----BEGIN PGP ')

/** The same text, disarmed. */
export function disarm(armored: string): string {
  return armored.replace(/^(?=-----BEGIN PGP )/gm, ':')
}

/** Whether a file has a block that is disarmed. */
export function isDisarmed(octets: Uint8Array): boolean {
  return !isBinary(octets) && colonsOf(octets).length > 0
}

/** The same octets without the colons that disarm them. */
export function rearm(octets: Uint8Array): Uint8Array {
  const colons = isBinary(octets) ? [] : colonsOf(octets)
  const starts = [0, ...colons.map((at) => at + 1)]
  return join(starts.map((start, index) => octets.subarray(start, colons[index])))
}

/** Where they stand. */
function colonsOf(octets: Uint8Array): number[] {
  const found: number[] = []
  for (let at = octets.indexOf(colon); at !== -1; at = octets.indexOf(colon, at + 1)) {
    const startsLine = at === 0 || octets[at - 1] === 0x0a || octets[at - 1] === 0x0d
    if (startsLine && marker.every((octet, index) => octets[at + 1 + index] === octet)) {
      found.push(at)
    }
  }
  return found
}

/**
 * Armor (RFC 9580 §6.2) that no program reads: a colon stands in place of the first dash of its BEGIN line. Before all
 * of the dashes, as in the revocations of gpg and in older ones of ours, it keeps gpg from reading it,
 * but not those that look for `-----BEGIN PGP` anywhere: rnp and rpm import it.
 */

import { join, utf8 } from '../octets.ts'
import { isBinary } from './input.ts'

const colon = 0x3a
const byteOrderMark: Uint8Array = Uint8Array.of(0xef, 0xbb, 0xbf)
/** Behind the colon. */
const marker: Uint8Array = utf8('----BEGIN PGP ')
const olderMarker: Uint8Array = utf8('-----BEGIN PGP ')

/** The same text, disarmed. */
export function disarm(armored: string): string {
  return armored.replace(/^-(?=----BEGIN PGP )/gm, ':')
}

/** Whether a file has a block that is disarmed, in the older form or in this one. */
export function isDisarmed(octets: Uint8Array): boolean {
  return marksOf(withoutMark(octets)).length > 0
}

/** The same octets with their blocks armed; a byte order mark before them is left out then. */
export function rearm(octets: Uint8Array): Uint8Array {
  const text = withoutMark(octets)
  const marks = marksOf(text)
  if (marks.length === 0) return octets
  const pieces = marks.flatMap(({ at, older }, index) => [
    text.subarray((marks[index - 1]?.at ?? -1) + 1, at),
    utf8(older ? '' : '-'),
  ])
  return join([...pieces, text.subarray((marks.at(-1)?.at ?? -1) + 1)])
}

function withoutMark(octets: Uint8Array): Uint8Array {
  return startsAt(octets, 0, byteOrderMark) ? octets.subarray(byteOrderMark.length) : octets
}

interface Mark {
  /** Where its colon stands. */
  readonly at: number
  readonly older: boolean
}

function marksOf(octets: Uint8Array): Mark[] {
  if (isBinary(octets)) return []
  const found: Mark[] = []
  for (let at = octets.indexOf(colon); at !== -1; at = octets.indexOf(colon, at + 1)) {
    const startsLine = at === 0 || octets[at - 1] === 0x0a || octets[at - 1] === 0x0d
    if (!startsLine) continue
    const older = startsAt(octets, at + 1, olderMarker)
    if (older || startsAt(octets, at + 1, marker)) found.push({ at, older })
  }
  return found
}

function startsAt(octets: Uint8Array, at: number, expected: Uint8Array): boolean {
  return expected.every((octet, index) => octets[at + index] === octet)
}

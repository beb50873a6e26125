/** What a flip of one octet of a file touches: of packets as they are, armored, or in a cleartext. */

import { fromLatin1 } from '../../../src/octets.ts'
import { decodeArmor } from '../../../src/wire/armor.ts'
import { isCleartext } from '../../../src/wire/cleartext.ts'
import type { Regions } from './regions.ts'

/** The regions that a flip touches: `bits` are what is turned of the octet at `offset`. */
export type Touched = (offset: number, bits: number) => readonly string[]

/** The map of a file; `regionsOf` is that of its packets. */
export function mapFile(octets: Uint8Array, regionsOf: (octets: Uint8Array) => Regions): Touched {
  const text = fromLatin1(octets)
  const [block] = decodeArmor(text.slice(Math.max(0, text.lastIndexOf('-----BEGIN PGP '))))
  if (!block) {
    const regions = regionsOf(octets)
    return (offset) => [regions[offset] ?? 'nothing']
  }
  const places = placesIn(octets, isCleartext(octets))
  const regions = regionsOf(block.octets)
  return (offset, bits) => {
    const place = places[offset] ?? 'nothing'
    if (typeof place === 'string') return [place]
    const before = octets[offset] ?? 0
    const turned = valueOf(before) ^ valueOf(before ^ bits)
    if (valueOf(before ^ bits) < 0 || valueOf(before) < 0) return ['armor/base64']
    // A character holds six bits, of one octet or of two.
    const first = Math.floor((6 * place.character) / 8)
    const last = Math.floor((6 * place.character + 5) / 8)
    const inLast = last === first ? 0 : (6 * place.character + 6) % 8
    const touched = [
      ...(turned >> inLast ? [first] : []),
      ...(turned & ((1 << inLast) - 1) ? [last] : []),
    ]
    return [...new Set(touched.map((at) => regions[at] ?? 'armor/unused bits'))]
  }
}

/** A region, or which character of the base64 it is. */
type Place = string | { readonly character: number }

/** The lines of a file that is known to be sound, RFC 9580 §6.2 and §7.1. */
function placesIn(octets: Uint8Array, cleartext: boolean): Place[] {
  const places: Place[] = []
  let part = cleartext ? 'cleartext' : 'armor'
  let state: 'begin' | 'header' | 'text' | 'base64' | 'after' = 'begin'
  let character = 0
  const put = (place: string, count: number): void => {
    places.push(...new Array<string>(count).fill(`${part}/${place}`))
  }
  for (const whole of fromLatin1(octets).split(/(?<=\n)/)) {
    const line = whole.trimEnd()
    if (state === 'text' && line === '-----BEGIN PGP SIGNATURE-----') {
      part = 'armor'
      state = 'begin'
    }
    let end = 'line end'
    if (state === 'begin') {
      put('begin line', line.length)
      state = 'header'
    } else if (state === 'header') {
      put('header', line.length)
      if (line === '') state = part === 'cleartext' ? 'text' : 'base64'
    } else if (state === 'text') {
      const escape = line.startsWith('- ') ? 2 : 0
      put('dash escape', escape)
      put('text', line.length - escape)
      end = 'text line end'
    } else if (state === 'after' || line.startsWith('-----END')) {
      put('end line', line.length)
      state = 'after'
      end = 'last line end'
    } else if (line.startsWith('=')) put('crc24', line.length)
    else {
      for (const digit of line) {
        places.push(digit === '=' ? 'armor/padding' : { character: character++ })
      }
    }
    const ended = whole.endsWith('\n') ? 1 : 0
    put('blanks', whole.length - line.length - ended)
    put(end, ended)
  }
  return places
}

/** The value of a base64 character; -1 for any other. */
function valueOf(octet: number): number {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  return alphabet.indexOf(String.fromCharCode(octet))
}

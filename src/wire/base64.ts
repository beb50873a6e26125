/** Base64 with the alphabet of RFC 4648 §4, by table: the same code in every JavaScript. */

import { fromLatin1 } from '../octets.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const values = new Uint8Array(128).fill(0xff)
for (let value = 0; value < 64; value += 1) values[alphabet.charCodeAt(value)] = value

/** Base64 with padding, without line breaks. */
export function encodeBase64(octets: Uint8Array): string {
  const characters = new Uint8Array(4 * Math.ceil(octets.length / 3)).fill(0x3d)
  for (let i = 0, at = 0; i < octets.length; i += 3, at += 4) {
    const group = ((octets[i] ?? 0) << 16) | ((octets[i + 1] ?? 0) << 8) | (octets[i + 2] ?? 0)
    const take = Math.min(octets.length - i, 3) + 1
    for (let shift = 18, n = 0; n < take; shift -= 6, n += 1) {
      characters[at + n] = alphabet.charCodeAt((group >> shift) & 0x3f)
    }
  }
  return fromLatin1(characters)
}

/** The octets, or undefined for anything but canonical, padded base64 without white space. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const digits = text.length - padding
  const octets = new Uint8Array((text.length / 4) * 3 - padding)
  let group = 0
  for (let i = 0, at = 0; i < text.length; i += 1) {
    const value = i < digits ? (values[text.charCodeAt(i)] ?? 0xff) : 0
    if (value === 0xff) return undefined
    group = ((group & 0x3ffff) << 6) | value
    if (i % 4 === 3) {
      for (const shift of [16, 8, 0]) if (at < octets.length) octets[at++] = (group >> shift) & 0xff
    }
  }
  const unused = padding === 2 ? 0xffff : padding === 1 ? 0xff : 0
  return padding > 0 && group & unused ? undefined : octets
}

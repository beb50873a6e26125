/** Base64 with the alphabet of RFC 4648 §4, by table: the same code in every JavaScript. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const digits = /* @__PURE__ */ Uint8Array.from(alphabet, (digit) => digit.charCodeAt(0))
const values = /* @__PURE__ */ valuesByDigit()

function valuesByDigit(): Uint8Array {
  const byDigit = new Uint8Array(128).fill(0xff)
  for (let value = 0; value < 64; value += 1) byDigit[alphabet.charCodeAt(value)] = value
  return byDigit
}

/** Base64 with padding, without line breaks. */
export function encodeBase64(octets: Uint8Array): string {
  const characters = new Uint8Array(4 * Math.ceil(octets.length / 3))
  for (let i = 0, at = 0; i < octets.length; i += 3) {
    const group = ((octets[i] ?? 0) << 16) | ((octets[i + 1] ?? 0) << 8) | (octets[i + 2] ?? 0)
    characters[at++] = digits[group >> 18] ?? 0
    characters[at++] = digits[(group >> 12) & 0x3f] ?? 0
    characters[at++] = digits[(group >> 6) & 0x3f] ?? 0
    characters[at++] = digits[group & 0x3f] ?? 0
  }
  if (octets.length % 3 > 0) characters.fill(0x3d, characters.length - 3 + (octets.length % 3))
  return new TextDecoder().decode(characters) // ASCII, and the fastest way to text
}

/** The octets, or undefined for anything but canonical, padded base64 without white space. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const digitsEnd = text.length - padding
  const octets = new Uint8Array((text.length / 4) * 3)
  let [group, seen] = [0, 0]
  for (let i = 0, at = 0; i < text.length; i += 1) {
    const value = i < digitsEnd ? (values[text.charCodeAt(i)] ?? 0xff) : 0
    seen |= value
    group = (group << 6) | value
    if (i % 4 < 3) continue
    octets[at++] = group >> 16
    octets[at++] = group >> 8
    octets[at++] = group
  }
  const unused = padding === 2 ? 0xffff : padding === 1 ? 0xff : 0
  if (seen > 0x3f || (group & unused) !== 0) return undefined
  return octets.slice(0, octets.length - padding)
}

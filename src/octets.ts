/** Octet strings: joining, comparing, hexadecimal and big-endian numbers. */

/** Joins octet strings into a new one. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return join(parts)
}

/** The same for a list of any length: a call takes only so many arguments. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Whether two octet strings are the same. Not constant-time: nothing secret is compared here. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false
  return true
}

/** Upper-case hexadecimal, two digits an octet. */
export function toHex(octets: Uint8Array): string {
  const digits: string[] = []
  for (const octet of octets) digits.push(hexDigits[octet] ?? '')
  return digits.join('') // flat: a string that grew by + keeps a node for each step
}

const hexDigits: readonly string[] = Array.from('0123456789ABCDEF').flatMap((high, _, digits) =>
  digits.map((low) => high + low),
)

/** The octets of a hexadecimal string; undefined when it is not one. */
export function fromHex(hex: string): Uint8Array | undefined {
  if (hex.length % 2 !== 0 || /[^0-9a-f]/i.test(hex)) return undefined
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** A big-endian 16-bit number; an octet takes the lowest eight bits of what it is given. */
export function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value)
}

/** A big-endian 32-bit number. */
export function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

/** UTF-8 octets of a string. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** The string that UTF-8 octets spell; undefined when they are not UTF-8. A leading U+FEFF is kept. */
export function fromUtf8(octets: Uint8Array): string | undefined {
  if (octets.every((octet) => octet < 0x80)) return fromLatin1(octets) // ASCII, mostly
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets)
  } catch {
    return undefined
  }
}

/** One character for each octet, U+0000 to U+00FF. */
export function fromLatin1(octets: Uint8Array): string {
  let text = ''
  for (let at = 0; at < octets.length; at += 4096) {
    // One by one takes 40 times the memory; to spread the octets, 8 times the time.
    text += Reflect.apply(String.fromCharCode, undefined, octets.subarray(at, at + 4096)) as string
  }
  return text
}

/** The octets of a text of U+0000 to U+00FF, one for each character. */
export function toLatin1(text: string): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at += 1) octets[at] = text.charCodeAt(at)
  return octets
}

/** Reading the Cleartext Signature Framework, RFC 9580 §7. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { fromLatin1 } from '../octets.ts'
import { decodeArmor } from './armor.ts'

/** Names of hashes in a `Hash` header: the text names of RFC 9580 §9.5. */
export const hashTextNames: readonly string[] = [
  ...['MD5', 'SHA1', 'RIPEMD160', 'SHA256', 'SHA384', 'SHA512', 'SHA224', 'SHA3-256', 'SHA3-512'],
]

export interface CleartextMessage {
  /** What the `Hash` headers name. It says nothing of the signatures: RFC 9580 §6.2.2.3. */
  readonly hashes: readonly string[]
  /**
   * The signed text as the signature covers it: dash escapes and white space at line ends taken
   * off, LF between lines, without the line ending before the signature (RFC 9580 §7.1, §7.2).
   */
  readonly text: Uint8Array
  /** The Signature packets. */
  readonly signature: Uint8Array
}

/** The first line of a message. */
export const begin: string = '-----BEGIN PGP SIGNED MESSAGE-----'
const beginSignature = '-----BEGIN PGP SIGNATURE-----'
const endSignature = '-----END PGP SIGNATURE-----'

/** Whether the octets begin as a cleartext signed message does. */
export function isCleartext(octets: Uint8Array): boolean {
  return fromLatin1(octets.subarray(0, begin.length)) === begin
}

/**
 * Reads a file that is one cleartext signed message and nothing else, RFC 9580 §7.1.
 * Throws `malformed` for text before or after it and for all that readers could take differently:
 * other headers than `Hash`, lines with a dash that is not escaped, NUL, CR inside a line.
 */
export function readCleartext(octets: Uint8Array): CleartextMessage {
  if (octets.length > limits.inputOctets) {
    throw new OpenPGPError('limit', `the signed message has ${octets.length} octets`)
  }
  const lines = new Lines(octets)
  if (!says(lines.next(), begin)) {
    throw malformed('the first line is not that of a cleartext signed message', {
      hint: `nothing may stand before ${begin}: a reader would take it for signed`,
    })
  }
  const hashes = readHeaders(lines)
  return { hashes, text: readText(lines), signature: readSignatureBlock(lines) }
}

/** Line after line as views, of which none is kept: a file of empty lines costs its own size. */
class Lines {
  readonly octets: Uint8Array
  /** Where the next line starts. */
  at = 0

  constructor(octets: Uint8Array) {
    this.octets = octets
  }

  /** Without its LF; undefined after the last. */
  next(): Uint8Array | undefined {
    if (this.at > this.octets.length) return undefined
    const start = this.at
    let end = start
    while (end < this.octets.length && this.octets[end] !== 0x0a) end += 1
    this.at = end + 1
    return this.octets.subarray(start, end)
  }
}

/** RFC 9580 §6.2.2.3: a header that is no list of hashes voids the message; a list says nothing. */
function readHeaders(lines: Lines): string[] {
  const hashes: string[] = []
  for (let count = 0; ; count += 1) {
    const line = lines.next()
    if (!line) throw malformed('there is no empty line after the headers')
    if (line.length === 0 || (line.length === 1 && line[0] === 0x0d)) return hashes
    if (count === limits.cleartextHeaders) {
      throw new OpenPGPError('limit', `more than ${count} headers in a cleartext signed message`)
    }
    const text = line.length > limits.armorLine ? '' : fromLatin1(stripEnd(line))
    const names = /^Hash: (.*)$/.exec(text)?.[1]?.split(/, ?/)
    if (!names?.every((name) => hashTextNames.includes(name))) {
      throw malformed('a cleartext signed message has a header that is no "Hash" of known names')
    }
    hashes.push(...names)
  }
}

/** Reads as far as the line that begins the signature, which is the next one then. */
function readText(lines: Lines): Uint8Array {
  const text = new Uint8Array(lines.octets.length - Math.min(lines.at, lines.octets.length))
  let length = 0
  for (let first = true; ; first = false) {
    const start = lines.at
    const line = lines.next()
    if (!line) throw malformed('the cleartext has no signature after it')
    if (says(line, beginSignature)) {
      if (first) throw malformed('there is no line between headers and signature')
      lines.at = start
      return text.slice(0, length)
    }
    if (!first) text[length++] = 0x0a
    if (line.length === 0) continue
    const covered = readLine(line)
    text.set(covered, length)
    length += covered.length
  }
}

/** RFC 9580 §7.2: one escape off, then the white space at the end. */
function readLine(line: Uint8Array): Uint8Array {
  if (line.length > limits.cleartextLine) {
    throw new OpenPGPError('limit', `a line of ${line.length} octets in the cleartext`)
  }
  const dashed = line[0] === 0x2d
  if (dashed && line[1] !== 0x20) {
    throw malformed('a line of the cleartext begins with a dash that is not escaped')
  }
  const text = stripEnd(dashed ? line.subarray(2) : line)
  // Others take a CR for the end of a line, and NUL for the end of all.
  if (text.includes(0x0d) || text.includes(0x00)) {
    throw malformed('the cleartext has a CR inside a line, or a NUL')
  }
  return text
}

function readSignatureBlock(lines: Lines): Uint8Array {
  const start = lines.at
  for (let ended = false; !ended;) {
    const line = lines.next()
    if (!line) throw malformed('the armored SIGNATURE has no END line')
    if (lines.at - start > 2 * limits.signatureFileOctets) {
      throw new OpenPGPError('limit', 'the signature of the cleartext is too long')
    }
    ended = says(line, endSignature)
  }
  if (lines.octets.subarray(lines.at).some((octet) => octet !== 0x0a && !isBlank(octet))) {
    throw malformed('something stands after the signature of the cleartext', {
      hint: 'a file is one cleartext signed message: what follows it is not signed',
    })
  }
  const [block] = decodeArmor(fromLatin1(lines.octets.subarray(start, lines.at)))
  return block?.octets ?? new Uint8Array()
}

/** RFC 9580 §6.2: nothing but white space may follow on the line of a boundary. */
function says(line: Uint8Array | undefined, boundary: string): boolean {
  if (line?.[0] !== 0x2d) return false
  const stripped = stripEnd(line)
  return stripped.length === boundary.length && fromLatin1(stripped) === boundary
}

/** RFC 9580 §7.2: space, tab and CR at the end of a line are no part of it, and nothing else is. */
function stripEnd(line: Uint8Array): Uint8Array {
  let end = line.length
  while (end > 0 && isBlank(line[end - 1])) end -= 1
  return end === line.length ? line : line.subarray(0, end)
}

function isBlank(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09 || octet === 0x0d
}

function malformed(message: string, details: { readonly hint?: string } = {}): OpenPGPError {
  return new OpenPGPError('malformed', message, details)
}

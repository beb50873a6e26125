/** The Cleartext Signature Framework, RFC 9580 §7, both ways. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { fromLatin1, fromUtf8, toLatin1, utf8 } from '../octets.ts'
import { decodeArmor, encodeArmor } from './armor.ts'

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

const begin = '-----BEGIN PGP SIGNED MESSAGE-----'
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
  const lines = fromLatin1(octets).split('\n')
  if (stripEnd(lines[0] ?? '') !== begin) {
    throw malformed('the first line is not that of a cleartext signed message', {
      hint: `nothing may stand before ${begin}: a reader would take it for signed`,
    })
  }
  const blank = lines.findIndex((line) => line === '' || line === '\r')
  const signature = lines.findIndex((line) => stripEnd(line) === beginSignature)
  if (signature === -1) throw malformed('the cleartext has no signature after it')
  if (blank === -1 || blank > signature) throw malformed('there is no empty line after the headers')
  const hashes = readHeaders(lines.slice(1, blank))
  if (signature === blank + 1) throw malformed('there is no line between headers and signature')
  const text = lines
    .slice(blank + 1, signature)
    .map(readLine)
    .join('\n')
  return { hashes, text: toLatin1(text), signature: readSignatureBlock(lines.slice(signature)) }
}

/** RFC 9580 §6.2.2.3: a header that is no list of hashes voids the message; a list says nothing. */
function readHeaders(lines: readonly string[]): string[] {
  if (lines.length > limits.cleartextHeaders) {
    throw new OpenPGPError('limit', `${lines.length} headers in a cleartext signed message`)
  }
  return lines.flatMap((line) => {
    const list = line.length > limits.armorLine ? undefined : /^Hash: (.*)$/.exec(stripEnd(line))
    const names = list?.[1]?.split(/, ?/)
    if (names?.every((name) => hashTextNames.includes(name))) return names
    throw malformed('a cleartext signed message has a header that is not a "Hash" with known names')
  })
}

/** RFC 9580 §7.2: one escape off, then the white space at the end. */
function readLine(line: string): string {
  if (line.length > limits.cleartextLine) {
    throw new OpenPGPError('limit', `a line of ${line.length} characters in the cleartext`)
  }
  if (line.startsWith('-') && !line.startsWith('- ')) {
    throw malformed('a line of the cleartext begins with a dash that is not escaped')
  }
  const text = stripEnd(line.startsWith('-') ? line.slice(2) : line)
  // Others take a CR for the end of a line, and NUL for the end of all.
  if (/[\r\0]/.test(text)) throw malformed('the cleartext has a CR inside a line, or a NUL')
  return text
}

function readSignatureBlock(lines: readonly string[]): Uint8Array {
  const end = lines.findIndex((line) => stripEnd(line) === endSignature)
  if (end === -1) throw malformed('the armored SIGNATURE has no END line')
  if (lines.slice(end + 1).some((line) => stripEnd(line) !== '')) {
    throw malformed('something stands after the signature of the cleartext', {
      hint: 'a file is one cleartext signed message: what follows it is not signed',
    })
  }
  const [block] = decodeArmor(lines.slice(0, end + 1).join('\n'))
  return block?.octets ?? new Uint8Array()
}

/** RFC 9580 §7.2: space, tab and CR at the end of a line are no part of it, and nothing else is. */
function stripEnd(line: string): string {
  let end = line.length
  while (end > 0 && ' \t\r'.includes(line.charAt(end - 1))) end -= 1
  return line.slice(0, end)
}

/**
 * The text as a cleartext signature covers it, as octets. `usage` for what is not text that every
 * reader takes alike: a lone surrogate, NUL, CR inside a line.
 */
export function cleartextOf(text: string): Uint8Array {
  const octets = utf8(text)
  const lines = text.split('\n').map(stripEnd)
  if (fromUtf8(octets) !== text || lines.some((line) => /[\r\0]/.test(line))) {
    throw new OpenPGPError('usage', 'the text to sign has a NUL, a CR inside a line, or no UTF-8', {
      hint: 'sign it as an inline or detached message instead',
    })
  }
  if (lines.some((line) => line.length > limits.cleartextLine / 4)) {
    throw new OpenPGPError('usage', 'the text to sign has a line that is too long', {
      hint: `${limits.cleartextLine / 4} characters are the most`,
    })
  }
  return utf8(lines.join('\n'))
}

/** A whole message. `text` comes from `cleartextOf`; `hashes` are text names and may be none. */
export function writeCleartext(
  text: Uint8Array,
  hashes: readonly string[],
  signature: Uint8Array,
): Uint8Array {
  // RFC 9580 §7.2: a dash must be escaped, and "From " should be, which mail programs change.
  const escaped = fromLatin1(text).replaceAll(/^(?=-|From )/gm, '- ')
  const header = hashes.length > 0 ? `Hash: ${hashes.join(',')}\n` : ''
  const armored = encodeArmor('SIGNATURE', signature)
  return toLatin1(`${begin}\n${header}\n${escaped}\n${armored}`)
}

function malformed(message: string, details: { readonly hint?: string } = {}): OpenPGPError {
  return new OpenPGPError('malformed', message, details)
}

/** Writing the Cleartext Signature Framework, RFC 9580 §7. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { fromLatin1, fromUtf8, toLatin1, utf8 } from '../octets.ts'
import { encodeArmor } from './armor.ts'
import { begin } from './cleartext.ts'

/**
 * The text as a cleartext signature covers it, as octets. `usage` for what is not text that every
 * reader takes alike: a lone surrogate, NUL, CR inside a line.
 */
export function cleartextOf(text: string): Uint8Array {
  const octets = utf8(text)
  const lines = text.split('\n').map(stripLine)
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

/** The same as reading takes off; a loop, because a pattern would try each run of blanks anew. */
function stripLine(line: string): string {
  let end = line.length
  while (end > 0 && ' \t\r'.includes(line.charAt(end - 1))) end -= 1
  return line.slice(0, end)
}

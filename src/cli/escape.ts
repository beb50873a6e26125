/** The one way in which foreign text reaches a terminal, a log or a status line. */

import { fromUtf8 } from '../octets.ts'

export interface EscapeOptions {
  /** At most this many characters come back; what is longer ends in an ellipsis. */
  readonly limit?: number
}

/**
 * What is not shown as it is: the backslash, controls, format and bidirectional controls,
 * separators of lines and paragraphs, lone surrogates, private use, and everything without width.
 * Text, because V8 takes two milliseconds to read such an expression, wherever it stands.
 */
const special =
  '^[\\\\\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}' +
  '\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}]$'

/** Text in which nothing is special: printable ASCII and the arrow of our own messages. */
const plain = /^[ -[\]-~→]*$/

function hex(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, '0')
}

/** ASCII controls become `\x1B`, all else `\u{202E}`; above 0x7F `\xNN` is kept for bad UTF-8. */
function escapeCharacter(character: string, isSpecial: RegExp): string {
  if (!isSpecial.test(character)) return character
  const value = character.codePointAt(0) ?? 0
  if (character === '\\') return '\\\\'
  return value < 0x80 ? `\\x${hex(value, 2)}` : `\\u{${hex(value, 4)}}`
}

/** Octets that one UTF-8 character takes by its first octet, RFC 3629 §3; 1 when it starts none. */
function widthOf(first: number): number {
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1
}

function* escapedUnits(text: string | Uint8Array): Generator<string> {
  const isSpecial = new RegExp(special, 'u')
  if (typeof text === 'string') {
    for (const character of text) yield escapeCharacter(character, isSpecial)
    return
  }
  for (let at = 0; at < text.length;) {
    const first = text[at] ?? 0
    const character = fromUtf8(text.subarray(at, at + widthOf(first)))
    yield character === undefined ? `\\x${hex(first, 2)}` : escapeCharacter(character, isSpecial)
    at += character === undefined ? 1 : widthOf(first)
  }
}

/**
 * Foreign text (User IDs, file names, notations, what a server said) made safe to print on one
 * line. Different texts stay different, unless `limit` cuts them; ordinary letters stay as they
 * are. Octets are read as UTF-8, and those that are not UTF-8 shown one by one.
 */
export function escapeText(text: string | Uint8Array, options: EscapeOptions = {}): string {
  const limit = options.limit ?? Infinity
  if (typeof text === 'string' && text.length <= limit && plain.test(text)) return text
  const units: string[] = []
  let length = 0
  for (const unit of escapedUnits(text)) {
    units.push(unit)
    length += [...unit].length
    if (length > limit) {
      while (length > limit - 1 && units.length > 0) length -= [...(units.pop() ?? '')].length
      return `${units.join('')}…`
    }
  }
  return units.join('')
}

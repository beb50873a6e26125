import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeText } from '../../src/cli/escape.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('\\', 'x', 'u', '{', '}', '1', 'B', '\x1b', '\ud800', '\udc00'),
  }),
)
const anyOctets = fc.uint8Array({ maxLength: 40 })

/** The text again, by reading the escapes; undefined octets stand for themselves. */
function unescape(text: string): Uint8Array {
  const pieces = text.match(/\\\\|\\x[0-9A-F]{2}|\\u\{[0-9A-F]{4,6}\}|[^\\]/gu) ?? []
  expect(pieces.join('')).toBe(text)
  return Buffer.concat(
    pieces.map((piece) => {
      if (piece === '\\\\') return Buffer.from('\\')
      if (piece.startsWith('\\x')) return Buffer.from(piece.slice(2), 'hex')
      if (!piece.startsWith('\\u')) return Buffer.from(piece)
      const value = Number.parseInt(piece.slice(3), 16)
      return Buffer.from(String.fromCodePoint(value))
    }),
  )
}

test('nothing that steers a terminal or hides is left', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, anyOctets), (text) => {
      const shown = escapeText(text)
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u)
    }),
    { numRuns: 1000 },
  )
})

test('octets can be read back, so that different octets look different', () => {
  fc.assert(
    fc.property(anyOctets, (octets) => {
      expect(new Uint8Array(unescape(escapeText(octets)))).toEqual(octets)
    }),
    { numRuns: 1000 },
  )
})

test('different strings look different', () => {
  fc.assert(
    fc.property(anyText, anyText, (one, other) => {
      expect(escapeText(one) === escapeText(other)).toBe(one === other)
    }),
    { numRuns: 1000 },
  )
})

test('a string and its UTF-8 look the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(escapeText(new TextEncoder().encode(text))).toBe(escapeText(text))
    }),
  )
})

test.each([
  ['Joe Doe <joe@example.org>', 'Joe Doe <joe@example.org>'],
  ['Łucja Ångström 山田 עברית 😀', 'Łucja Ångström 山田 עברית 😀'],
  ['x\n[GNUPG:] GOODSIG', 'x\\x0A[GNUPG:] GOODSIG'],
  ['\x1b[31mred', '\\x1B[31mred'],
  ['\u009b31m', '\\u{009B}31m'],
  ['\x7f\0\t\r', '\\x7F\\x00\\x09\\x0D'],
  ['a\\x0A', 'a\\\\x0A'],
  [
    '\u202eevil\u2066\u2069\u200e\u200f\u061c',
    '\\u{202E}evil\\u{2066}\\u{2069}\\u{200E}\\u{200F}\\u{061C}',
  ],
  [
    '\u200b\u200d\ufeff\u2028\u2029\u3164',
    '\\u{200B}\\u{200D}\\u{FEFF}\\u{2028}\\u{2029}\\u{3164}',
  ],
  ['\u{e0041}', '\\u{E0041}'],
  ['\ud83d', '\\u{D83D}'],
])('%j is shown as %s', (text, shown) => {
  expect(escapeText(text)).toBe(shown)
})

test.each([
  [[0x80], '\\x80'],
  [[0xc2, 0x80], '\\u{0080}'],
  [[0xc0, 0xaf], '\\xC0\\xAF'],
  [[0xed, 0xa0, 0x80], '\\xED\\xA0\\x80'],
  [[0x41, 0xe2, 0x82, 0x42], 'A\\xE2\\x82B'],
  [[0xe2, 0x82, 0xac], '€'],
])('the octets %j are shown as %s', (octets, shown) => {
  expect(escapeText(Uint8Array.from(octets))).toBe(shown)
})

test('a limit cuts between characters and ends in an ellipsis', () => {
  expect(escapeText('abcdef', { limit: 6 })).toBe('abcdef')
  expect(escapeText('abcdefg', { limit: 6 })).toBe('abcde…')
  expect(escapeText('abc\n\n\n', { limit: 8 })).toBe('abc\\x0A…')
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 30 }), (text, limit) => {
      const whole = escapeText(text)
      const cut = escapeText(text, { limit })
      expect([...cut].length).toBeLessThanOrEqual(limit)
      if (cut !== whole) expect(whole.startsWith(cut.slice(0, -1)) && cut.endsWith('…')).toBe(true)
    }),
  )
})

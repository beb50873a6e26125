import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { fromLatin1, fromUtf8, utf8 } from '../../src/octets.ts'
import { cleartextOf, writeCleartext } from '../../src/wire/cleartext-write.ts'
import { hashTextNames, isCleartext, readCleartext } from '../../src/wire/cleartext.ts'
import { codeOf } from '../support/code-of.ts'

const packets = utf8('not looked at here')
const begin = '-----BEGIN PGP SIGNED MESSAGE-----'

function message(text: string, hashes: readonly string[] = ['SHA512']): string {
  return fromUtf8(writeCleartext(cleartextOf(text), hashes, packets)) ?? ''
}

/** The text that a message of these lines covers. */
function read(lines: string): string {
  const whole = message('@').replace('\n@\n', `\n${lines}\n`)
  return fromUtf8(readCleartext(utf8(whole)).text) ?? 'no UTF-8'
}

/** A whole message in which one thing stands in place of another. */
function changed(from: string, to: string): Uint8Array {
  const whole = message('one\ntwo')
  if (!whole.includes(from)) throw new Error(`there is no ${from}`)
  return utf8(whole.replace(from, () => to))
}

test('any text goes both ways, without the white space at line ends', () => {
  const pieces = fc.constantFrom('-', ' ', '\t', '\n', '\r\n', 'a', 'From ', 'ü', '\f', '\u0085')
  fc.assert(
    fc.property(fc.array(pieces), fc.subarray([...hashTextNames]), (parts, hashes) => {
      const text = parts.join('')
      const read = readCleartext(utf8(message(text, hashes)))
      expect(fromUtf8(read.text)).toBe(text.replaceAll(/[ \t\r]+(?=\n|$)/g, ''))
      expect(read.hashes).toEqual(hashes)
      expect(read.signature).toEqual(packets)
    }),
  )
})

describe('the text that is covered', () => {
  test.each([
    ['escapes of lines that need none', '- one\n- two', 'one\ntwo'],
    ['an escape of an escape', '- - x', '- x'],
    ['an escape of nothing', '- ', ''],
    ['one escape is taken off, not two', '- - - x', '- - x'],
    ['blanks at line ends', 'a \nb\t\nc \t \t', 'a\nb\nc'],
    ['blanks after an escape', '-  x ', ' x'],
    ['blank lines of blanks', '  \n\t', '\n'],
    ['CR LF', 'a\r\nb\r', 'a\nb'],
    ['several CRs', 'a\r\r\nb \r \r', 'a\nb'],
    ['empty', '', ''],
    ['line endings at the end', 'a\n\n', 'a\n\n'],
    ['other white space is text', 'a\f\nb\v\nc\u00a0\nd\u2003', 'a\f\nb\v\nc\u00a0\nd\u2003'],
    ['other line ends are none', 'a\u0085b\u2028c\u2029d\ve\ff', 'a\u0085b\u2028c\u2029d\ve\ff'],
    ['other dashes are no dashes', '\u2010 x\n\u2212y\n\u2014', '\u2010 x\n\u2212y\n\u2014'],
    ['the ends of other things, escaped', `- ${begin}`, begin],
    ['a header', 'Hash: SHA256', 'Hash: SHA256'],
  ])('%s', (_, lines, text) => {
    expect(read(lines)).toBe(text)
  })

  test('octets that are not UTF-8 stay what they are', () => {
    const octets = utf8(message('@'))
    octets[octets.indexOf(0x40)] = 0xe9
    expect(readCleartext(octets).text).toEqual(Uint8Array.of(0xe9))
  })
})

describe('good though odd', () => {
  test.each([
    ['CRLF everywhere', (m: string) => m.replaceAll('\n', '\r\n')],
    ['blanks behind the ends', (m: string) => m.replaceAll(/-----\n/g, '----- \t\n')],
    ['no Hash', (m: string) => m.replace('Hash: SHA512\n', '')],
    ['two Hash headers', (m: string) => m.replace('Hash: SHA512', 'Hash: SHA256\nHash: SHA1')],
    ['a list with blanks', (m: string) => m.replace('SHA512', 'SHA512, SHA3-256')],
    ['headers of the signature', (m: string) => m.replace('SIGNATURE-----\n', '$&Comment: x\n')],
    ['no last line ending', (m: string) => m.trimEnd()],
    ['white space after it', (m: string) => `${m}\n \t\r\n`],
  ])('%s', (_, change) => {
    const octets = utf8(change(message('one\ntwo')))
    expect(fromLatin1(readCleartext(octets).text)).toBe('one\ntwo')
    expect(isCleartext(octets)).toBe(true)
  })
})

describe('refused as malformed', () => {
  test.each([
    ['no signature', '-----BEGIN PGP SIGNATURE-----', ''],
    ['no END', '-----END PGP SIGNATURE-----', ''],
    ['another header line', 'SIGNED MESSAGE', 'MESSAGE'],
    ['no empty line', '\n\none', '\none'],
    ['an empty line with a blank', '\n\none', '\n \none'],
    ['no line of text', 'one\ntwo\n', ''],
    ['an unescaped dash', 'one\n', '-one\n'],
    ['a dash alone', 'one\n', '-\n'],
    ['a dash and a tab', 'one\n', '-\tone\n'],
    ['a Hash without a value', 'SHA512', ''],
    ['a Hash of an unknown name', 'SHA512', 'SHA513'],
    ['a Hash in small letters', 'SHA512', 'sha512'],
    ['a Hash with a comma at its end', 'SHA512', 'SHA512,'],
    ['a Hash with two blanks', 'SHA512', 'SHA256,  SHA512'],
    ['a hash in small letters', 'Hash', 'hash'],
    ['a Hash without a blank', 'Hash: ', 'Hash:'],
    ['a Hash header too long', 'SHA512', Array(1000).fill('SHA512').join()],
    ['base64 that is none', 'bm90', 'bm9*'],
  ])('%s', (_, from, to) => {
    expect(codeOf(() => readCleartext(changed(from, to)))).toBe('malformed')
  })

  test.each([[''], ['\n'], [begin], [`${begin}\n`], [`${begin}\n\n`], [`${begin}\n\n\n`]])(
    '%j',
    (text) => {
      expect(codeOf(() => readCleartext(utf8(text)))).toBe('malformed')
    },
  )
})

describe('limits', () => {
  test('a line is taken up to the limit, never cut, and refused beyond it', () => {
    const longest = 'x'.repeat(limits.cleartextLine)
    expect(read(longest)).toBe(longest)
    expect(codeOf(() => read(`${longest}x`))).toBe('limit')
  })

  test('headers', () => {
    const headers = (count: number): Uint8Array =>
      changed('Hash: SHA512\n', 'Hash: SHA512\n'.repeat(count))
    expect(readCleartext(headers(limits.cleartextHeaders)).hashes.length).toBe(16)
    expect(codeOf(() => readCleartext(headers(limits.cleartextHeaders + 1)))).toBe('limit')
  })

  test('the signature', () => {
    const long = 'bm90\n'.repeat(2 * limits.signatureFileOctets)
    expect(codeOf(() => readCleartext(changed('bm90', `${long}bm90`)))).toBe('limit')
  })

  test('the whole', () => {
    expect(codeOf(() => readCleartext(new Uint8Array(limits.inputOctets + 1)))).toBe('limit')
  })

  test('blanks inside a line cost no more than other characters', () => {
    const blanks = `${' '.repeat(limits.cleartextLine - 1)}x`
    expect(read(blanks)).toBe(blanks)
  })
})

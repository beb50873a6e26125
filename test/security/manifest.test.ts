/** What a manifest may not say, each by its name, in both directions; and what a release may not get by. */

import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { utf8 } from '../../src/octets.ts'
import { readManifest, writeManifest } from '../../src/release/manifest.ts'
import { codeOf, errorOf } from '../support/code-of.ts'

const digest = 'a'.repeat(64)
const line = (name: string): string => `${digest}  ${name}\n`
const read = (text: string): string => codeOf(() => readManifest(utf8(text)))

describe('names that are refused when read and when written', () => {
  test.each([
    ['nothing', ''],
    ['the folder', '.'],
    ['the folder above', '..'],
    ['a path', 'a/b'],
    ['a path out of the folder', '../../etc/passwd'],
    ['an absolute path', '/etc/passwd'],
    ['a path of Windows', '..\\a'],
    ['a drive, or a stream', 'C:a'],
    ['a stream of a file that is listed', 'tool.exe:hidden'],
    ['NUL', 'a\0b'],
    ['a tab', 'a\tb'],
    ['a carriage return at its end, which a terminal and Windows pass over', 'a\r'],
    ['ESC, which starts a sequence of a terminal', 'a\u001b[2J'],
    ['DEL', 'a\u007f'],
    ['NEL', 'a\u0085b'],
    ['a line separator', 'a\u2028b'],
    ['text turned around', 'a\u202egnp.exe'],
    ['a letter of no width', 'a\u200bb'],
    ['a soft hyphen', 'a\u00adb'],
    ['a byte order mark', '\ufeffa'],
    ['a space before it, which a shell drops', ' a'],
    ['a space at its end, which Windows drops', 'a '],
    ['a dot at its end, which Windows drops', 'a.'],
    ['more octets than a file name has', 'ä'.repeat(128)],
  ])('%s', (_, name) => {
    expect(read(line(name))).toBe('malformed')
    expect(codeOf(() => writeManifest([{ name, sha256: digest }]))).toBe('usage')
  })

  test('a line break, which would be two lines: only the writer can meet it', () => {
    const name = `a\n${digest}  b`
    expect(codeOf(() => writeManifest([{ name, sha256: digest }]))).toBe('usage')
  })

  test('half a character: only the writer can meet it', () => {
    expect(codeOf(() => writeManifest([{ name: '\ud800', sha256: digest }]))).toBe('usage')
  })
})

describe('two names that are one file', () => {
  test.each([
    ['twice the same', 'a', 'a'],
    ['by case', 'README', 'readme'],
    ['by case, of letters that have several small ones', 'ΑΣ', 'ας'],
    ['by case, of letters that are two', 'straße', 'STRASSE'],
    ['by the form of an accent', '\u00e9', 'e\u0301'],
  ])('%s', (_, a, b) => {
    expect(read(line(a) + line(b))).toBe('malformed')
    const entries = [a, b].map((name) => ({ name, sha256: digest }))
    expect(codeOf(() => writeManifest(entries))).toBe('usage')
  })
})

describe('lines that are read in more than one way', () => {
  test.each([
    ['no line at all', ''],
    ['an empty line', `${line('a')}\n`],
    ['a comment', `# note\n${line('a')}`],
    ["GNU's escaped name", `\\${line('a\\nb')}`],
    ["GNU's escape without need", `\\${line('a')}`],
    ["BSD's form", `SHA256 (a) = ${digest}\n`],
    ['one space, which GNU reads by its first line', `${digest} a\n`],
    ['a tab between', `${digest}\ta\n`],
    ['a digest in upper case', line('a').toUpperCase()],
    ['a digest that is too short', `${digest.slice(2)}  a\n`],
    ['a digest of SHA-512', `${digest}${digest}  a\n`],
    ['a line that does not end', line('a').trimEnd()],
    ['CR LF', `${digest}  a\r\n`],
    ['a byte order mark', `\ufeff${line('a')}`],
    ['armor around it', `-----BEGIN PGP SIGNED MESSAGE-----\n\n${line('a')}`],
  ])('%s', (_, text) => expect(read(text)).toBe('malformed'))

  test('octets that are not UTF-8', () => {
    const octets = Uint8Array.from([...utf8(`${digest}  a`), 0xff, 0x0a])
    expect(codeOf(() => readManifest(octets))).toBe('malformed')
    expect(codeOf(() => readManifest(Uint8Array.of(0xff, 0xfe)))).toBe('malformed')
  })
})

test('more octets than the bound', () => {
  const text = line('a'.repeat(200)).repeat(limits.manifestOctets / 256)
  expect(read(text)).toBe('limit')
})

test('of a long name a message repeats the beginning', () => {
  const { message } = errorOf(() => readManifest(utf8(line('a'.repeat(5000)))))
  expect(message.length).toBeLessThan(250)
})

import { describe, expect, test } from 'vitest'
import { fromLatin1, fromUtf8, utf8 } from '../../src/octets.ts'
import { cleartextOf, writeCleartext } from '../../src/wire/cleartext-write.ts'
import { codeOf } from '../support/code-of.ts'

const begin = '-----BEGIN PGP SIGNED MESSAGE-----'

function message(text: string, hashes: readonly string[] = ['SHA512']): string {
  return fromUtf8(writeCleartext(cleartextOf(text), hashes, utf8('packets'))) ?? ''
}

describe('writing', () => {
  test('a header line, Hash, an empty line, the text, the signature', () => {
    const [first, hash, empty, ...rest] = message('one\n\ntwo', ['SHA256', 'SHA512']).split('\n')
    expect([first, hash, empty]).toEqual([begin, 'Hash: SHA256,SHA512', ''])
    expect(rest.slice(0, 4)).toEqual(['one', '', 'two', '-----BEGIN PGP SIGNATURE-----'])
    expect(rest.at(-1)).toBe('')
  })

  test('no Hash header when none is named', () => {
    expect(message('x', []).split('\n').slice(0, 3)).toEqual([begin, '', 'x'])
  })

  test('escapes dashes and From', () => {
    const text = '-\n--\n- x\n-----BEGIN PGP SIGNATURE-----\nFrom me\nFromage\n from me'
    const lines = message(text).split('\n').slice(3, 10)
    expect(lines).toEqual([
      ...['- -', '- --', '- - x', '- -----BEGIN PGP SIGNATURE-----', '- From me'],
      ...['Fromage', ' from me'],
    ])
  })

  test('leaves out what is not signed', () => {
    expect(fromLatin1(cleartextOf('a \t\r\n  b\t\n \n'))).toBe('a\n  b\n\n')
  })

  test.each(['a\rb', '\0', 'a\0b', '\ud800', 'x'.repeat(262_145)])('refuses %j', (text) => {
    expect(codeOf(() => cleartextOf(text))).toBe('usage')
  })
})

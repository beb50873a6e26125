import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeArmor, encodeArmor } from '../../src/wire/armor.ts'
import { codeOf } from '../support/code-of.ts'
import { readVector } from '../support/vectors.ts'

const octets = Uint8Array.from({ length: 100 }, (_, index) => index * 7)
const armored = encodeArmor('SIGNATURE', octets)
const base64 = Buffer.from(octets).toString('base64')
const block = (...lines: string[]): string =>
  ['-----BEGIN PGP SIGNATURE-----', ...lines, '-----END PGP SIGNATURE-----', ''].join('\n')

/** The one block of a text. */
function only(text: string): ReturnType<typeof decodeArmor>[number] {
  const [first, ...others] = decodeArmor(text)
  if (!first || others.length > 0) throw new Error('not one block')
  return first
}

describe('writing', () => {
  test('64 characters a line, a blank line, the checksum', () => {
    const lines = armored.split('\n')
    expect(lines.slice(0, 2)).toEqual(['-----BEGIN PGP SIGNATURE-----', ''])
    expect(lines[2]?.length).toBe(64)
    expect(lines.at(-3)).toMatch(/^=[A-Za-z0-9+/]{4}$/)
    expect(lines.slice(-2)).toEqual(['-----END PGP SIGNATURE-----', ''])
  })

  test.each([0, 1, 2, 3, 47, 48, 49, 95, 96, 97])('%i octets leave no blank line', (length) => {
    const text = encodeArmor('MESSAGE', new Uint8Array(length))
    const [, ...body] = text.split('\n').slice(1, -2)
    if (length > 0) expect(body.every((line) => line.length > 0 && line.length <= 64)).toBe(true)
    expect(only(text)).toMatchObject({ type: 'MESSAGE', checksum: 'right' })
  })

  test('is what gpg writes for the same octets', () => {
    const byGpg = Buffer.from(readVector('gnupg/main.asc')).toString()
    expect(encodeArmor('PUBLIC KEY BLOCK', readVector('gnupg/main.gpg'))).toBe(byGpg)
  })
})

test('any octets go both ways', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (value) => {
      const read = only(encodeArmor('PUBLIC KEY BLOCK', value))
      expect(read.octets).toEqual(value)
      expect(read).toMatchObject({ type: 'PUBLIC KEY BLOCK', headers: [], checksum: 'right' })
    }),
  )
})

describe('good though odd', () => {
  test.each([
    ['CRLF', armored.replaceAll('\n', '\r\n')],
    ['trailing blanks', armored.replaceAll('\n', ' \t\n')],
    ['76 columns', block('', ...(base64.match(/.{1,76}/g) ?? []))],
    ['one long line', block('', base64)],
    ['one character a line', block('', ...base64)],
    ['blank lines between', block('', ...(base64.match(/.{1,20}/g) ?? []).flatMap((l) => [l, '']))],
    ['no last line ending', armored.trimEnd()],
    ['text around', `before\n\n${armored}\nafter --- =AAAA\n`],
    ['padding on a line of its own', block('', base64.replace(/=+$/, ''), '==')],
  ])('%s', (_, text) => {
    expect(only(text).octets).toEqual(octets)
  })

  test('headers are kept in order', () => {
    const text = block('Version: X 1', 'Comment:', 'Comment: a: b', 'Hash: SHA256', '', base64)
    expect(only(text).headers).toEqual([
      { key: 'Version', value: 'X 1' },
      { key: 'Comment', value: '' },
      { key: 'Comment', value: 'a: b' },
      { key: 'Hash', value: 'SHA256' },
    ])
  })

  test('several blocks, in order', () => {
    const key = encodeArmor('PUBLIC KEY BLOCK', Uint8Array.of(9))
    expect(decodeArmor(`${armored}noise\n${key}${armored}`).map(({ type }) => type)).toEqual([
      'SIGNATURE',
      'PUBLIC KEY BLOCK',
      'SIGNATURE',
    ])
    expect(decodeArmor('no block at all')).toEqual([])
  })
})

/** RFC 9580 §6.1: present, missing, malformed or wrong, it is never a reason to refuse. */
describe('the checksum is told and never fatal', () => {
  const body = base64.match(/.{1,64}/g) ?? []
  test.each([
    ['right', armored],
    ['missing', block('', ...body)],
    ['wrong', block('', ...body, '=AAAA')],
    ['wrong', block('', ...body, '=')],
    ['wrong', block('', ...body, '=ab')],
    ['wrong', block('', ...body, '=abcdef')],
    ['wrong', block('', ...body, '=****')],
    ['wrong', block('', ...body, '=====')],
  ])('%s', (checksum, text) => {
    const read = only(text)
    expect(read.octets).toEqual(octets)
    expect(read.checksum).toBe(checksum)
  })
})

describe('refused', () => {
  test.each([
    ['no END line', 'malformed', armored.replace(/-----END[^]*/, '')],
    ['another END line', 'malformed', armored.replace('END PGP SIGNATURE', 'END PGP MESSAGE')],
    ['no blank line', 'malformed', block(base64)],
    ['nothing but the ends', 'malformed', block()],
    ['a header without a colon', 'malformed', block('Version', '', base64)],
    ['a header without a key', 'malformed', block(': x', '', base64)],
    ['a header without a blank', 'malformed', block('Version:x', '', base64)],
    ['a header without end', 'malformed', block(`Comment: ${'x'.repeat(5000)}`, '', base64)],
    ['junk', 'malformed', block('', `${base64.slice(0, 20)}*${base64.slice(21)}`)],
    ['a character missing', 'malformed', block('', base64.slice(1))],
    ['padding in the middle', 'malformed', block('', `AA==${base64}`)],
    ['unused bits set', 'malformed', block('', 'AB==')],
    ['a checksum in the middle', 'malformed', block('', 'AAAA', '=AAAA', 'AAAA')],
    ['a block inside', 'malformed', block('', armored.trimEnd())],
    ['an unknown type', 'unsupported', armored.replaceAll('SIGNATURE', 'SIGNATURES')],
    ['a cleartext message', 'unsupported', `-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n${armored}`],
  ])('%s', (_, code, text) => {
    expect(codeOf(() => decodeArmor(text))).toBe(code)
  })

  test('a line that only begins like the END line is a part of the block', () => {
    const text = armored.replace('-----END', '-----END PGP SIGNATURE-----x\n-----END')
    expect(codeOf(() => decodeArmor(text))).toBe('malformed')
  })

  test('a BEGIN line has nothing before or behind it', () => {
    expect(decodeArmor(armored.replace('SIGNATURE-----', 'SIGNATURE----- x'))).toEqual([])
    expect(decodeArmor(armored.replace('-----BEGIN', 'x-----BEGIN'))).toEqual([])
    expect(decodeArmor(armored.replace('-----BEGIN', 'x\r-----BEGIN'))).toEqual([])
  })

  test('an indented or quoted block is no block', () => {
    expect(decodeArmor(armored.replace('-----BEGIN', ' -----BEGIN'))).toEqual([])
    expect(decodeArmor(armored.replaceAll(/^/gm, '> '))).toEqual([])
  })
})

test('a long text without a block costs little', () => {
  for (const line of ['\n', 'a \n', '-----BEGIN PGP -', '-----END PGP SIGNATURE-----\n']) {
    const started = performance.now()
    expect(decodeArmor(line.repeat((16 << 20) / line.length))).toEqual([])
    expect(performance.now() - started).toBeLessThan(5000)
  }
})

test('eight megabytes are read and written without a deep stack', () => {
  const large = new Uint8Array(8 << 20).fill(0x5a)
  expect(only(encodeArmor('MESSAGE', large)).octets.length).toBe(large.length)
})

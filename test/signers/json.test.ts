import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/octets.ts'
import {
  decodeBase64,
  decodeBase64url,
  encodeBase64,
  encodeBase64url,
  readJson,
} from '../../src/signers/json.ts'

describe('a body', () => {
  test('that is a JSON object', () => {
    expect(readJson(utf8('{"a":[1]}'))).toEqual({ a: [1] })
  })

  test.each(['', '[]', 'null', '"a"', '1', '{"a":1', '{"a":1}x', '\ufeff{}'])(
    '%j is none',
    (text) => {
      expect(readJson(utf8(text))).toBeUndefined()
    },
  )

  test('that is not UTF-8 is none', () => {
    expect(readJson(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toBeUndefined()
  })
})

describe('base64', () => {
  test('any octets come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (octets) => {
        expect(decodeBase64(encodeBase64(octets))).toEqual(octets)
        expect(decodeBase64url(encodeBase64url(octets))).toEqual(octets)
        expect(encodeBase64url(octets)).toBe(Buffer.from(octets).toString('base64url'))
      }),
    )
  })

  test.each([
    'A',
    'AA',
    'AAA',
    'AA=',
    'AB==',
    'AAB=',
    'AA==AA==',
    'AA A',
    'AA-_',
    'AAAA\n',
    7,
    null,
  ])('%j is none', (value) => {
    expect(decodeBase64(value)).toBeUndefined()
  })

  test.each(['A', 'AB', 'AAB', 'AA==', 'AA+/', 'AA A', 'AAAA\n', 7, undefined])(
    '%j is no base64url',
    (value) => {
      expect(decodeBase64url(value)).toBeUndefined()
    },
  )
})

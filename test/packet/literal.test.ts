import { describe, expect, test } from 'vitest'
import { concat, fromHex, utf8 } from '../../src/octets.ts'
import { readLiteral, writeLiteral } from '../../src/packet/literal.ts'
import type { LiteralFormat } from '../../src/packet/literal.ts'
import { codeOf } from '../support/code-of.ts'

const named = concat(utf8('b\x04name'), fromHex('65920080')!, utf8('the data'))

test.each<[LiteralFormat, string]>([
  ['binary', 'b'],
  ['text', 't'],
  ['utf8', 'u'],
])('%s is written as %s, nameless and dateless, and read back', (format, letter) => {
  const written = writeLiteral({ format, data: utf8('xyz') })
  expect(written).toEqual(concat(utf8(letter), new Uint8Array(5), utf8('xyz')))
  expect(readLiteral(written)).toEqual({ format, data: utf8('xyz') })
})

test('a name and a date are passed over', () => {
  expect(readLiteral(named)).toEqual({ format: 'binary', data: utf8('the data') })
})

test('no data is data', () => {
  expect(readLiteral(writeLiteral({ format: 'utf8', data: new Uint8Array() })).data.length).toBe(0)
})

describe('refused', () => {
  test.each(['l', '1', 'm', 'B', '\0'])('format %j', (letter) => {
    expect(codeOf(() => readLiteral(concat(utf8(letter), named.subarray(1))))).toBe('unsupported')
  })

  test('cut short before the data', () => {
    for (let length = 0; length < named.length - 8; length += 1) {
      expect(codeOf(() => readLiteral(named.subarray(0, length)))).toBe('malformed')
    }
  })

  test('a name longer than the packet', () => {
    expect(codeOf(() => readLiteral(utf8('b\xffname')))).toBe('malformed')
  })
})

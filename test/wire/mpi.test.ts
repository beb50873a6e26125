import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { fromHex, toHex } from '../../src/octets.ts'
import { Cursor } from '../../src/wire/cursor.ts'
import { bitLength, readMpi, stripZeros, writeMpi } from '../../src/wire/mpi.ts'
import { codeOf } from '../support/code-of.ts'

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array()
const read = (hex: string): string => toHex(readMpi(new Cursor(octets(hex), 'MPI')))

/** Number, encoding: the first two are the examples of RFC 9580 §3.2. */
const examples: [string, string][] = [
  ['01', '000101'],
  ['01FF', '000901FF'],
  ['', '0000'],
  ['80', '000880'],
  ['7F', '00077F'],
  ['FF', '0008FF'],
  ['0100', '00090100'],
  ['010001', '0011010001'],
]

test.each(examples)('%s is written as %s and read back', (number, encoding) => {
  expect(toHex(writeMpi(octets(number)))).toBe(encoding)
  expect(read(encoding)).toBe(number)
})

test.each([
  ['00', '0000'],
  ['000000', '0000'],
  ['0001', '000101'],
  ['00007F', '00077F'],
])('leading zeros of %s are dropped', (number, encoding) => {
  expect(toHex(writeMpi(octets(number)))).toBe(encoding)
})

test.each(['0008 01', '0002 01', '0009 0001', '0010 00FF', '0001 00', '0011 000001', '0007 80'])(
  '%s has an inexact bit count',
  (spaced) => {
    expect(codeOf(() => read(spaced.replace(' ', '')))).toBe('malformed')
  },
)

test.each(['', '00', '0008', '000901', '0C00FF'])('%j is cut short', (hex) => {
  expect(codeOf(() => read(hex))).toBe('malformed')
})

describe('limit', () => {
  const atLimit = new Uint8Array(limits.mpiBits / 8).fill(0xff)
  const beyond = new Uint8Array(limits.mpiBits / 8 + 1).fill(0x01)

  test('holds in both directions', () => {
    expect(readMpi(new Cursor(writeMpi(atLimit), 'MPI'))).toEqual(atLimit)
    expect(codeOf(() => writeMpi(beyond))).toBe('limit')
    expect(codeOf(() => read('4001'))).toBe('limit')
    expect(codeOf(() => read('FFFF'))).toBe('limit')
  })

  test('counts bits, not octets', () => {
    const padded = new Uint8Array(9000)
    padded[8999] = 3
    expect(toHex(writeMpi(padded))).toBe('000203')
  })
})

test('the bit count is that of the number, for any number', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (number) => {
      const value = BigInt(`0x0${toHex(number)}`)
      const bits = value === 0n ? 0 : value.toString(2).length
      expect(bitLength(number)).toBe(bits)
      const encoded = writeMpi(number)
      expect(Buffer.from(encoded).readUInt16BE()).toBe(bits)
      expect(encoded.length).toBe(2 + Math.ceil(bits / 8))
      expect(readMpi(new Cursor(encoded, 'MPI'))).toEqual(stripZeros(number))
    }),
  )
})

test('no two encodings of one number are read', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), fc.nat(0xffff), (number, bits) => {
      const encoding = Uint8Array.of(bits >> 8, bits & 0xff, ...number)
      try {
        const cursor = new Cursor(encoding, 'MPI')
        const value = readMpi(cursor)
        expect(writeMpi(value)).toEqual(encoding.subarray(0, cursor.offset))
      } catch (error) {
        expect(error).toMatchObject({ name: 'OpenPGPError' })
      }
    }),
  )
})

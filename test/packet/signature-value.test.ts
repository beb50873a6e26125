import { describe, expect, test } from 'vitest'
import { concat, fromHex } from '../../src/octets.ts'
import { padTo, readSignatureValue, writeSignatureValue } from '../../src/packet/signature-value.ts'
import type { SignatureValue } from '../../src/packet/signature-value.ts'
import { publicKeyAlgorithm } from '../../src/registry.ts'
import { Cursor } from '../../src/wire/cursor.ts'
import { codeOf } from '../support/code-of.ts'

const { rsa, rsaSignOnly, ecdsa, eddsaLegacy, ed25519, dsa } = publicKeyAlgorithm

function hex(text: string): Uint8Array {
  return fromHex(text.replaceAll(' ', '')) ?? new Uint8Array()
}

function read(algorithm: number, octets: Uint8Array): SignatureValue {
  const cursor = new Cursor(octets, 'value')
  const value = readSignatureValue(cursor, algorithm)
  cursor.end()
  return value
}

describe('values that are read and written', () => {
  test.each([rsa, rsaSignOnly])('RSA (%i): one number', (algorithm) => {
    const octets = hex('0009 01ff')
    expect(read(algorithm, octets)).toEqual({ kind: 'rsa', s: hex('01ff') })
    expect(writeSignatureValue(read(algorithm, octets), algorithm)).toEqual(octets)
  })

  test('ECDSA: two numbers without leading zero octets', () => {
    const octets = hex('0001 01  0010 ff00')
    const value = read(ecdsa, octets)
    expect(value).toEqual({ kind: 'ecdsa', r: hex('01'), s: hex('ff00') })
    expect(writeSignatureValue(value, ecdsa)).toEqual(octets)
    const wide = { kind: 'ecdsa', r: hex('000001'), s: hex('00ff00') } as const
    expect(writeSignatureValue(wide, ecdsa)).toEqual(octets)
  })

  test('ECDSA: zero has no octets; the curve refuses it later', () => {
    expect(read(ecdsa, hex('0000 0001 01'))).toEqual({
      kind: 'ecdsa',
      r: new Uint8Array(),
      s: hex('01'),
    })
  })

  test('EdDSALegacy: R and S as MPIs, whose zero octets come back', () => {
    const octets = new Uint8Array(64).fill(0xab)
    octets.set([0, 0, 0x7f]) // R starts with two zero octets, and then a clear bit
    octets.set([0, 0x01], 32)
    const value = { kind: 'ed25519', octets } as const
    const written = writeSignatureValue(value, eddsaLegacy)
    const r = concat(hex('00ef'), octets.subarray(2, 32)) // 239 bits
    const s = concat(hex('00f1'), octets.subarray(33)) // 241 bits
    expect(written).toEqual(concat(r, s))
    expect(read(eddsaLegacy, written)).toEqual(value)
  })

  test('Ed25519: 64 octets as they are', () => {
    const octets = new Uint8Array(64)
    octets[63] = 1
    expect(read(ed25519, octets)).toEqual({ kind: 'ed25519', octets })
    expect(writeSignatureValue({ kind: 'ed25519', octets }, ed25519)).toEqual(octets)
    expect(codeOf(() => read(ed25519, octets.subarray(1)))).toBe('malformed')
    expect(codeOf(() => read(ed25519, concat(octets, hex('00'))))).toBe('malformed')
  })

  test('EdDSALegacy of another curve, and other algorithms, are kept', () => {
    const ed448 = concat(hex('0397'), hex('40'), new Uint8Array(114), hex('0000'))
    for (const [algorithm, octets] of [
      [eddsaLegacy, ed448],
      [dsa, hex('0001 01 0001 01')],
    ] as const) {
      const value = read(algorithm, octets)
      expect(value).toEqual({ kind: 'opaque', octets })
      expect(writeSignatureValue(value, algorithm)).toEqual(octets)
    }
  })
})

describe('numbers that are not exact are malformed', () => {
  test.each([
    ['a bit count that is rounded up', '0008 01'],
    ['a leading zero octet', '0010 0001'],
    ['a count of one bit too few', '0007 ff'],
    ['fewer octets than counted', '0018 ffff'],
  ])('%s', (_, number) => {
    for (const algorithm of [ecdsa, eddsaLegacy]) {
      for (const octets of [`${number} 0001 01`, `0001 01 ${number}`]) {
        expect(codeOf(() => read(algorithm, hex(octets)))).toBe('malformed')
      }
    }
    expect(codeOf(() => read(rsa, hex(number)))).toBe('malformed')
  })

  test('octets after the value', () => {
    for (const algorithm of [ecdsa, eddsaLegacy]) {
      expect(codeOf(() => read(algorithm, hex('0001 01 0001 01 00')))).toBe('malformed')
    }
  })
})

describe('padTo', () => {
  test('puts zero octets in front, and refuses what is wider', () => {
    expect(padTo(3, hex('ff'))).toEqual(hex('0000ff'))
    expect(padTo(1, hex('ff'))).toEqual(hex('ff'))
    expect(codeOf(() => padTo(1, hex('ffff')))).toBe('malformed')
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, fromHex } from '../../src/octets.ts'
import {
  curveOf,
  ecdsaPoint,
  edwardsPoint,
  rsaPublicKey,
  unsigned,
} from '../../src/signers/pkcs11-material.ts'
import { codeOf, errorOf } from '../support/code-of.ts'

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array()
const fill = (octets: number, first: number): Uint8Array => {
  const value = new Uint8Array(octets).fill(7)
  value[0] = first
  return value
}
/** A DER OCTET STRING. */
const der = (content: Uint8Array): Uint8Array =>
  concat(
    content.length < 128
      ? Uint8Array.of(4, content.length)
      : Uint8Array.of(4, 0x81, content.length),
    content,
  )

describe('curves', () => {
  test.each([
    ['06082A8648CE3D030107', 'P-256'],
    ['06052B81040022', 'P-384'],
    ['06052B81040023', 'P-521'],
    ['06032B6570', 'Ed25519'],
    ['06092B06010401DA470F01', 'Ed25519'],
    ['130C656477617264733235353139', 'Ed25519'],
  ])('%s is %s', (parameters, curve) => {
    expect(curveOf(hex(parameters), 'id')).toBe(curve)
  })

  test.each([
    ['secp256k1', '06052B8104000A'],
    ['Ed448', '06032B6571'],
    ['edwards448', '130A65647761726473343438'],
    ['numbers in place of a name', '3081F7020101'],
    ['an identifier with an octet behind it', '06082A8648CE3D03010700'],
  ])('%s is not supported, and shown', (_, parameters) => {
    const error = errorOf(() => curveOf(hex(parameters), 'id'))
    expect(error.code).toBe('unsupported')
    expect(error.message).toContain(parameters)
  })

  test('none at all', () => {
    expect(errorOf(() => curveOf(undefined, 'id')).message).toContain('CKA_EC_PARAMS none')
  })
})

describe('points', () => {
  test.each([
    ['P-256', 65],
    ['P-384', 97],
    ['P-521', 133],
  ] as const)('on %s: raw, or in an OCTET STRING, and no other', (curve, octets) => {
    const point = fill(octets, 4)
    for (const value of [point, der(point)]) {
      expect(ecdsaPoint(value, curve, 'id')).toEqual({ kind: 'ecdsa', curve, point })
    }
    for (const wrong of [
      fill(octets, 2),
      der(fill((octets + 1) / 2, 2)),
      point.subarray(1),
      der(point.subarray(1)),
      concat(der(point), Uint8Array.of(0)),
      concat(Uint8Array.of(3), der(point).subarray(1)),
      der(der(point)),
    ]) {
      expect(codeOf(() => ecdsaPoint(wrong, curve, 'id'))).toBe('signer-answer')
    }
  })

  test('a length that is written longer than it has to be', () => {
    const value = concat(Uint8Array.of(4, 0x81, 65), fill(65, 4))
    expect(codeOf(() => ecdsaPoint(value, 'P-256', 'id'))).toBe('signer-answer')
  })

  test('on Ed25519, even one that looks like an OCTET STRING', () => {
    for (const first of [4, 9]) {
      const point = fill(32, first)
      expect(edwardsPoint(point, 'id')).toEqual({ kind: 'ed25519', point })
      expect(edwardsPoint(der(point), 'id')).toEqual({ kind: 'ed25519', point })
    }
    expect(codeOf(() => edwardsPoint(fill(33, 0x40), 'id'))).toBe('signer-answer')
  })

  test('whatever comes: a point of the right length, or an error of ours', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 140 }), (value) => {
        try {
          const key = edwardsPoint(value, 'id')
          expect(key.kind === 'ed25519' && key.point.length).toBe(32)
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'signer-answer' })
        }
      }),
    )
  })
})

describe('RSA', () => {
  const n = fill(256, 0xc1)
  const e = Uint8Array.of(1, 0, 1)
  const expected = undefined

  test('leading zero octets are none of the number', () => {
    const padded = { n: concat(Uint8Array.of(0, 0), n), e: concat(Uint8Array.of(0), e), expected }
    expect(rsaPublicKey(padded, 'id')).toEqual({ kind: 'rsa', n, e })
    expect(unsigned(new Uint8Array(3))).toHaveLength(0)
  })

  test.each([
    ['an even modulus', { n: new Uint8Array(256).fill(2), e, expected }, 'signer-answer'],
    ['no modulus', { n: new Uint8Array(2), e, expected }, 'signer-answer'],
    ['an exponent of 1', { n, e: Uint8Array.of(1), expected }, 'signer-answer'],
    ['an even exponent', { n, e: Uint8Array.of(2), expected }, 'signer-answer'],
    ["not the private key's", { n, e, expected: fill(256, 0xc3) }, 'signer-answer'],
    ['of 20,000 bits', { n: fill(2500, 0xc1), e, expected }, 'limit'],
  ])('%s is refused', (_, given, code) => {
    expect(codeOf(() => rsaPublicKey(given, 'id'))).toBe(code)
  })
})

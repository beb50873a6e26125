import { Integer, Sequence } from 'asn1js'
import fc from 'fast-check'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isOpenPGPError } from '../../src/errors.ts'
import { coordinateOctets } from '../../src/packet/key-material.ts'
import { readEcdsaDer } from '../../src/signers/ecdsa-der.ts'
import { errorOf } from '../support/code-of.ts'

const curves = ['P-256', 'P-384', 'P-521'] as const
const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const read = (hex: string): string =>
  Buffer.from(readEcdsaDer(octets(hex), 'P-256', 'k')).toString('hex')

/** Ecdsa-Sig-Value by asn1js; numbers are big-endian, leading zero octets do not matter. */
function write(r: Uint8Array, s: Uint8Array): Uint8Array {
  const integer = (number: Uint8Array): Integer =>
    Integer.fromBigInt(BigInt(`0x${Buffer.from(number).toString('hex')}`))
  return new Uint8Array(new Sequence({ value: [integer(r), integer(s)] }).toBER())
}

/** A number of a curve's width above zero, with leading zero octets now and then. */
const numberOf = (width: number): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc.uint8Array({ minLength: width, maxLength: width }),
      fc.oneof(fc.constant(0), fc.nat(width - 1)),
    )
    .map(([number, zeros]) => number.fill(0, 0, zeros))
    .filter((number) => number.some((octet) => octet !== 0))

describe.each(curves)('%s', (curve) => {
  const width = coordinateOctets[curve]

  test('r and s come back at their width, whatever their size', () => {
    fc.assert(
      fc.property(numberOf(width), numberOf(width), (r, s) => {
        const rs = readEcdsaDer(write(r, s), curve, 'k')
        expect(Buffer.from(rs).equals(Buffer.concat([r, s]))).toBe(true)
      }),
    )
  })

  test('what OpenSSL signs in DER verifies as r || s', () => {
    const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: curve })
    for (let count = 0; count < 40; count += 1) {
      const data = Buffer.of(count)
      const rs = readEcdsaDer(sign('sha256', data, key), curve, 'k')
      expect(verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, rs)).toBe(true)
    }
  })

  test('one signature has one form: any other octets are refused or are other numbers', () => {
    const changed = fc.tuple(
      numberOf(width),
      numberOf(width),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
    )
    fc.assert(
      fc.property(changed, ([r, s, place, mask]) => {
        const der = write(r, s)
        const at = place % der.length
        der[at] = (der[at] ?? 0) ^ mask
        try {
          const rs = readEcdsaDer(der, curve, 'k')
          expect(write(rs.subarray(0, width), rs.subarray(width))).toEqual(der)
        } catch (error) {
          if (!isOpenPGPError(error, 'signer-answer')) throw error
        }
      }),
    )
  })

  test('octets of any kind are refused, or are the only form of what is read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 160 }), (der) => {
        try {
          const rs = readEcdsaDer(der, curve, 'k')
          expect(write(rs.subarray(0, width), rs.subarray(width))).toEqual(der)
        } catch (error) {
          if (!isOpenPGPError(error, 'signer-answer')) throw error
        }
      }),
    )
  })

  test('an octet more than the width is too long, though DER', () => {
    const long = new Uint8Array(width + 1).fill(1)
    const one = Uint8Array.of(1)
    for (const der of [write(long, one), write(one, long)]) {
      const { code, message } = errorOf(() => readEcdsaDer(der, curve, 'k'))
      expect(code).toBe('signer-answer')
      expect(message).toBe(`k answered numbers too long for ${curve}`)
    }
  })
})

test('the smallest signature there is', () => {
  expect(read('3006020101020102')).toBe(`${'00'.repeat(31)}01${'00'.repeat(31)}02`)
  expect(read('300802020080020200ff')).toBe(`${'00'.repeat(31)}80${'00'.repeat(31)}ff`)
})

describe('no DER', () => {
  test.each([
    ['nothing', ''],
    ['a header alone', '30'],
    ['an empty sequence', '3000'],
    ['a set', '3106020101020102'],
    ['one number', '3003020101'],
    ['three numbers', '3009020101020102020103'],
    ['an octet after it', '300602010102010200'],
    ['an octet less', '30060201010201'],
    ['an octet inside, after s', '300702010102010200'],
    ['a length in more octets than it needs', '308106020101020102'],
    ['a length without an end', '3080020101020102' + '0000'],
    ['a number longer than what is there', '3006020101020202'],
    ['a long length of a number', '300702810101020102'],
    ['a zero octet too many', '30070202000102' + '0102'],
    ['a negative number', '30060201810201' + '02'],
    ['r of zero', '3006020100020102'],
    ['s of zero', '3006020101020100'],
    ['a number of no octets', '30050200020102'],
    ['a BIT STRING for a number', '3006030101020102'],
    ['r || s', '01'.repeat(64)],
  ])('%s', (_, hex) => {
    const { code, message } = errorOf(() => read(hex))
    expect(code).toBe('signer-answer')
    expect(message).toBe('k answered no ECDSA signature in DER')
  })
})

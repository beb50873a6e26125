/** RSA's public operation: the portable one and node:crypto's are the same function. */

import { constants, privateEncrypt } from 'node:crypto'
import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat, fromHex, toHex } from '../../src/octets.ts'
import type { RsaKeyMaterial } from '../../src/packet/key-material.ts'
import { bigInt, createPortable, portable } from '../../src/signature/portable.ts'
import { materialOf, privateKeyOf, testPem, throwAwayPem } from '../support/engine-keys.ts'

const one = (octet: number): Uint8Array => Uint8Array.of(octet)
/** 2^32 + 1 */
const longExponent = Uint8Array.of(1, 0, 0, 0, 1)
const keys: Record<string, { pem: string; material: RsaKeyMaterial }> = {}

beforeAll(() => {
  const pems = { '2048': throwAwayPem(2048), '3072': testPem('a'), '4096': testPem('b') }
  for (const [bits, pem] of Object.entries(pems)) keys[bits] = { pem, material: materialOf(pem) }
})

function keyOf(bits: string): { pem: string; material: RsaKeyMaterial } {
  const key = keys[bits]
  if (!key) throw new Error(bits)
  return key
}

/** Both answers, with the key imported before and without: all have to be the same. */
function both(material: RsaKeyMaterial, value: Uint8Array): Uint8Array | undefined {
  const answers = [portable, nodePrimitives].flatMap((each) =>
    [material, each.importRsa?.(material) ?? material].map((key) => each.rsaPublic(key, value)),
  )
  const [first, ...others] = answers.map((octets) => octets && Buffer.from(octets))
  for (const other of others) expect(other).toEqual(first)
  return answers[0]
}

/** The octets of n + difference. */
function near(n: Uint8Array, difference: bigint): Uint8Array {
  const hex = (bigInt(n) + difference).toString(16)
  return fromHex(hex.padStart(2 * n.length, '0')) ?? new Uint8Array()
}

test('bigInt reads big-endian numbers', () => {
  expect(bigInt(new Uint8Array())).toBe(0n)
  expect(bigInt(Uint8Array.of(0, 1, 0))).toBe(256n)
})

describe.each(['2048', '3072', '4096'])('RSA-%s', (bits) => {
  test('undoes the private operation, to the full length', () => {
    const { pem, material } = keyOf(bits)
    const block = new Uint8Array(material.n.length).fill(0x5a)
    block[0] = 0
    const key = privateKeyOf(pem)
    const value = privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block)
    expect(both(material, new Uint8Array(value))).toEqual(block)
  })

  test('short values are numbers too', () => {
    const { material } = keyOf(bits)
    for (const value of [Uint8Array.of(), Uint8Array.of(0), Uint8Array.of(1), Uint8Array.of(2)]) {
      expect(both(material, value)?.length).toBe(material.n.length)
    }
    expect(both(material, Uint8Array.of(1))?.at(-1)).toBe(1)
    expect(both(material, Uint8Array.of(0, 0, 3))).toEqual(both(material, Uint8Array.of(3)))
  })

  test('values from n on, and longer ones, have no answer', () => {
    const { material } = keyOf(bits)
    expect(both(material, near(material.n, -1n))).toEqual(near(material.n, -1n))
    expect(both(material, material.n)).toBeUndefined()
    expect(both(material, near(material.n, 1n))).toBeUndefined()
    expect(both(material, new Uint8Array(material.n.length).fill(0xff))).toBeUndefined()
    expect(both(material, concat(Uint8Array.of(1), material.n))).toBeUndefined()
    expect(both(material, concat(Uint8Array.of(0), near(material.n, -1n)))).toBeUndefined()
  })
})

test.each([3, 17, 257])('an exponent of %i', (exponent) => {
  const { material } = keyOf('2048')
  const e = Uint8Array.of(exponent >> 8, exponent & 0xff).filter((octet, i) => i > 0 || octet > 0)
  expect(both({ ...material, e }, Uint8Array.of(2))?.length).toBe(256)
})

const octets = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength })

/** By squaring, with nothing clever about it; undefined where there is no answer. */
function plainly({ n, e }: RsaKeyMaterial, value: Uint8Array): bigint | undefined {
  const modulus = bigInt(n)
  if (value.length > n.length || bigInt(value) >= modulus) return undefined
  let [result, square] = [1n % modulus, bigInt(value)]
  for (let rest = bigInt(e); rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/** No key is too odd for it: even moduli, tiny ones, zeros in front, any exponent from 1 on. */
test('the portable operation is value^e mod n, whatever the key', () => {
  const exponent = fc.oneof(octets(1, 9), fc.constantFrom(...[1, 2, 3, 17].map(one), longExponent))
  const property = fc.property(octets(0, 140), exponent, octets(0, 140), (n, e, given) => {
    fc.pre(e.some((octet) => octet > 0))
    const material = { kind: 'rsa', n, e } as const
    const modulus = bigInt(n)
    const values = modulus > 1n ? [near(n, -1n), near(n, -modulus), near(n, 1n - modulus)] : []
    for (const value of [given, given.subarray(0, n.length), n, ...values]) {
      const expected = plainly(material, value)
      for (const key of [material, portable.importRsa?.(material) ?? material]) {
        const answer = portable.rsaPublic(key, value)
        expect(answer && bigInt(answer)).toBe(expected)
        expect(answer?.length ?? n.length).toBe(n.length)
      }
    }
  })
  fc.assert(property, { numRuns: 300 })
})

test('moduli that are none have no octets for an answer from node:crypto, imported or not', () => {
  const { material } = keyOf('2048')
  for (const n of [new Uint8Array(), Uint8Array.of(0), Uint8Array.of(1), Uint8Array.of(4)]) {
    const odd = { ...material, n }
    for (const key of [odd, nodePrimitives.importRsa?.(odd) ?? odd]) {
      expect(nodePrimitives.rsaPublic(key, Uint8Array.of(9)) ?? []).toHaveLength(0)
    }
  }
})

test('the octets of a key are read where they stand in a larger buffer', () => {
  const { material } = keyOf('2048')
  for (const before of [1, 3, 8]) {
    const buffer = new Uint8Array(before + 256 + 5).fill(0xff)
    buffer.set(material.n, before)
    const n = buffer.subarray(before, before + 256)
    expect(bigInt(n)).toBe(BigInt(`0x${toHex(material.n)}`))
    expect(both({ ...material, n }, Uint8Array.of(2))?.length).toBe(256)
  }
})

test('no modulus has no answer, in neither', () => {
  const none = { kind: 'rsa', n: new Uint8Array(), e: Uint8Array.of(3) } as const
  expect(both(none, Uint8Array.of(1))).toBeUndefined()
})

test('a hash that the program does not carry is refused by its name', () => {
  const few = createPortable({ 'SHA-256': sha256 })
  expect(few.hasher('SHA-256').digest()).toHaveLength(32)
  expect(() => few.hasher('SHA-512')).toThrow(
    expect.objectContaining({
      code: 'unsupported',
      message: 'SHA-512 is not in these primitives',
    }),
  )
})

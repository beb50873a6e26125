/** RSA's public operation: the portable one and node:crypto's are the same function. */

import { constants, privateEncrypt } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat, fromHex } from '../../src/octets.ts'
import type { RsaKeyMaterial } from '../../src/packet/key-material.ts'
import { bigInt, portable } from '../../src/signature/portable.ts'
import { materialOf, privateKeyOf, testPem, throwAwayPem } from '../support/engine-keys.ts'

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

/** Both answers, which have to be the same. */
function both(material: RsaKeyMaterial, value: Uint8Array): Uint8Array | undefined {
  const answers = [portable, nodePrimitives].map((each) => each.rsaPublic(material, value))
  expect(answers[0] && Buffer.from(answers[0])).toEqual(answers[1] && Buffer.from(answers[1]))
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

test('no modulus has no answer, in neither', () => {
  const none = { kind: 'rsa', n: new Uint8Array(), e: Uint8Array.of(3) } as const
  expect(both(none, Uint8Array.of(1))).toBeUndefined()
})

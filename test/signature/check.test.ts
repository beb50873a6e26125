/**
 * RSA PKCS#1 v1.5 values that are wrong in one place. The private operation is applied to blocks
 * made by hand, so that each reaches the comparison.
 */

import { constants, createHash, generatePrimeSync, privateEncrypt, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat, fromHex, toHex } from '../../src/octets.ts'
import type { RsaKeyMaterial } from '../../src/packet/key-material.ts'
import { createPublicKey } from '../../src/packet/public-key.ts'
import { checkValue } from '../../src/signature/check.ts'
import { digestInfo } from '../../src/signature/digest-info.ts'
import { bigInt, portable } from '../../src/signature/portable.ts'
import type { Digest } from '../../src/signature/signer.ts'
import { materialOf, privateKeyOf, testPem } from '../support/engine-keys.ts'
import { fingerprintBy } from '../support/fingerprint.ts'

const pem = testPem('a')
const material = materialOf(pem)
const length = material.n.length
const keyWith = (changed: Partial<RsaKeyMaterial>) =>
  createPublicKey({ material: { ...material, ...changed }, created: 0 }, fingerprintBy)
const key = keyWith({})
const digest: Digest = {
  algorithm: 'SHA-256',
  octets: new Uint8Array(createHash('sha256').update('data').digest()),
}
const info = digestInfo(digest)
const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array()
const ff = (count: number): Uint8Array => new Uint8Array(count).fill(0xff)

/** 00 01 padding 00 tail, as long as the modulus. */
function block(tail: Uint8Array, padding = ff(length - tail.length - 3)): Uint8Array {
  return concat(octets('0001'), padding, octets('00'), tail)
}

function signBlock(raw: Uint8Array): Uint8Array {
  const padding = constants.RSA_NO_PADDING
  return new Uint8Array(privateEncrypt({ key: privateKeyOf(pem), padding }, raw))
}

/** The verdict, which both kinds of primitives share. */
async function check(s: Uint8Array, under = key, over = digest): Promise<boolean> {
  const value = { kind: 'rsa', s } as const
  const verdict = await checkValue(under, over, value, portable)
  expect(await checkValue(under, over, value, nodePrimitives)).toBe(verdict)
  return verdict
}

const good = signBlock(block(info))

test('the right block is accepted, and is what OpenSSL makes', async () => {
  expect(await check(good)).toBe(true)
  expect(toHex(good)).toBe(toHex(sign('sha256', Buffer.from('data'), privateKeyOf(pem))))
})

const algorithm = '300D06096086480165030402010500'
const hash = toHex(digest.octets)

const bad: [string, Uint8Array][] = [
  ['no NULL', block(octets(`302F300B0609608648016503040201` + `0420${hash}`))],
  ['another hash OID', block(octets(`3031${algorithm.replace('020105', '020305')}0420${hash}`))],
  ['SHA-1 of 20 octets', block(octets(`3021300906052B0E03021A05000414${hash.slice(0, 40)}`))],
  ['a bare hash', block(digest.octets)],
  ['no hash', block(octets(`3011${algorithm}0400`))],
  ['an octet behind the hash', block(concat(info, octets('00')))],
  ['garbage behind the hash', block(concat(info, ff(32)), ff(8 + 200))],
  [
    'garbage in the parameters',
    block(octets(`3035301106096086480165030402010504DEADBEEF0420${hash}`)),
  ],
  [
    'garbage behind the NULL',
    block(octets(`3033300F060960864801650304020105000000` + `0420${hash}`)),
  ],
  ['a BER length', block(octets(`308131${algorithm}0420${hash}`))],
  ['an indefinite length', block(octets(`3080${algorithm}0420${hash}0000`))],
  ['a long tag of the hash', block(octets(`3032${algorithm}048120${hash}`))],
  ['one octet of the hash changed', block(info.map((o, i) => (i === info.length - 1 ? o ^ 1 : o)))],
  ['a zero in the padding', block(info, ff(length - info.length - 3).fill(0, 50, 51))],
  ['padding of other octets', block(info, ff(length - info.length - 3).fill(0xfe))],
  ['one octet of padding changed', block(info, ff(length - info.length - 3).fill(0x7f, 0, 1))],
  ['block type 0', concat(octets('0000'), block(info).subarray(2))],
  ['block type 2', concat(octets('0002'), block(info).subarray(2))],
  ['short padding, garbage behind', concat(block(info, ff(8)), ff(length - 8 - 3 - info.length))],
  ['no padding', concat(block(info, ff(0)), ff(length - 3 - info.length))],
  ['no separator', concat(octets('0001'), ff(length - info.length - 2), info)],
  ['two separators', concat(octets('0001'), ff(length - info.length - 4), octets('0000'), info)],
  ['all zero', new Uint8Array(length)],
]

test.each(bad)('%s is refused', async (_, raw) => {
  const exact = concat(raw.subarray(0, length), new Uint8Array(Math.max(0, length - raw.length)))
  expect(exact.length).toBe(length)
  expect(await check(signBlock(exact))).toBe(false)
})

describe('values', () => {
  test('flipping any bit of one octet in 16 is refused', async () => {
    for (let at = 0; at < length; at += 16) {
      const flipped = good.map((octet, index) => (index === at ? octet ^ (1 << (at % 8)) : octet))
      expect(await check(flipped)).toBe(false)
    }
  })

  test('s + n, zero, one, n - 1 and nothing are refused', async () => {
    const sum = (bigInt(good) + bigInt(material.n)).toString(16)
    expect(await check(octets(sum.padStart(sum.length + (sum.length % 2), '0')))).toBe(false)
    const last = material.n.map((octet, index) => (index === length - 1 ? octet - 1 : octet))
    for (const s of [octets(''), octets('00'), octets('01'), material.n, last]) {
      expect(await check(s)).toBe(false)
    }
  })

  test('another digest, and the same octets said to be of another hash', async () => {
    const other = { ...digest, octets: digest.octets.map((octet) => octet ^ 0xff) }
    expect(await check(good, key, other)).toBe(false)
    expect(await check(good, key, { ...digest, algorithm: 'SHA-512' })).toBe(false)
  })

  test('an opaque value says nothing', async () => {
    expect(await checkValue(key, digest, { kind: 'opaque', octets: good }, portable)).toBe(false)
  })
})

describe('keys', () => {
  test('another key', async () => {
    const other = { material: materialOf(testPem('b')), created: 0 }
    expect(await check(good, createPublicKey(other, fingerprintBy))).toBe(false)
  })

  test('an exponent of 1: the block itself would be its signature', async () => {
    const one = keyWith({ e: octets('01') })
    expect(portable.rsaPublic({ ...material, e: octets('01') }, block(info))).toEqual(block(info))
    expect(await check(block(info), one)).toBe(false)
  })

  test('an exponent of 0 or of over 64 bits', async () => {
    expect(await check(good, keyWith({ e: octets('') }))).toBe(false)
    expect(await check(good, keyWith({ e: octets('010000000000000001') }))).toBe(false)
  })

  test('an exponent of over 64 bits, though it be as good as the real one', async () => {
    const { p = '', q = '' } = privateKeyOf(pem).export({ format: 'jwk' })
    const [a, b] = [p, q].map((text) => bigInt(new Uint8Array(Buffer.from(text, 'base64url'))))
    const huge = 65_537n + ((a ?? 0n) - 1n) * ((b ?? 0n) - 1n)
    const e = octets(huge.toString(16).padStart(2 * length, '0'))
    expect(portable.rsaPublic({ ...material, e }, good)).toEqual(block(info))
    expect(await check(good, keyWith({ e }))).toBe(false)
  })

  test.each([
    [61, 7, false],
    [62, 8, true],
  ])('a modulus of %i octets leaves %i of padding', async (octetCount, padding, accepted) => {
    const { n, d } = tinyKey(octetCount)
    const raw = concat(octets('0001'), ff(padding), octets('00'), info)
    expect(raw.length).toBe(octetCount)
    const hex = modPow(bigInt(raw), d, bigInt(n)).toString(16)
    const s = octets(hex.padStart(2 * octetCount, '0'))
    expect(portable.rsaPublic({ ...material, n }, s)).toEqual(raw)
    const value = { kind: 'rsa', s } as const
    expect(await checkValue(keyWith({ n }), digest, value, portable)).toBe(accepted)
  })

  test('a key that only encrypts signs nothing, though the number is right', async () => {
    expect(await check(good, { ...key, algorithm: 3 })).toBe(true)
    expect(await check(good, { ...key, algorithm: 2 })).toBe(false)
  })

  test('material of another kind', async () => {
    const opaque = { ...key, material: { kind: 'opaque', octets: good } as const }
    expect(await check(good, opaque)).toBe(false)
  })
})

/** Bleichenbacher 2006: with e = 3, a cube root of a prefix passes who reads instead of comparing. */
test('a cube root forgery against e = 3 is refused', async () => {
  const e = octets('03')
  const prefix = concat(octets('0001'), ff(8), octets('00'), info)
  const wanted = BigInt(`0x${toHex(concat(prefix, ff(length - prefix.length)))}`)
  const root = cubeRoot(wanted)
  const s = octets(root.toString(16).padStart(2 * length, '0'))
  const opened = portable.rsaPublic({ ...material, e }, s) ?? new Uint8Array()
  expect(toHex(opened.subarray(0, prefix.length))).toBe(toHex(prefix))
  expect(await check(s, keyWith({ e }))).toBe(false)
})

/** A key far too short, to the octet. */
function tinyKey(octetCount: number): { n: Uint8Array; d: bigint } {
  for (;;) {
    const bits = 4 * octetCount
    const [p, q] = [bits, bits].map((size) => generatePrimeSync(size, { bigint: true }))
    if (p === undefined || q === undefined || p === q) continue
    const order = (p - 1n) * (q - 1n)
    const hex = (p * q).toString(16)
    if (hex.length !== 2 * octetCount || order % 65_537n === 0n) continue
    return { n: octets(hex), d: modInverse(65_537n, order) }
  }
}

function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

function modInverse(value: bigint, modulus: bigint): bigint {
  let [r, next, t, nextT] = [modulus, value, 0n, 1n]
  while (next > 0n) {
    const quotient = r / next
    ;[r, next, t, nextT] = [next, r - quotient * next, nextT, t - quotient * nextT]
  }
  return ((t % modulus) + modulus) % modulus
}

/** The largest number whose cube is not larger. */
function cubeRoot(value: bigint): bigint {
  let [low, high] = [0n, 1n << BigInt(Math.ceil(value.toString(2).length / 3) + 1)]
  while (low < high) {
    const middle = (low + high + 1n) / 2n
    if (middle ** 3n <= value) low = middle
    else high = middle - 1n
  }
  return low
}

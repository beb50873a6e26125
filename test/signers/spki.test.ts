import { BitString, Integer, Null, ObjectIdentifier, Sequence } from 'asn1js'
import fc from 'fast-check'
import { generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isOpenPGPError } from '../../src/errors.ts'
import { parseSpki } from '../../src/signers/spki.ts'
import { codeOf } from '../support/code-of.ts'

const spki = (key: KeyObject): Uint8Array => key.export({ type: 'spki', format: 'der' })
const fromJwk = (key: KeyObject, field: 'n' | 'e' | 'x' | 'y'): Uint8Array =>
  new Uint8Array(Buffer.from(key.export({ format: 'jwk' })[field] ?? '', 'base64url'))
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
const der = spki(rsa)

/** An RSA SubjectPublicKeyInfo with one thing about it changed. */
function rsaSpki(change: {
  n?: Uint8Array
  e?: Uint8Array
  oid?: string
  parameters?: (Null | Integer)[]
  more?: Integer[]
}): Uint8Array {
  const n = new Integer({ valueHex: change.n ?? Buffer.concat([Buffer.of(0), fromJwk(rsa, 'n')]) })
  const e = new Integer({ valueHex: change.e ?? fromJwk(rsa, 'e') })
  const key = new Sequence({ value: [n, e, ...(change.more ?? [])] }).toBER()
  const identifier = new ObjectIdentifier({ value: change.oid ?? '1.2.840.113549.1.1.1' })
  const algorithm = new Sequence({ value: [identifier, ...(change.parameters ?? [new Null()])] })
  return new Uint8Array(
    new Sequence({ value: [algorithm, new BitString({ valueHex: key })] }).toBER(),
  )
}

describe('RSA', () => {
  test.each([1024, 2048, 3072])('a key of %i bits is what JWK says it is', (modulusLength) => {
    const key = generateKeyPairSync('rsa', { modulusLength }).publicKey
    const expected = { kind: 'rsa', n: fromJwk(key, 'n'), e: fromJwk(key, 'e') }
    expect(parseSpki(spki(key))).toEqual(expected)
  })

  test('the builder of these tests makes what OpenSSL makes', () => {
    expect(Buffer.from(rsaSpki({})).equals(Buffer.from(der))).toBe(true)
  })

  test('octets that lie inside of a larger buffer are read', () => {
    const pool = Buffer.concat([Buffer.alloc(7, 0xff), der, Buffer.alloc(9, 0xff)])
    expect(parseSpki(pool.subarray(7, 7 + der.length))).toEqual(parseSpki(der))
  })

  test.each([
    ['nothing', new Uint8Array()],
    ['a trailing octet', Buffer.concat([der, Buffer.of(0)])],
    ['a last octet less', der.subarray(0, -1)],
    ['parameters left out', rsaSpki({ parameters: [] })],
    ['a parameter that is not NULL', rsaSpki({ parameters: [new Integer({ value: 1 })] })],
    ['a second parameter', rsaSpki({ parameters: [new Null(), new Null()] })],
    ['a third number', rsaSpki({ more: [new Integer({ value: 1 })] })],
    ['a negative modulus', rsaSpki({ n: Uint8Array.of(0x80, ...new Array<number>(254).fill(1)) })],
    ['a modulus of zero', rsaSpki({ n: Uint8Array.of(0) })],
    ['an even modulus', rsaSpki({ n: Uint8Array.of(2, ...new Array<number>(255).fill(2)) })],
    ['an exponent of one', rsaSpki({ e: Uint8Array.of(1) })],
    ['an even exponent', rsaSpki({ e: Uint8Array.of(2) })],
    ['a negative exponent', rsaSpki({ e: Uint8Array.of(0x81) })],
    ['an exponent with a needless zero', rsaSpki({ e: Uint8Array.of(0, 1, 0, 1) })],
  ])('%s is malformed', (_, octets) => {
    expect(codeOf(() => parseSpki(octets))).toBe('malformed')
  })

  test('a length in more octets than it takes is malformed', () => {
    const tail = der.subarray(4)
    const long = Buffer.concat([Buffer.of(0x30, 0x83, 0, tail.length >> 8, tail.length), tail])
    expect(codeOf(() => parseSpki(long))).toBe('malformed')
  })

  test('an indefinite length is malformed', () => {
    const long = Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(4), Buffer.of(0, 0)])
    expect(codeOf(() => parseSpki(long))).toBe('malformed')
  })

  test('a modulus of over 16,384 bits is refused', () => {
    const n = Uint8Array.of(...new Array<number>(2049).fill(1))
    expect(codeOf(() => parseSpki(rsaSpki({ n })))).toBe('limit')
  })

  test('whatever an octet is changed to: the key it is then, or one of our errors', () => {
    const changes = fc.tuple(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(changes, ([at, difference]) => {
        const octets = Uint8Array.from(der)
        octets[at] = (octets[at] ?? 0) ^ difference
        try {
          const key = parseSpki(octets)
          expect(key.kind).toBe('rsa')
          expect(key).not.toEqual(parseSpki(der))
        } catch (error) {
          if (!isOpenPGPError(error)) throw error
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('elliptic curves', () => {
  test.each(['P-256', 'P-384', 'P-521'] as const)('ECDSA on %s', (namedCurve) => {
    const key = generateKeyPairSync('ec', { namedCurve }).publicKey
    const point = Uint8Array.of(4, ...fromJwk(key, 'x'), ...fromJwk(key, 'y'))
    expect(parseSpki(spki(key))).toEqual({ kind: 'ecdsa', curve: namedCurve, point })
  })

  test('Ed25519', () => {
    const key = generateKeyPairSync('ed25519').publicKey
    expect(parseSpki(spki(key))).toEqual({ kind: 'ed25519', point: fromJwk(key, 'x') })
  })

  test('a point that is cut short is malformed', () => {
    const octets = spki(generateKeyPairSync('ed25519').publicKey)
    const short = Buffer.from(octets).subarray(0, -1)
    short[1] = (short[1] ?? 0) - 1
    short[10] = (short[10] ?? 0) - 1
    expect(codeOf(() => parseSpki(short))).toBe('malformed')
  })
})

describe('what is not supported is called by its name', () => {
  const ec = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).publicKey
  test.each([
    ['RSASSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey],
    ['Ed448', generateKeyPairSync('ed448').publicKey],
    ['X25519', generateKeyPairSync('x25519').publicKey],
    ['secp256k1', ec('secp256k1')],
    ['1.3.36.3.3.2.8.1.1.7', ec('brainpoolP256r1')],
  ])('%s', (name, key) => {
    expect(() => parseSpki(spki(key))).toThrow(name)
    expect(codeOf(() => parseSpki(spki(key)))).toBe('unsupported')
  })
})

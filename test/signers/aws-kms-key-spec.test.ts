import { describe, expect, test } from 'vitest'
import { isKnownSpec, keySpecOf, signInput } from '../../src/signers/aws-kms-key-spec.ts'
import { errorOf } from '../support/code-of.ts'
import { curveNames, curveSigner } from '../support/curve-keys.ts'

const lengths = { 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 } as const
const digestOf = (algorithm: keyof typeof lengths) => ({
  algorithm,
  octets: new Uint8Array(lengths[algorithm]),
})

describe('what Sign is asked for', () => {
  test.each([
    ['RSA', 'SHA-256', 'DIGEST', 'RSASSA_PKCS1_V1_5_SHA_256'],
    ['RSA', 'SHA-384', 'DIGEST', 'RSASSA_PKCS1_V1_5_SHA_384'],
    ['RSA', 'SHA-512', 'DIGEST', 'RSASSA_PKCS1_V1_5_SHA_512'],
    ['P-256', 'SHA-256', 'DIGEST', 'ECDSA_SHA_256'],
    ['P-384', 'SHA-384', 'DIGEST', 'ECDSA_SHA_384'],
    ['P-521', 'SHA-512', 'DIGEST', 'ECDSA_SHA_512'],
    ['Ed25519', 'SHA-256', 'RAW', 'ED25519_SHA_512'],
    ['Ed25519', 'SHA-384', 'RAW', 'ED25519_SHA_512'],
    ['Ed25519', 'SHA-512', 'RAW', 'ED25519_SHA_512'],
  ] as const)('%s, %s: %s, %s', (kind, hash, MessageType, SigningAlgorithm) => {
    const digest = digestOf(hash)
    const expected = { KeyId: 'key', Message: digest.octets, MessageType, SigningAlgorithm }
    expect(signInput('key', kind, digest, 'k')).toEqual(expected)
  })

  test.each([
    ['P-256', 'SHA-384', 'SHA-256'],
    ['P-256', 'SHA-512', 'SHA-256'],
    ['P-384', 'SHA-256', 'SHA-384'],
    ['P-384', 'SHA-512', 'SHA-384'],
    ['P-521', 'SHA-256', 'SHA-512'],
    ['P-521', 'SHA-384', 'SHA-512'],
  ] as const)('%s signs no %s here, and the hint names %s', (kind, hash, own) => {
    const { code, message, hint } = errorOf(() => signInput('key', kind, digestOf(hash), 'k'))
    expect(code).toBe('usage')
    expect(message).toBe(`k: AWS KMS signs no ${hash} by a ${kind} key`)
    expect(hint).toContain(own)
  })
})

describe('key specs', () => {
  const specs = ['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521', 'ECC_NIST_EDWARDS25519']
  test.each(curveNames.map((curve, index) => [curve, specs[index]] as const))(
    '%s is %s',
    async (curve, spec = '') => {
      expect(keySpecOf(await curveSigner(curve).publicKey())).toBe(spec)
      expect(isKnownSpec(spec)).toBe(true)
    },
  )

  test.each([2048, 3072, 4096])('RSA of %i bits', (bits) => {
    const n = new Uint8Array(bits / 8).fill(0xff)
    expect(keySpecOf({ kind: 'rsa', n, e: Uint8Array.of(3) })).toBe(`RSA_${bits}`)
    expect(isKnownSpec(`RSA_${bits}`)).toBe(true)
  })

  test('a bit less is no such spec', () => {
    const n = new Uint8Array(384).fill(0x7f)
    expect(keySpecOf({ kind: 'rsa', n, e: Uint8Array.of(3) })).toBe('RSA_3071')
  })

  test.each(['RSA_1024', 'ECC_SECG_P256K1', 'SM2', 'ML_DSA_65', 'HMAC_256', 'xRSA_4096', ''])(
    '%s is of no use',
    (spec) => expect(isKnownSpec(spec)).toBe(false),
  )
})

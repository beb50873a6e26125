import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSignature, signBody } from '../../src/signers/vault-answer.ts'
import { errorOf } from '../support/code-of.ts'

const octets = Uint8Array.from({ length: 48 }, (_, at) => 255 - at)
const digest = { algorithm: 'SHA-384', octets } as const
const input = Buffer.from(octets).toString('base64')

describe('what is asked for', () => {
  test.each([
    ['RSA', { input, prehashed: true, signature_algorithm: 'pkcs1v15' }],
    ['P-256', { input, prehashed: true, marshaling_algorithm: 'jws' }],
    ['P-521', { input, prehashed: true, marshaling_algorithm: 'jws' }],
    ['Ed25519', { input }], // the digest is the message: nothing is prehashed
  ] as const)('%s', (kind, body) => {
    expect(signBody(digest, kind, undefined)).toEqual(body)
    expect(signBody(digest, kind, 3)).toEqual({ ...body, key_version: 3 })
  })
})

describe('a signature', () => {
  const answer = (signature: unknown): { data: object } => ({ data: { signature } })
  const value = Buffer.from(octets)

  test('in base64, or of ECDSA in base64url', () => {
    const standard = answer(`vault:v12:${value.toString('base64')}`)
    const url = answer(`vault:v12:${value.toString('base64url')}`)
    for (const version of [undefined, 12]) {
      expect(readSignature(standard, 'RSA', version, 'k')).toEqual(octets)
      expect(readSignature(standard, 'Ed25519', version, 'k')).toEqual(octets)
      expect(readSignature(url, 'P-384', version, 'k')).toEqual(octets)
    }
    expect(errorOf(() => readSignature(url, 'RSA', 12, 'k')).code).toBe('signer-answer')
    expect(errorOf(() => readSignature(standard, 'P-384', 12, 'k')).code).toBe('signer-answer')
  })

  test('by another version than was asked for', () => {
    const error = errorOf(() => readSignature(answer('vault:v2:AAEC'), 'RSA', 1, 'k'))
    expect(error.code).toBe('signer-answer')
    expect(error.message).toBe('k: Vault answered a signature by version 2 where 1 was asked for')
  })

  test.each([
    [{}],
    [{ data: null }],
    [{ data: [] }],
    [answer(7)],
    [answer('')],
    [answer('AAEC')],
    [answer('vault:AAEC')],
    [answer('vault:v0:AAEC')],
    [answer('vault:v01:AAEC')],
    [answer('vault:v1:')],
    [answer('vault:v1:AAE')],
    [answer('vault:v1:AAF=')],
    [answer('vault:v1:AAEC\n')],
    [answer(' vault:v1:AAEC')],
    [answer('vault:v1:v1:AAEC')],
    [answer('azure:v1:AAEC')],
  ])('not %j', (given) => {
    expect(errorOf(() => readSignature(given, 'RSA', undefined, 'k')).code).toBe('signer-answer')
  })
})

test('every signature comes out as it went in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (any) => {
      const value = Buffer.from(any)
      const answer = (text: string): { data: object } => ({ data: { signature: text } })
      const standard = answer(`vault:v1:${value.toString('base64')}`)
      const url = answer(`vault:v1:${value.toString('base64url')}`)
      expect(Buffer.from(readSignature(standard, 'RSA', 1, 'k'))).toEqual(value)
      expect(Buffer.from(readSignature(url, 'P-256', 1, 'k'))).toEqual(value)
    }),
  )
})

import { expect, test } from 'vitest'
import { requireDigest } from '../../src/signers/digest.ts'
import type { Digest } from '../../src/signature/signer.ts'
import { codeOf, errorOf } from '../support/code-of.ts'

const check = (algorithm: string, octets: number): void =>
  requireDigest({ algorithm, octets: new Uint8Array(octets) } as Digest, 'the key')

test.each([
  ['SHA-256', 32],
  ['SHA-384', 48],
  ['SHA-512', 64],
])('%s has %i octets, no more and no fewer', (algorithm, octets) => {
  expect(() => check(algorithm, octets)).not.toThrow()
  expect(codeOf(() => check(algorithm, octets - 1))).toBe('usage')
  expect(codeOf(() => check(algorithm, octets + 1))).toBe('usage')
  expect(codeOf(() => check(algorithm, 0))).toBe('usage')
})

test('the error names the key and both lengths', () => {
  const { message } = errorOf(() => check('SHA-384', 32))
  expect(message).toBe('the key: a SHA-384 digest has 48 octets, this one has 32')
})

test.each(['SHA-1', 'SHA-224', 'MD5', 'sha-256', 'constructor', '__proto__'])(
  '%s is refused',
  (algorithm) => {
    expect(codeOf(() => check(algorithm, 32))).toBe('usage')
  },
)

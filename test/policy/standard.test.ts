import { expect, test } from 'vitest'
import { readSignature } from '../../src/packet/signature.ts'
import { rsaBitsToMint, rsaBitsToVerify, standardPolicy } from '../../src/policy/standard.ts'
import { forgeKey, forgeSignature } from '../support/forge/signature.ts'
import type { HashName } from '../support/forge/signature.ts'

const context = { use: 'document', at: 0 } as const
const alice = forgeKey('alice')
const over = { kind: 'key', primary: alice.key } as const

function objectionTo(hash: HashName): unknown {
  const signature = readSignature(forgeSignature({ by: alice, type: 0x1f, over, hash }))
  return standardPolicy().signature(signature, context)?.code
}

test('SHA-2, and nothing older', () => {
  expect(objectionTo('SHA-224')).toBeUndefined()
  expect(objectionTo('SHA-256')).toBeUndefined()
  expect(objectionTo('SHA-384')).toBeUndefined()
  expect(objectionTo('SHA-512')).toBeUndefined()
  expect(objectionTo('SHA-1')).toBe('signature-weak')
  expect(objectionTo('MD5')).toBe('signature-weak')
})

test('RSA of 2048 bits to verify, of 3072 to mint', () => {
  const policy = standardPolicy()
  expect(policy.key(alice.key, context)).toBeUndefined()
  expect(policy.key(forgeKey('strong').key, context)).toBeUndefined()
  expect(policy.key(forgeKey('weak').key, context)).toMatchObject({
    code: 'key-weak',
    reason: expect.stringContaining('RSA-1024') as unknown,
  })
  expect([rsaBitsToVerify, rsaBitsToMint]).toEqual([2048, 3072])
})

test('one bit less than 2048 is too short', () => {
  const n = Uint8Array.from(forgeKey('alice').numbers.n)
  n[0] = 0x7f
  const key = { ...alice.key, material: { kind: 'rsa', n, e: alice.numbers.e } as const }
  expect(standardPolicy().key(key, context)?.reason).toContain('RSA-2047')
})

test('keys of other algorithms, by number', () => {
  const key = {
    ...alice.key,
    algorithm: 22,
    material: { kind: 'opaque', octets: new Uint8Array() } as const,
  }
  expect(standardPolicy().key(key, context)).toMatchObject({
    code: 'unsupported',
    reason: expect.stringContaining('22') as unknown,
  })
})

test('no critical notation is known unless the caller says so', () => {
  expect(standardPolicy().criticalNotations).toEqual([])
  const criticalNotations = ['salt@example.org']
  expect(standardPolicy({ criticalNotations }).criticalNotations).toEqual(criticalNotations)
})

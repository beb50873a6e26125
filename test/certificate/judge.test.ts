import { expect, test } from 'vitest'
import type { CheckedSignatures } from '../../src/certificate/check.ts'
import { judgePrimary, judgeSubkey, judgeUserId } from '../../src/certificate/judge.ts'
import type { EvaluatedKey } from '../../src/certificate/judge.ts'
import { readRevocation, readSelfSignature } from '../../src/certificate/self-signature.ts'
import type { Revocation, SelfSignature } from '../../src/certificate/self-signature.ts'
import { utf8 } from '../../src/octets.ts'
import { readSignature } from '../../src/packet/signature.ts'
import type { RawSubpacket } from '../../src/packet/subpacket.ts'
import { readUserId } from '../../src/packet/user-id.ts'
import type { Objection } from '../../src/policy/policy.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { because, keyExpires, signs } from '../support/forge/certificate.ts'
import { forgeKey, forgeSignature, madeAt } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const userId = readUserId(utf8('Alice'))

// Only what a signature says matters here; its number has been checked by then.
const body = (type: number, after: number, hashed: readonly RawSubpacket[]): Uint8Array => {
  const over = { kind: 'key', primary: alice.key } as const
  return forgeSignature({ by: alice, type, over, created: madeAt + after, hashed })
}
const self = (after: number, ...hashed: RawSubpacket[]): SelfSignature =>
  readSelfSignature(readSignature(body(0x1f, after, hashed)))
const revoked = (type: number, after: number, ...hashed: RawSubpacket[]): Revocation =>
  readRevocation(readSignature(body(type, after, hashed)))

function checked(
  bindings: readonly SelfSignature[],
  revocations: readonly Revocation[] = [],
): CheckedSignatures {
  return { bindings, revocations, rejected: [] }
}

const at = (after: number): Parameters<typeof judgePrimary>[3] => {
  return { at: madeAt + after, now: madeAt + after, policy: standardPolicy() }
}
const primaryAt = (after: number, direct: CheckedSignatures): EvaluatedKey =>
  judgePrimary(alice.key, direct, [], at(after))
const subkeyAt = (after: number, given: CheckedSignatures, inherited?: Objection): EvaluatedKey =>
  judgeSubkey(alice.key, given, inherited, at(after))

test('a User ID needs a self-signature by then, and no revocation since', () => {
  const given = checked([self(10)], [revoked(0x30, 20)])
  const codes = [9, 10, 19, 20].map((after) => {
    const { binding, objection } = judgeUserId(userId, given, madeAt + after)
    expect(binding === undefined).toBe(objection !== undefined)
    return objection?.code
  })
  expect(codes).toEqual(['certificate-invalid', undefined, undefined, 'certificate-revoked'])
})

test('a User ID is taken back in by a later self-signature, whatever the reason was', () => {
  const given = checked([self(10), self(30)], [revoked(0x30, 20, because(0))])
  expect(judgeUserId(userId, given, madeAt + 30).objection).toBeUndefined()
})

test('a primary key by its direct key signature alone', () => {
  const key = primaryAt(20, checked([self(10, signs, keyExpires(60))]))
  expect(key).toMatchObject({ keyFlags: 3, expires: madeAt + 60, objection: undefined })
})

test('a direct key signature can be taken back and given again', () => {
  const taken = checked([self(10, signs), self(30, signs)], [revoked(0x30, 20)])
  const codes = [19, 20, 29, 30].map((after) => primaryAt(after, taken).objection?.code)
  expect(codes).toEqual([undefined, 'certificate-invalid', 'certificate-invalid', undefined])
})

test('a key revocation takes back the key, and no direct key signature with it', () => {
  // The User ID takes the key back in; what it may do, the direct key signature says as before.
  const direct = checked([self(10, signs)], [revoked(0x20, 20, because(3))])
  const key = judgePrimary(alice.key, direct, [{ binding: self(30) }], at(40))
  expect(key).toMatchObject({ keyFlags: 3, revocation: undefined, objection: undefined })
})

test('a key revocation is hard at any time, a soft one from its date on', () => {
  const hard = checked([self(10, signs)], [revoked(0x20, 50, because(2))])
  const soft = checked([self(10, signs)], [revoked(0x20, 50, because(3))])
  expect(primaryAt(20, hard).objection?.code).toBe('certificate-revoked')
  expect(primaryAt(49, soft).objection).toBeUndefined()
  expect(primaryAt(50, soft).objection?.code).toBe('certificate-revoked')
  expect(primaryAt(50, soft).revocation).toBe(soft.revocations[0])
})

test('the hard one of two is found behind a soft one', () => {
  const both = checked([self(10)], [revoked(0x20, 5, because(1)), revoked(0x20, 50)])
  expect(primaryAt(20, both).revocation?.hard).toBe(true)
})

test('a key counts to the second before it expires', () => {
  const given = checked([self(10, signs, keyExpires(60))])
  expect(subkeyAt(59, given).objection).toBeUndefined()
  expect(subkeyAt(60, given).objection?.code).toBe('certificate-expired')
})

test('a subkey inherits, unless it is revoked itself', () => {
  const inherited = { code: 'certificate-expired', reason: 'the primary key expired' } as const
  expect(subkeyAt(20, checked([self(10)]), inherited).objection).toBe(inherited)
  const gone = subkeyAt(20, checked([self(10)], [revoked(0x28, 15)]), inherited)
  expect(gone.objection?.reason).toContain('the subkey was revoked')
})

test('a key that is newer than the moment', () => {
  const { objection } = subkeyAt(-1, checked([self(0)]))
  expect(objection).toEqual({
    ...{ code: 'time-invalid', reason: 'the subkey was made later, 2024-01-01T00:00:00Z' },
  })
})

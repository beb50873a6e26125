import { expect, test } from 'vitest'
import { critical } from '../../src/packet/subpacket.ts'
import { readSignature } from '../../src/packet/signature.ts'
import type { Signature } from '../../src/packet/signature.ts'
import { algorithmObjection, formObjection } from '../../src/policy/form.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { revocationHash } from '../../src/signature/hasher.ts'
import { notation, signatureExpires, unknown } from '../support/forge/certificate.ts'
import { forgeKey, forgeSignature, madeAt, time } from '../support/forge/signature.ts'
import type { SignatureParts } from '../support/forge/signature.ts'

const alice = forgeKey('alice')

function signed(parts: Partial<SignatureParts> = {}): Signature {
  const over = { kind: 'key', primary: alice.key } as const
  return readSignature(forgeSignature({ by: alice, type: 0x1f, over, ...parts }))
}

const objection = (parts?: Partial<SignatureParts>): string | undefined =>
  formObjection(signed(parts), standardPolicy())?.reason

test('a sound signature', () => {
  expect(objection()).toBeUndefined()
  expect(objection({ hashed: [unknown, notation('a@example.org')] })).toBeUndefined()
  expect(objection({ hashed: [critical(signatureExpires(1))] })).toBeUndefined()
})

test('critical things that are not known are named', () => {
  expect(objection({ hashed: [critical(unknown)] })).toMatch(/a subpacket of type 100, which is/)
  expect(objection({ hashed: [critical(notation('a@example.org'))] })).toMatch(/"a@example\.org"/)
})

test('a notation’s name is shown escaped and short', () => {
  const reason = objection({ hashed: [critical(notation(`\u001b[2J\n${'x'.repeat(500)}`))] }) ?? ''
  expect(reason).toContain('\\u001b[2J\\n')
  expect(reason.length).toBeLessThan(250)
})

test('the creation time is hashed, and one', () => {
  expect(objection({ created: null, unhashed: [time(madeAt)] })).toMatch(/no hashed creation time/)
  expect(objection({ created: madeAt, hashed: [time(madeAt)] })).toBeUndefined()
  expect(objection({ created: madeAt, hashed: [time(madeAt + 1)] })).toMatch(/several creation/)
})

test('hashes: broken ones are weak, unknown ones are not supported', () => {
  const withHash = (id: number): unknown =>
    algorithmObjection({ ...signed(), hashAlgorithm: id })?.code
  expect([1, 2, 3].map(withHash)).toEqual(Array(3).fill('signature-weak'))
  expect([8, 9, 10, 11].map(withHash)).toEqual(Array(4).fill(undefined))
  expect([0, 12, 14, 99].map(withHash)).toEqual(Array(4).fill('unsupported'))
})

test('SHA-1 is checked of a revocation alone, and nothing else is added', () => {
  const withHash = (id: number): unknown =>
    algorithmObjection({ ...signed(), hashAlgorithm: id }, revocationHash)?.code
  expect([2, 8, 11].map(withHash)).toEqual(Array(3).fill(undefined))
  expect([1, 3].map(withHash)).toEqual(Array(2).fill('signature-weak'))
  expect([0, 12, 99].map(withHash)).toEqual(Array(3).fill('unsupported'))
  const sha1 = signed({ hash: 'SHA-1' })
  expect(formObjection(sha1, standardPolicy())?.code).toBe('signature-weak')
})

test('numbers of other algorithms are not supported, by name', () => {
  const dsa = signed({ algorithm: 17 })
  expect(algorithmObjection(dsa)).toEqual({
    ...{ code: 'unsupported', reason: 'it uses dsa, which is not supported' },
  })
  expect(formObjection(dsa, standardPolicy())?.code).toBe('unsupported')
  expect(algorithmObjection(signed({ algorithm: 99 }))?.reason).toContain('algorithm 99')
})

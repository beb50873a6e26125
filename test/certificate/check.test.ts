import { expect, test } from 'vitest'
import { checkSignatures } from '../../src/certificate/check.ts'
import type { CheckedSignatures } from '../../src/certificate/check.ts'
import { limits } from '../../src/limits.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { readSignature } from '../../src/packet/signature.ts'
import { critical } from '../../src/packet/subpacket.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { rejection } from '../support/code-of.ts'
import { unknown } from '../support/forge/certificate.ts'
import { forgeKey, forgeSignature, madeAt } from '../support/forge/signature.ts'
import type { SignatureParts } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const mallory = forgeKey('mallory')
const asAlice = { numbers: mallory.numbers, key: alice.key }
const over = { kind: 'key', primary: alice.key } as const
const types = { binding: [0x1f], revocation: [0x20] }

const binding = (parts: Partial<SignatureParts> = {}): Uint8Array =>
  forgeSignature({ by: alice, type: 0x1f, over, ...parts })
const revocation = (parts: Partial<SignatureParts> = {}): Uint8Array =>
  binding({ type: 0x20, ...parts })

function check(
  bodies: readonly Uint8Array[],
  policy: Policy = standardPolicy(),
): Promise<CheckedSignatures> {
  const component = { signatures: bodies.map(readSignature), unreadable: [] }
  return checkSignatures(component, over, types, { now: madeAt, policy, primitives })
}

async function counts(bodies: readonly Uint8Array[], policy?: Policy): Promise<number[]> {
  const { bindings, revocations, rejected } = await check(bodies, policy)
  return [bindings.length, revocations.length, rejected.length]
}

test('bindings and revocations by the key are told apart', async () => {
  expect(await counts([binding(), revocation(), binding()])).toEqual([2, 1, 0])
})

test('by several hashes, each over the same target', async () => {
  const hashes = ['SHA-256', 'SHA-384', 'SHA-512', 'SHA-256'] as const
  expect(await counts(hashes.map((hash) => binding({ hash })))).toEqual([4, 0, 0])
})

test('those by others are in no list, those that claim to be the key’s are rejected', async () => {
  const foreign = [binding({ by: mallory }), revocation({ by: mallory })]
  const forged = [binding({ by: asAlice }), revocation({ by: asAlice })]
  expect(await counts(foreign)).toEqual([0, 0, 0])
  expect(await counts(forged)).toEqual([0, 0, 2])
})

test('a type that does not belong there is rejected, unless it is another’s', async () => {
  const { rejected } = await check([binding({ type: 0x13 }), binding({ type: 0x13, by: mallory })])
  expect(rejected.map(({ reason }) => reason)).toEqual([
    'a signature of positiveCertification does not belong here',
  ])
})

test('a type that has no name is named by its number', async () => {
  const { rejected } = await check([binding({ type: 0x77 })])
  expect(rejected[0]?.reason).toBe('a signature of type 119 does not belong here')
})

test('what makes a binding void leaves a revocation standing', async () => {
  const odd: Partial<SignatureParts>[] = [
    { hashed: [critical(unknown)] },
    { created: null },
    { created: madeAt - 1 },
  ]
  expect(await counts(odd.map(binding))).toEqual([0, 0, 3])
  expect(await counts(odd.map(revocation))).toEqual([0, 3, 0])
})

test('the policy is asked about bindings alone', async () => {
  const objection = { code: 'signature-weak', reason: 'no' } as const
  const policy: Policy = { signature: () => objection, key: () => undefined }
  const { bindings, revocations, rejected } = await check([binding(), revocation()], policy)
  expect([bindings.length, revocations.length]).toEqual([0, 1])
  expect(rejected).toMatchObject([objection])
})

test('a revocation by a hash that cannot be checked is told', async () => {
  const { rejected, revocations } = await check([revocation({ hash: 'MD5' })])
  expect(revocations).toEqual([])
  expect(rejected).toMatchObject([{ code: 'signature-weak', reason: 'it uses MD5' }])
})

test('by SHA-1 a key revokes itself, and binds nothing', async () => {
  const sha1 = { hash: 'SHA-1' } as const
  expect(await counts([revocation(sha1), binding(sha1)])).toEqual([0, 1, 1])
  expect((await check([binding(sha1)])).rejected).toMatchObject([{ code: 'signature-weak' }])
  const mute: Policy = { signature: () => undefined, key: () => undefined }
  expect(await counts([binding(sha1)], mute)).toEqual([0, 0, 1])
  const forged = { ...sha1, by: asAlice }
  expect(await counts([revocation(forged)])).toEqual([0, 0, 1])
})

test('SHA-1 and other hashes over one target are not mixed up', async () => {
  const bodies = (['SHA-1', 'SHA-256', 'SHA-1', 'SHA-512'] as const).map((hash) =>
    revocation({ hash }),
  )
  expect(await counts(bodies)).toEqual([0, 4, 0])
})

test('more than are looked at is `limit`; those by others do not count', async () => {
  const most = Array.from({ length: limits.signaturesPerComponent }, () => binding())
  const few = { ...over, kind: 'key' } as const
  const signatures = most.map(readSignature)
  const foreign = readSignature(binding({ by: mallory }))
  const none = { binding: [], revocation: [] }
  const checking = { now: madeAt, policy: standardPolicy(), primitives }
  const run = (list: typeof signatures): Promise<CheckedSignatures> =>
    checkSignatures({ signatures: list, unreadable: [] }, few, none, checking)
  expect((await run([...signatures, foreign])).rejected).toHaveLength(most.length)
  const error = await rejection(run([...signatures, ...signatures.slice(0, 1)]))
  expect(error.code).toBe('limit')
  expect(error.message).toContain(alice.key.fingerprint)
})

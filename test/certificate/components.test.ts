import { expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { checkComponents } from '../../src/certificate/components.ts'
import { limits } from '../../src/limits.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat } from '../../src/octets.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import {
  bind,
  certify,
  direct,
  primaryPacket,
  revokeKey,
  revokeSubkey,
  revokeUserId,
  subkeyPacket,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { forgeKey, madeAt } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const other = forgeKey('mallorySubkey')
const asAlice = { numbers: other.numbers, key: alice.key }
const key = primaryPacket(alice)
const userId = [userIdPacket(), certify(alice)]
const bound = [subkeyPacket(subkey), bind(alice, subkey)]

/** For each component: its kind, and how many bindings and revocations it has. */
async function count(...packets: Uint8Array[]): Promise<string[]> {
  const [certificate] = parseCertificates(concat(...packets), { primitives })
  if (!certificate) throw new Error('a certificate was written')
  const checking = { now: madeAt, policy: standardPolicy(), primitives }
  return (await checkComponents(certificate, checking)).map(
    ({ target, checked }) =>
      `${target.kind} ${checked.bindings.length} ${checked.revocations.length}`,
  )
}

test('each component with its own', async () => {
  expect(await count(key, direct(alice), revokeKey(alice), ...userId, ...bound)).toEqual([
    ...['key 1 1', 'user-id 1 0', 'subkey 1 0'],
  ])
  const revoked = [...userId, revokeUserId(alice), ...bound, revokeSubkey(alice, subkey)]
  expect(await count(key, ...revoked)).toEqual(['key 0 0', 'user-id 1 1', 'subkey 1 1'])
})

test('revocations that stand elsewhere are put where they belong', async () => {
  const two = [...userId, ...bound, subkeyPacket(other), bind(alice, other)]
  const astray = [revokeKey(alice), revokeUserId(alice), revokeSubkey(alice, subkey)]
  expect(await count(key, ...two, ...astray)).toEqual([
    ...['key 0 1', 'user-id 1 1', 'subkey 1 1', 'subkey 1 0'],
  ])
  expect(await count(key, revokeUserId(alice), revokeSubkey(alice, other), ...two)).toEqual([
    ...['key 0 0', 'user-id 1 1', 'subkey 1 0', 'subkey 1 1'],
  ])
})

test('a certification revocation after the key is about its direct key signature', async () => {
  const taken = direct(alice, { type: 0x30 })
  expect(await count(key, direct(alice), taken, ...userId)).toEqual(['key 1 1', 'user-id 1 0'])
})

test('bindings that stand elsewhere stay there', async () => {
  expect(await count(key, bind(alice, subkey), ...userId, subkeyPacket(subkey))).toEqual([
    ...['key 0 0', 'user-id 1 0', 'subkey 0 0'],
  ])
})

test('as many revocations without a place as are looked at', async () => {
  const forged = revokeKey(asAlice, {}, alice)
  const most = Array.from({ length: limits.signaturesPerComponent }, () => forged)
  expect(await count(key, userIdPacket(), ...most)).toEqual(['key 0 0', 'user-id 0 0'])
})

test('forged revocations find no place', async () => {
  const forged = [revokeKey(asAlice, {}, alice), revokeSubkey(asAlice, subkey)]
  expect(await count(key, ...userId, ...forged, ...bound)).toEqual([
    ...['key 0 0', 'user-id 1 0', 'subkey 1 0'],
  ])
})

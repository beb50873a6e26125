import { expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat } from '../../src/octets.ts'
import type { Primitives } from '../../src/signature/hasher.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { openKeyring } from '../../src/verify/keyring.ts'
import type { Keyring } from '../../src/verify/keyring.ts'
import {
  bind,
  certify,
  flags,
  primaryPacket,
  subkeyPacket,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { day, forgeKey, madeAt } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const mallory = forgeKey('mallory')
const of = [primaryPacket(alice), userIdPacket(), certify(alice)]
const ours = [...of, subkeyPacket(subkey), bind(alice, subkey)]
const theirs = [primaryPacket(mallory), userIdPacket(), certify(mallory)]

function open(packets: readonly Uint8Array[], primitives: Primitives = nodePrimitives): Keyring {
  const certificates = parseCertificates(concat(...packets), { primitives: nodePrimitives })
  return openKeyring(certificates, { now: madeAt, policy: standardPolicy(), primitives })
}

const nobody = { fingerprints: [], keyIds: [] }

test('keys are found by fingerprint and by key ID, primary or not', () => {
  const keyring = open([...theirs, ...ours])
  for (const { key } of [alice, subkey, mallory]) {
    for (const hints of [{ fingerprints: [key.fingerprint] }, { keyIds: [key.keyId] }]) {
      const found = keyring.candidates({ ...nobody, ...hints })
      expect(found.map((each) => each.key.fingerprint)).toEqual([key.fingerprint])
    }
  }
})

test('no hint and a foreign hint find nothing', () => {
  const keyring = open(ours)
  expect(keyring.candidates(nobody)).toEqual([])
  expect(keyring.candidates({ ...nobody, keyIds: [mallory.key.keyId] })).toEqual([])
})

test('a key that is named twice, or given in two copies, is one candidate', () => {
  const { fingerprint, keyId } = alice.key
  const hints = { fingerprints: [fingerprint, fingerprint], keyIds: [keyId] }
  expect(open([...ours, ...ours]).candidates(hints)).toHaveLength(1)
})

test('a key in two certificates is two candidates', () => {
  const adopted = [...theirs, subkeyPacket(subkey)]
  const found = open([...adopted, ...ours]).candidates({ ...nobody, keyIds: [subkey.key.keyId] })
  expect(found.map(({ certificate }) => certificate.fingerprint)).toEqual([
    ...[mallory.key.fingerprint, alice.key.fingerprint],
  ])
})

test('a key that is the primary key and a subkey is judged as both', async () => {
  const odd = [...of, subkeyPacket(alice), bind(alice, alice, { hashed: [flags(0x0c)] })]
  const keyring = open(odd)
  const [candidate, ...others] = keyring.candidates({ ...nobody, keyIds: [alice.key.keyId] })
  if (!candidate) throw new Error('the key is there')
  expect(others).toEqual([])
  const roles = (await keyring.evaluate(candidate, madeAt + 9 * day)).map(({ role }) => role)
  expect(roles).toEqual(['primary', 'subkey'])
})

test('a certificate is checked when it is first needed, and once', async () => {
  let count = 0
  const keyring = open([...theirs, ...ours], {
    ...nodePrimitives,
    rsaPublic(key, value) {
      count += 1
      return nodePrimitives.rsaPublic(key, value)
    },
  })
  const [candidate] = keyring.candidates({ ...nobody, keyIds: [subkey.key.keyId] })
  if (!candidate) throw new Error('the key is there')
  expect(count).toBe(0)
  const times = [9, 10, 11].map((days) => keyring.evaluate(candidate, madeAt + days * day))
  const evaluated = await Promise.all(times)
  expect(evaluated.map(([key]) => key?.objection)).toEqual([undefined, undefined, undefined])
  expect(count).toBe(3)
})

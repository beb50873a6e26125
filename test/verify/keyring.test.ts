import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import type { Primitives } from '../../src/signature/hasher.ts'
import { portable } from '../../src/signature/portable.ts'
import { verifyCleartext } from '../../src/verify/cleartext.ts'
import { evaluateDetached, verifyDetached } from '../../src/verify/detached.ts'
import { verifyInline } from '../../src/verify/inline.ts'
import { openKeyring } from '../../src/verify/keyring.ts'
import type { JudgedKeyring, Keyring } from '../../src/verify/keyring.ts'
import { encodeArmor } from '../../src/wire/armor.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { rejection } from '../support/code-of.ts'
import { document } from '../support/forge/cases.ts'
import {
  because,
  bind,
  certify,
  flags,
  keyExpires,
  primaryPacket,
  revokeKey,
  revokeUserId,
  signatureExpires,
  signDocument,
  signs,
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

function open(
  packets: readonly Uint8Array[],
  primitives: Primitives = nodePrimitives,
): JudgedKeyring {
  const certificates = parseCertificates(concat(...packets), { primitives: nodePrimitives })
  return openKeyring(certificates, { primitives }).judgeBy({
    ...{ now: madeAt, policy: standardPolicy() },
  })
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

test('a key is judged by itself, whatever else its certificate holds', async () => {
  const keyring = open(ours)
  for (const { key } of [alice, subkey]) {
    const [candidate] = keyring.candidates({ ...nobody, keyIds: [key.keyId] })
    if (!candidate) throw new Error('the key is there')
    const evaluated = await keyring.evaluate(candidate, madeAt + 9 * day)
    expect(evaluated.map((each) => each.key.fingerprint)).toEqual([key.fingerprint])
  }
})

test('several signatures by one certificate have the policy asked about it once', async () => {
  let asked = 0
  const policy: Policy = {
    ...standardPolicy(),
    signature: (_, { use }) => void (asked += use === 'certificate' ? 1 : 0),
  }
  const certificates = parseCertificates(concat(...ours), { primitives: nodePrimitives })
  const both = concat(signDocument(alice, document), signDocument(subkey, document))
  const at = new Date((madeAt + 9 * day) * 1000)
  const options = { at, policy, keyring: openKeyring(certificates, { primitives: nodePrimitives }) }
  const { signatures } = await evaluateDetached(document, both, options)
  expect(signatures.map(({ good }) => good)).toEqual([true, true])
  // The User ID's, the subkey's and the one back.
  expect(asked).toBe(3)
})

/** The same primitives, and how many RSA operations they were asked for. */
function counting(of: Primitives = nodePrimitives): { primitives: Primitives; rsa: () => number } {
  let count = 0
  const rsaPublic: Primitives['rsaPublic'] = (key, value) => {
    count += 1
    return of.rsaPublic(key, value)
  }
  return { primitives: { ...of, rsaPublic }, rsa: () => count }
}

describe('a keyring that is kept', () => {
  const at = (days: number): Date => new Date((madeAt + days * day) * 1000)
  const openKept = (packets: readonly Uint8Array[], primitives?: Primitives): Keyring => {
    const certificates = parseCertificates(concat(...packets), { primitives: nodePrimitives })
    return openKeyring(certificates, { primitives: primitives ?? nodePrimitives })
  }
  const codeAt = async (keyring: Keyring, time: Date, options = {}): Promise<string> => {
    const good = signDocument(alice, document, { created: madeAt + 5 * day })
    const given = { keyring, at: time, ...options }
    const { signatures } = await evaluateDetached(document, good, given)
    return signatures.map((each) => (each.good ? 'good' : each.code)).join()
  }

  test.each([
    ['nodePrimitives', nodePrimitives],
    ['portable', portable],
  ])('costs one operation a call from the second on: %s', async (_, of) => {
    const { primitives, rsa } = counting(of)
    const keyring = openKept(ours, primitives)
    const good = signDocument(subkey, document)
    const costs: number[] = []
    for (const days of [9, 10, 11]) {
      const before = rsa()
      await verifyDetached(document, good, { keyring, at: at(days) })
      costs.push(rsa() - before)
    }
    // The document's; before that the User ID's, the subkey's and the one back, each once.
    expect(costs).toEqual([4, 1, 1])
  })

  test('forged self-signatures, and revocations astray, are computed once too', async () => {
    const asAlice = { numbers: mallory.numbers, key: alice.key }
    const forged = [revokeKey(asAlice, {}, alice), certify(asAlice, {}, undefined, alice)]
    const { primitives, rsa } = counting()
    const keyring = openKept([...ours, ...forged, revokeUserId(alice)], primitives)
    const first = await codeAt(keyring, at(9))
    const before = rsa()
    expect(await codeAt(keyring, at(9))).toBe(first)
    expect(rsa() - before).toBe(1)
  })

  test('does not keep what it found of documents: the same octets, changed, are bad', async () => {
    const keyring = openKept(ours)
    const good = signDocument(alice, document)
    await verifyDetached(document, good, { keyring, at: at(9) })
    const changed = utf8('what was not agreed\n')
    const { code } = await rejection(verifyDetached(changed, good, { keyring, at: at(9) }))
    expect(code).toBe('signature-bad')
    good[good.length - 1] = (good.at(-1) ?? 0) ^ 1
    const again = await rejection(verifyDetached(document, good, { keyring, at: at(9) }))
    expect(again.code).toBe('signature-bad')
  })

  test('judges the signature by the time of each call, and a key that expired by its own', async () => {
    const expiring = certify(alice, { hashed: [signs, keyExpires(7 * day)] })
    const keyring = openKept([primaryPacket(alice), userIdPacket(), expiring])
    // Made on the fifth day: before that from the future; the key expires on the seventh.
    expect(await codeAt(keyring, at(9))).toBe('good')
    expect(await codeAt(keyring, at(3))).toBe('time-invalid')
    const late = signDocument(alice, document, { created: madeAt + 8 * day })
    const expired = await rejection(verifyDetached(document, late, { keyring, at: at(9) }))
    expect(expired.code).toBe('certificate-expired')
    const signature = signDocument(alice, document, { hashed: [signatureExpires(5 * day)] })
    const until = await Promise.all(
      [5, 6].map((days) => evaluateDetached(document, signature, { keyring, at: at(days) })),
    )
    expect(until.map(({ good }) => good)).toEqual([true, false])
  })

  test('sees a revocation in force from its date on, and a hard one at any', async () => {
    const soft = revokeKey(alice, { created: madeAt + 7 * day, hashed: [because(1)] })
    const keyring = openKept([primaryPacket(alice), soft, userIdPacket(), certify(alice)])
    expect(await codeAt(keyring, at(9))).toBe('good')
    const late = signDocument(alice, document, { created: madeAt + 8 * day })
    const revoked = await rejection(verifyDetached(document, late, { keyring, at: at(9) }))
    expect(revoked.code).toBe('certificate-revoked')
    expect(await codeAt(keyring, at(9))).toBe('good')
    const hard = revokeKey(alice, { created: madeAt + 7 * day })
    const lost = openKept([primaryPacket(alice), hard, userIdPacket(), certify(alice)])
    expect(await codeAt(lost, at(6))).toBe('certificate-revoked')
  })

  test('asks the policy in every call, by the time of that call', async () => {
    const asked: string[] = []
    const ends = madeAt + 20 * day
    const policy: Policy = {
      ...standardPolicy(),
      signature(_, { use, at: now }) {
        asked.push(`${use} ${(now - madeAt) / day}`)
        const code = 'signature-weak'
        return use === 'certificate' && now >= ends
          ? { code, reason: 'SHA-256 is over' }
          : undefined
      },
    }
    const keyring = openKept([primaryPacket(alice), userIdPacket(), certify(alice)])
    expect(await codeAt(keyring, at(19), { policy })).toBe('good')
    expect(await codeAt(keyring, at(20), { policy })).toBe('certificate-invalid')
    expect(await codeAt(keyring, at(19), { policy })).toBe('good')
    // Asked once more where it answers otherwise than in the call before.
    expect(asked).toEqual([
      ...['certificate 19', 'document 19', 'certificate 20', 'certificate 20'],
      ...['certificate 19', 'certificate 19', 'document 19'],
    ])
    expect(await codeAt(keyring, at(20))).toBe('good')
    const none = { ...standardPolicy(), key: () => ({ code: 'key-weak', reason: 'none' }) as const }
    expect(await codeAt(keyring, at(19), { policy: none })).toBe('key-weak')
    expect(await codeAt(keyring, at(19))).toBe('good')
  })

  test('a failure of the primitives is no verdict that lasts', async () => {
    let failing = true
    const keyring = openKept(ours, {
      ...nodePrimitives,
      rsaPublic(key, value) {
        if (failing) throw new Error('no memory')
        return nodePrimitives.rsaPublic(key, value)
      },
    })
    await expect(codeAt(keyring, at(9))).rejects.toThrow('no memory')
    failing = false
    expect(await codeAt(keyring, at(9))).toBe('good')
  })

  test('calls at once come to the same', async () => {
    const keyring = openKept(ours)
    const days = [4, 9, 10, 9, 4]
    const codes = await Promise.all(days.map((each) => codeAt(keyring, at(each))))
    const [future, good] = ['time-invalid', 'good']
    expect(codes).toEqual([future, good, good, good, future])
  })

  test('on portable primitives, unless others are given; for messages of all forms', async () => {
    const certificates = parseCertificates(concat(...ours))
    const keyring = openKeyring(certificates)
    const hash = keyring.primitives.hasher('SHA-256')
    hash.update(document)
    const mine = portable.hasher('SHA-256')
    mine.update(document)
    expect(hash.digest()).toEqual(mine.digest())
    const signature = signDocument(alice, document)
    const literal = writePacket(11, concat(Uint8Array.of(0x62, 0, 0, 0, 0, 0), document))
    const { data } = await verifyInline(concat(signature, literal), { keyring, at: at(9) })
    expect(data).toEqual(document)
    const text = utf8('agreed')
    const made = signDocument(alice, text, { type: 1 })
    const lines = ['-----BEGIN PGP SIGNED MESSAGE-----', 'Hash: SHA256', '', 'agreed', '']
    const cleartext = utf8(lines.join('\n') + encodeArmor('SIGNATURE', made))
    expect((await verifyCleartext(cleartext, { keyring, at: at(9) })).text).toEqual(text)
  })
})

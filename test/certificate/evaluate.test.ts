import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { evaluateCertificate, signingKeys } from '../../src/certificate/evaluate.ts'
import type { EvaluatedCertificate, EvaluateOptions } from '../../src/certificate/evaluate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat } from '../../src/octets.ts'
import type { PolicyContext } from '../../src/policy/policy.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import {
  because,
  bind,
  certify,
  direct,
  flags,
  keyExpires,
  name,
  primaryPacket,
  revokeKey,
  revokeSubkey,
  revokeUserId,
  signs,
  subkeyPacket,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { day, forgeKey, madeAt } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const mallory = forgeKey('mallory')
const self = [primaryPacket(alice), userIdPacket(), certify(alice)]
const bound = [subkeyPacket(subkey), bind(alice, subkey)]

function evaluate(
  packets: readonly Uint8Array[],
  after = 30 * day,
  options: Partial<EvaluateOptions> = {},
): Promise<EvaluatedCertificate> {
  const [certificate] = parseCertificates(concat(...packets), { primitives })
  if (!certificate) throw new Error('a certificate was written')
  const at = new Date((madeAt + after) * 1000)
  return evaluateCertificate(certificate, { at, policy: standardPolicy(), primitives, ...options })
}

describe('a sound certificate', () => {
  test('its keys, flags, User IDs and what may sign', async () => {
    const hashed = [signs, keyExpires(400 * day)]
    const packets = [primaryPacket(alice), userIdPacket(), certify(alice, { hashed }), ...bound]
    const evaluated = await evaluate(packets)
    expect(evaluated.primary).toMatchObject({
      ...{ role: 'primary', keyFlags: 3, expires: madeAt + 400 * day },
      ...{ objection: undefined, revocation: undefined },
    })
    expect(evaluated.subkeys).toMatchObject([{ role: 'subkey', keyFlags: 2, expires: undefined }])
    expect(evaluated.userIds).toMatchObject([{ userId: { text: name }, objection: undefined }])
    expect(evaluated.rejected).toEqual([])
    expect(signingKeys(evaluated).map(({ key }) => key.fingerprint)).toEqual([
      ...[alice.key.fingerprint, subkey.key.fingerprint],
    ])
  })

  test('a key that is sound and may not sign is not among those that may', async () => {
    const encrypts = bind(alice, subkey, { hashed: [flags(0x0c)] })
    const evaluated = await evaluate([...self, subkeyPacket(subkey), encrypts])
    expect(evaluated.subkeys[0]?.objection).toBeUndefined()
    expect(signingKeys(evaluated).map(({ role }) => role)).toEqual(['primary'])
  })

  test('a key that has expired is not among those that may sign', async () => {
    const hashed = [signs, keyExpires(10 * day)]
    const evaluated = await evaluate([
      primaryPacket(alice),
      userIdPacket(),
      certify(alice, { hashed }),
    ])
    expect(evaluated.primary).toMatchObject({
      keyFlags: 3,
      objection: { code: 'certificate-expired' },
    })
    expect(signingKeys(evaluated)).toEqual([])
  })

  test('runs on portable primitives too', async () => {
    const [certificate] = parseCertificates(concat(...self))
    if (!certificate) throw new Error('a certificate was written')
    const at = new Date((madeAt + 30 * day) * 1000)
    const evaluated = await evaluateCertificate(certificate, { at, policy: standardPolicy() })
    expect(evaluated.primary.objection).toBeUndefined()
    expect(evaluated.certificate).toBe(certificate)
  })

  test('the policy hears `now`, and the moment when nothing else is said', async () => {
    const heard: number[] = []
    const note = (_: unknown, { at }: PolicyContext): undefined => void heard.push(at)
    const policy = { signature: note, key: note }
    await evaluate(self, day, { policy })
    await evaluate(self, day, { policy, now: new Date(0) })
    expect(heard).toEqual([madeAt + day, madeAt + day, 0, 0])
  })
})

describe('signatures that do not count', () => {
  test('the key’s own are listed with the reason, those by others are not', async () => {
    const forged = certify({ numbers: mallory.numbers, key: alice.key }, {}, undefined, alice)
    const foreign = certify(mallory, {}, undefined, alice)
    const { rejected, primary } = await evaluate([...self, forged, foreign])
    expect(primary.objection).toBeUndefined()
    expect(rejected.map(({ code }) => code)).toEqual(['signature-bad'])
    expect(rejected[0]?.reason).toContain(alice.key.fingerprint)
    expect(rejected[0]?.signature?.type).toBe(0x13)
  })

  test('those in the wrong place', async () => {
    const { rejected } = await evaluate([...self, bind(alice, subkey), ...bound, certify(alice)])
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'a signature of subkeyBinding does not belong here',
      'a signature of positiveCertification does not belong here',
    ])
  })

  test('those that cannot be read', async () => {
    const { rejected } = await evaluate([...self, Uint8Array.of(0xc2, 1, 3)])
    expect(rejected).toMatchObject([{ code: 'unsupported', signature: undefined }])
  })
})

describe('speaking for the primary key', () => {
  const second = 'Alice <alice@example.com>'
  const primaryFlag = { type: 25, critical: false, body: Uint8Array.of(1) }

  test('the flagged User ID goes before a newer one', async () => {
    const flagged = certify(alice, { hashed: [primaryFlag, flags(1)] })
    const newer = certify(alice, { created: madeAt + 5 * day }, second)
    const packets = [primaryPacket(alice), userIdPacket(), flagged, userIdPacket(second), newer]
    expect((await evaluate(packets)).primary.keyFlags).toBe(1)
  })

  test('without a flag the newest', async () => {
    const older = certify(alice, { hashed: [flags(1)] })
    const newer = certify(alice, { created: madeAt + 5 * day }, second)
    const packets = [primaryPacket(alice), userIdPacket(), older, userIdPacket(second), newer]
    expect((await evaluate(packets)).primary.keyFlags).toBe(3)
    expect((await evaluate(packets, 4 * day)).primary.keyFlags).toBe(1)
  })

  test('a revoked User ID does not speak, flagged or not', async () => {
    const flagged = certify(alice, { hashed: [primaryFlag, flags(1)] })
    const revoked = revokeUserId(alice, { created: madeAt + 10 * day })
    const packets = [primaryPacket(alice), userIdPacket(), flagged, revoked]
    const { primary, userIds } = await evaluate([
      ...[...packets, userIdPacket(second), certify(alice, {}, second)],
    ])
    expect(primary.keyFlags).toBe(3)
    expect(userIds.map(({ objection }) => objection?.code)).toEqual([
      ...['certificate-revoked', undefined],
    ])
  })

  test('the direct key signature fills in what the User ID does not say', async () => {
    const packets = [primaryPacket(alice), direct(alice, { hashed: [signs, keyExpires(99 * day)] })]
    const bare = [userIdPacket(), certify(alice, { hashed: [] })]
    expect((await evaluate([...packets, ...bare])).primary).toMatchObject({
      ...{ keyFlags: 3, expires: madeAt + 99 * day },
    })
  })
})

describe('objections', () => {
  const codes = ({ primary, subkeys }: EvaluatedCertificate): unknown[] =>
    [primary, ...subkeys].map(({ objection }) => objection?.code)

  test('before the key was made', async () => {
    const evaluated = await evaluate([...self, ...bound], -day)
    expect(codes(evaluated)).toEqual(['time-invalid', 'time-invalid'])
    expect(signingKeys(evaluated)).toEqual([])
  })

  test('what stands against the primary key stands against its subkeys', async () => {
    const hashed = [signs, keyExpires(day)]
    const expired = [primaryPacket(alice), userIdPacket(), certify(alice, { hashed })]
    const evaluated = await evaluate([...expired, ...bound])
    expect(codes(evaluated)).toEqual(['certificate-expired', 'certificate-expired'])
    expect(evaluated.subkeys[0]?.objection).toEqual(evaluated.primary.objection)
    expect(evaluated.primary.objection?.reason).toBe('the primary key expired 2024-01-02T00:00:00Z')
  })

  test('a subkey falls alone', async () => {
    const revoked = revokeSubkey(alice, subkey)
    const evaluated = await evaluate([...self, ...bound, revoked])
    expect(codes(evaluated)).toEqual([undefined, 'certificate-revoked'])
    expect(evaluated.subkeys[0]?.revocation).toMatchObject({ hard: true })
  })

  test('a revocation is told in words', async () => {
    const reasonOf = async (...hashed: ReturnType<typeof because>[]): Promise<unknown> => {
      const revoked = revokeKey(alice, { hashed })
      const [key, ...others] = self
      if (!key) throw new Error('there is a key')
      return (await evaluate([key, revoked, ...others])).primary.objection?.reason
    }
    const begin = 'the primary key was revoked 2024-01-02T00:00:00Z'
    expect(await reasonOf()).toBe(`${begin} (no reason given)`)
    expect(await reasonOf(because(0))).toBe(`${begin} (no reason given)`)
    expect(await reasonOf(because(1))).toBe(`${begin} (superseded)`)
    expect(await reasonOf(because(2))).toBe(`${begin} (the key was compromised)`)
    expect(await reasonOf(because(3))).toBe(`${begin} (retired)`)
    expect(await reasonOf(because(32))).toBe(`${begin} (no longer valid)`)
    expect(await reasonOf(because(77))).toBe(`${begin} (reason 77)`)
  })

  test('a certificate that is nothing but a key', async () => {
    const evaluated = await evaluate([primaryPacket(alice)])
    expect(codes(evaluated)).toEqual(['certificate-invalid'])
  })
})

import { describe, expect, test } from 'vitest'
import { addUserId } from '../../src/certificate/add-user-id.ts'
import { serializeCertificate } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { extendExpiry } from '../../src/certificate/extend.ts'
import { revokeCertificate, revokeSubkey, revokeUserId } from '../../src/certificate/revoke.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { findValue } from '../../src/packet/subpacket.ts'
import { subpacketType } from '../../src/registry.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import {
  day,
  judge,
  mintPrimary,
  objections,
  otherSigner,
  primarySigner,
  twoTier,
} from '../support/two-tier.ts'

const revoked = 'certificate-revoked'
const options = { created: day(10), primitives }
const subkeyOf = ({ subkeys }: Certificate): string => subkeys[0]?.key.fingerprint ?? ''

const reasons = [
  { reason: 'noReason', number: 0, hard: true },
  { reason: 'superseded', number: 1, hard: false },
  { reason: 'compromised', number: 2, hard: true },
  { reason: 'retired', number: 3, hard: false },
] as const

describe.each(reasons)('for the reason $reason', ({ reason, number, hard }) => {
  const before = hard ? revoked : undefined

  test('a certificate', async () => {
    const certificate = await revokeCertificate(await twoTier(), primarySigner, {
      ...options,
      reason,
      text: 'see the notice',
    })
    const [signature] = certificate.primary.signatures
    expect(signature?.type).toBe(0x20)
    expect(
      signature && findValue(signature.hashed, subpacketType.reasonForRevocation),
    ).toMatchObject({ reason: number, text: 'see the notice' })
    expect(await objections(certificate, day(9))).toEqual([before, before])
    expect(await objections(certificate, day(10))).toEqual([revoked, revoked])
  })

  test('a subkey', async () => {
    const certificate = await twoTier()
    const subkey = subkeyOf(certificate)
    const after = await revokeSubkey(certificate, primarySigner, { ...options, reason, subkey })
    expect(after.subkeys[0]?.signatures.map(({ type }) => type)).toEqual([0x28, 0x18])
    expect(await objections(after, day(9))).toEqual([undefined, before])
    expect(await objections(after, day(10))).toEqual([undefined, revoked])
  })
})

test('a soft revocation becomes a hard one by a second', async () => {
  const soft = await revokeCertificate(await twoTier(), primarySigner, {
    ...options,
    reason: 'retired',
  })
  const hard = await revokeCertificate(soft, primarySigner, {
    ...options,
    created: day(11),
    reason: 'compromised',
  })
  expect(await objections(hard, day(5))).toEqual([revoked, revoked])
})

test('what has expired can be revoked', async () => {
  const expired = await mintPrimary({ expiresAfter: 86_400 })
  const after = await revokeCertificate(expired, primarySigner, { ...options, reason: 'retired' })
  expect(await objections(after, day(10))).toEqual([revoked])
})

describe('a revocation takes back only what is older', () => {
  /** Each signer asked for no signature: what is refused, is before that. */
  const idle = {
    ...primarySigner,
    sign: () => Promise.reject(new Error('the key was asked')),
  }
  const codeAt = async (created: Date, revoke: typeof revokers.certificate, reason: Reason) =>
    (await rejection(revoke(await lasting(), { created, primitives, reason }))).code
  type Reason = (typeof reasons)[number]['reason']
  type Revoking = typeof options & { readonly reason: Reason }
  const second = { name: 'Second', email: 'second@longhand.example' }
  /** All of it was said again on day 5. */
  const lasting = async () => {
    const two = await addUserId(await twoTier(), primarySigner, {
      ...{ ...second, primitives },
      created: day(2),
    })
    const keys = [two.fingerprint, subkeyOf(two)]
    const extending = { created: day(5), expires: 'never', keys, primitives } as const
    return extendExpiry(two, primarySigner, extending)
  }
  const revokers = {
    certificate: (of: Certificate, given: Revoking, by: RemoteSigner = idle) =>
      revokeCertificate(of, by, given),
    subkey: (of: Certificate, given: Revoking, by: RemoteSigner = idle) =>
      revokeSubkey(of, by, { ...given, subkey: subkeyOf(of) }),
  }

  test.each(Object.entries(revokers))('a %s', async (_, revoke) => {
    for (const reason of ['superseded', 'retired'] as const) {
      expect(await codeAt(day(4), revoke, reason)).toBe('time-invalid')
      expect(await codeAt(day(5), revoke, reason)).toBe('time-invalid')
    }
    const later = { created: day(6), primitives, reason: 'retired' } as const
    const after = await revoke(await lasting(), later, primarySigner)
    expect(await objections(after, day(6))).toContain(revoked)
  })

  test.each(Object.entries(revokers))('but a hard one of a %s is free', async (_, revoke) => {
    for (const reason of ['noReason', 'compromised'] as const) {
      const given = { created: day(4), primitives, reason }
      const after = await revoke(await lasting(), given, primarySigner)
      expect(await objections(after, day(3))).toContain(revoked)
    }
  })

  test('a certificate, by each of its User IDs', async () => {
    const before = await addUserId(await mintPrimary(), primarySigner, {
      ...{ ...second, primitives },
      created: day(8),
    })
    const retiring = { created: day(7), primitives, reason: 'retired' } as const
    expect((await rejection(revokers.certificate(before, retiring))).code).toBe('time-invalid')
  })

  test.each(['userIdInvalid', 'noReason'] as const)('a User ID: %s', async (reason) => {
    const userId = 'Second <second@longhand.example>'
    const revoking = { primitives, userId, reason }
    for (const created of [day(4), day(5)]) {
      const refused = revokeUserId(await lasting(), idle, { ...revoking, created })
      expect((await rejection(refused)).code).toBe('time-invalid')
    }
    const created = day(6)
    const after = await revokeUserId(await lasting(), primarySigner, { ...revoking, created })
    const { userIds } = await judge(after, created)
    expect(userIds.map(({ objection }) => objection?.code)).toEqual([undefined, revoked])
  })
})

test('the same inputs give the same octets', async () => {
  const certificate = await twoTier()
  const revoke = async () =>
    serializeCertificate(
      await revokeCertificate(certificate, primarySigner, { ...options, reason: 'superseded' }),
    )
  expect(await revoke()).toEqual(await revoke())
})

describe('a User ID', () => {
  const second = { name: 'Second', email: 'second@longhand.example' }
  const userId = 'Second <second@longhand.example>'
  const two = async () =>
    addUserId(await mintPrimary(), primarySigner, { ...second, ...options, created: day(1) })
  const codes = async (certificate: Certificate, at: Date) =>
    (await judge(certificate, at)).userIds.map(({ objection }) => objection?.code)

  test('is revoked from then on, and the others are not', async () => {
    const after = await revokeUserId(await two(), primarySigner, { ...options, userId })
    const signature = after.userIds[1]?.signatures[0]
    expect(signature?.type).toBe(0x30)
    const said = signature && findValue(signature.hashed, subpacketType.reasonForRevocation)
    expect(said?.reason).toBe(32)
    expect(await codes(after, day(9))).toEqual([undefined, undefined])
    expect(await codes(after, day(10))).toEqual([undefined, revoked])
    expect(await objections(after, day(10))).toEqual([undefined])
  })

  test('is in force again when it is added again later', async () => {
    const after = await revokeUserId(await two(), primarySigner, { ...options, userId })
    const again = (created: Date) =>
      addUserId(after, primarySigner, { ...options, ...second, created })
    expect((await rejection(again(day(10)))).code).toBe('time-invalid')
    expect(await codes(await again(day(11)), day(11))).toEqual([undefined, undefined])
  })

  test('that is not there, or the last valid one, is refused', async () => {
    const revoke = async (certificate: Promise<Certificate>, text: string) =>
      (
        await rejection(
          revokeUserId(await certificate, primarySigner, { ...options, userId: text }),
        )
      ).code
    expect(await revoke(two(), 'second@longhand.example')).toBe('user-id-missing')
    expect(await revoke(mintPrimary(), 'Two Tiers <tiers@longhand.example>')).toBe('usage')
  })
})

describe('refused', () => {
  const refuse = async (changed: object, by = primarySigner) =>
    (
      await rejection(
        revokeCertificate(await twoTier(), by, { ...options, reason: 'retired', ...changed }),
      )
    ).code

  test.each([
    ['a line break in the text', { text: 'gone\n[GNUPG:] GOODSIG' }, 'usage'],
    ['a long text', { text: 'x'.repeat(3000) }, 'usage'],
    ['a time before the key', { created: day(-1) }, 'time-invalid'],
  ])('%s', async (_, changed, code) => {
    expect(await refuse(changed)).toBe(code)
  })

  test('another signer: nobody else revokes', async () => {
    expect(await refuse({}, otherSigner)).toBe('key-mismatch')
  })

  test('a subkey that is not there', async () => {
    const revoking = { ...options, reason: 'retired', subkey: 'AA'.repeat(20) } as const
    const { code } = await rejection(revokeSubkey(await twoTier(), primarySigner, revoking))
    expect(code).toBe('key-missing')
  })
})

import { describe, expect, test } from 'vitest'
import { addUserId } from '../../src/certificate/add-user-id.ts'
import { serializeCertificate } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { extendExpiry } from '../../src/certificate/extend.ts'
import type { ExtendExpiryOptions } from '../../src/certificate/extend.ts'
import { revokeCertificate, revokeSubkey, revokeUserId } from '../../src/certificate/revoke.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import { signerOf, testPem } from '../support/engine-keys.ts'
import {
  day,
  judge,
  mintPrimary,
  objections,
  otherSigner,
  primarySigner,
  twoTier,
} from '../support/two-tier.ts'

const year = { expiresAfter: 365 * 86_400 }
const options: ExtendExpiryOptions = { created: day(300), expires: day(700), primitives }
const extend = (certificate: Certificate, changed: Partial<ExtendExpiryOptions> = {}) =>
  extendExpiry(certificate, primarySigner, { ...options, ...changed })
const subkeyOf = ({ subkeys }: Certificate): string => subkeys[0]?.key.fingerprint ?? ''

const typesIn = (certificate: Certificate): number[][] =>
  [certificate.primary, ...certificate.userIds, ...certificate.subkeys].map(({ signatures }) =>
    signatures.map(({ type }) => type),
  )

describe('the primary key', () => {
  test('lasts longer, by a second self-signature; the first one stays', async () => {
    const before = await mintPrimary(year)
    const after = await extend(before)
    expect(typesIn(after)).toEqual([[], [0x13, 0x13]])
    expect(after.fingerprint).toBe(before.fingerprint)
    expect(await objections(before, day(400))).toEqual(['certificate-expired'])
    expect(await objections(after, day(400))).toEqual([undefined])
    expect(await objections(after, day(700))).toEqual(['certificate-expired'])
    // At a time before the change it is what it was.
    expect((await judge(after, day(299))).primary.expires).toBe(day(365).getTime() / 1000)
  })

  test('says again all else that it said', async () => {
    const [userId] = (await extend(await mintPrimary(year))).userIds
    const [before, after] = userId?.signatures ?? []
    const others = (signature = before) =>
      signature?.hashed.filter(({ type }) => type !== 2 && type !== 9)
    expect(others(after)).toEqual(others(before))
    expect(after?.hashed.map(({ type }) => type)).toEqual([2, 27, 9, 21, 30, 25, 33])
  })

  test('after it has expired too', async () => {
    const late = await extend(await mintPrimary(year), { created: day(400) })
    expect(await objections(late, day(401))).toEqual([undefined])
  })

  test('never to expire, and sooner', async () => {
    const never = await extend(await mintPrimary(year), { expires: 'never' })
    expect((await judge(never, day(301))).primary.expires).toBeUndefined()
    const sooner = await extend(never, { created: day(302), expires: day(303) })
    expect(await objections(sooner, day(304))).toEqual(['certificate-expired'])
  })

  test('on every valid User ID, and not on one that is revoked', async () => {
    const user = { name: 'Second', email: 'second@longhand.example', primitives }
    const two = await addUserId(await mintPrimary(year), primarySigner, {
      ...user,
      created: day(1),
    })
    expect(typesIn(await extend(two))).toEqual([[], [0x13, 0x13], [0x13, 0x13]])
    const userId = 'Second <second@longhand.example>'
    const revoked = await revokeUserId(two, primarySigner, { userId, created: day(2), primitives })
    expect(typesIn(await extend(revoked))).toEqual([[], [0x13, 0x13], [0x30, 0x13]])
  })

  test('of version 6, on the direct key signature alone', async () => {
    const after = await extend(await mintPrimary({ ...year, version: 6 }))
    expect(typesIn(after)).toEqual([[0x1f, 0x1f], [0x13]])
    expect(await objections(after, day(400))).toEqual([undefined])
  })

  test('the same inputs give the same octets, with RSA as with Ed25519', async () => {
    const before = await mintPrimary(year)
    expect(serializeCertificate(await extend(before))).toEqual(
      serializeCertificate(await extend(before)),
    )
    const rsa = signerOf(testPem('a'))
    const minted = await mintPrimary(year, rsa)
    const again = () => extendExpiry(minted, rsa, options)
    expect(serializeCertificate(await again())).toEqual(serializeCertificate(await again()))
  })
})

describe('a subkey', () => {
  test('lasts longer, by the signer of the primary key alone', async () => {
    const before = await twoTier()
    const after = await extend(before, { keys: [subkeyOf(before).toLowerCase()] })
    expect(typesIn(after)).toEqual([[], [0x13], [0x18, 0x18]])
    expect(await objections(before, day(400))).toEqual([undefined, 'certificate-expired'])
    expect(await objections(after, day(400))).toEqual([undefined, undefined])
    expect(await objections(after, day(700))).toEqual([undefined, 'certificate-expired'])
  })

  test('together with the primary key', async () => {
    const before = await twoTier(year)
    const after = await extend(before, { keys: [subkeyOf(before), before.fingerprint] })
    expect(typesIn(after)).toEqual([[], [0x13, 0x13], [0x18, 0x18]])
    expect(await objections(after, day(699))).toEqual([undefined, undefined])
  })
})

describe('refused, before anything is signed', () => {
  let signatures = 0
  const counting: RemoteSigner = {
    ...primarySigner,
    sign: (digest, call) => {
      signatures += 1
      return primarySigner.sign(digest, call)
    },
  }
  const refuse = async (
    certificate: Certificate,
    changed: Partial<ExtendExpiryOptions> = {},
    by = counting,
  ): Promise<string> => {
    signatures = 0
    const { code } = await rejection(extendExpiry(certificate, by, { ...options, ...changed }))
    expect(signatures).toBe(0)
    return code
  }

  test('another signer', async () => {
    expect(await refuse(await mintPrimary(year), {}, otherSigner)).toBe('key-mismatch')
  })

  test('a time that is not after the self-signature which is there', async () => {
    expect(await refuse(await mintPrimary(year), { created: day(0) })).toBe('time-invalid')
    const extended = await extend(await mintPrimary(year))
    expect(await refuse(extended)).toBe('time-invalid')
  })

  test('an expiry that has passed', async () => {
    expect(await refuse(await mintPrimary(year), { expires: day(300) })).toBe('time-invalid')
  })

  test('a subkey that is not there, or no key at all', async () => {
    expect(await refuse(await twoTier(), { keys: ['AA'.repeat(20)] })).toBe('key-missing')
    expect(await refuse(await twoTier(), { keys: [] })).toBe('usage')
  })

  test('what is revoked, softly too', async () => {
    const revocation = { created: day(5), reason: 'superseded', primitives } as const
    const certificate = await twoTier()
    const revoked = await revokeCertificate(certificate, primarySigner, revocation)
    expect(await refuse(revoked)).toBe('certificate-revoked')
    const subkey = subkeyOf(certificate)
    const lost = await revokeSubkey(certificate, primarySigner, { ...revocation, subkey })
    expect(await refuse(lost, { keys: [lost.fingerprint, subkey] })).toBe('certificate-revoked')
  })
})

import { describe, expect, test } from 'vitest'
import { revokeCertificate } from '../../src/certificate/revoke.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { factsOf, serialFor } from '../../src/rotation/facts.ts'
import type { KeyFacts } from '../../src/rotation/situation.ts'
import { endorsedAt, endorseSmall, smallKey } from '../support/rotation-keys.ts'
import { mintPrimary, twoTier, bound } from '../support/two-tier.ts'

const old = await smallKey('old')
const next = await smallKey('next')
const other = await smallKey('other')
const later = new Date(endorsedAt.getTime() + 86_400_000)
const year = 365 * 86_400

const facts = (
  certificate: Certificate,
  more: Partial<Parameters<typeof factsOf>[1]> = {},
): Promise<KeyFacts> =>
  factsOf(certificate, {
    ...{ at: later, endorsers: [old.certificate], primitives },
    policy: standardPolicy(),
    ...more,
  })

describe('what a certificate says', () => {
  test('of a key that signs and certifies', async () => {
    expect(await facts(next.certificate)).toEqual({
      objection: undefined,
      certifies: true,
      expires: undefined,
      revoked: undefined,
      addressed: true,
      endorsements: [],
    })
  })

  test('of its end, and after it', async () => {
    const { certificate } = await smallKey('short', { expiresAfter: year })
    const ends = certificate.primary.key.created + year
    expect(await facts(certificate)).toMatchObject({ expires: ends, objection: undefined })
    const over = await facts(certificate, { at: new Date(ends * 1000) })
    expect(over).toMatchObject({ certifies: false, objection: { code: 'certificate-expired' } })
  })

  test('of its revocation, soft or hard', async () => {
    for (const [reason, revoked] of [
      ['superseded', 'soft'],
      ['compromised', 'hard'],
    ] as const) {
      const options = { created: endorsedAt, reason, primitives }
      const certificate = await revokeCertificate(next.certificate, next.signer, options)
      expect(await facts(certificate)).toMatchObject({
        revoked,
        certifies: false,
        objection: { code: 'certificate-revoked' },
      })
    }
  })

  test('in two tiers: the end of the subkey that signs is its end', async () => {
    const certificate = await twoTier()
    const ended = bound.getTime() / 1000 + year
    expect(await facts(certificate)).toMatchObject({ certifies: true, expires: ended })
    const bare = await facts(await mintPrimary())
    expect(bare).toMatchObject({ certifies: true, objection: { code: 'certificate-invalid' } })
    const component = 'A'.repeat(40)
    expect((await facts(certificate, { component })).objection?.code).toBe('key-missing')
  })

  test('whether it is found by an address, whatever its case', async () => {
    const address = 'Release@ACME.example'
    expect(await facts(next.certificate, { address })).toMatchObject({ addressed: true })
    expect(await facts(next.certificate, { address: 'x@acme.example' })).toMatchObject({
      addressed: false,
    })
  })
})

describe('endorsements', () => {
  test('by certificates that are at hand, and by no others', async () => {
    const both = await endorseSmall(await endorseSmall(next.certificate, old), other)
    const { endorsements } = await facts(both)
    expect(endorsements).toEqual([
      {
        by: old.certificate.fingerprint,
        serial: 2,
        expires: endorsedAt.getTime() / 1000 + 2 * year,
        replaces: undefined,
      },
    ])
    const endorsers = [old.certificate, other.certificate]
    expect((await facts(both, { endorsers })).endorsements).toHaveLength(2)
    expect((await facts(both, { endorsers: [] })).endorsements).toEqual([])
  })

  test('not one of another key that bears the fingerprint of the endorser', async () => {
    const endorsed = await endorseSmall(next.certificate, old)
    const { fingerprint } = old.certificate
    const impostor = { ...other.certificate, fingerprint }
    expect((await facts(endorsed, { endorsers: [impostor] })).endorsements).toEqual([])
  })

  test('serials: what others gave, else one more than any before', async () => {
    expect(serialFor(next.certificate, [old.certificate])).toBe(2)
    const endorsed = await endorseSmall(next.certificate, old, { serial: 7 })
    expect(serialFor(endorsed, [old.certificate])).toBe(7)
    expect(serialFor(other.certificate, [old.certificate, endorsed])).toBe(8)
  })
})

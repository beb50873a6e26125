import { beforeAll, describe, expect, test } from 'vitest'
import { serializeCertificate } from '../../src/certificate/certificate.ts'
import { endorsementsOn } from '../../src/certificate/endorsed.ts'
import { evaluateCertificate } from '../../src/certificate/evaluate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { fromUtf8 } from '../../src/octets.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { rejection } from '../support/code-of.ts'
import { curveSigner } from '../support/curve-keys.ts'
import { endorsedAt, endorseSmall, smallKey } from '../support/rotation-keys.ts'
import type { SmallKey } from '../support/rotation-keys.ts'

let old: SmallKey
let next: SmallKey
let authority: SmallKey

beforeAll(async () => {
  old = await smallKey('old')
  next = await smallKey('next')
  authority = await smallKey('authority', { rotationAuthority: true })
})

describe('an endorsement', () => {
  test('is a certification by the old primary key, at the end of the User ID’s signatures', async () => {
    const endorsed = await endorseSmall(next.certificate, old)
    expect(endorsed.packets.map(({ type }) => type)).toEqual([6, 13, 2, 2])
    const signature = endorsed.userIds[0]?.signatures[1]
    expect(signature?.type).toBe(0x13)
    expect(signature?.hashed.map(({ type, critical }) => ({ type, critical }))).toEqual([
      { type: 2, critical: false },
      { type: 3, critical: false },
      { type: 20, critical: true },
      { type: 33, critical: false },
    ])
    const notation = signature?.hashed[2]?.value
    if (notation?.type !== 20) throw new Error('no notation')
    expect(notation).toMatchObject({ name: 'successor@acme.example', humanReadable: true })
    expect(fromUtf8(notation.value)).toBe(
      `old=${old.certificate.fingerprint}; new=${next.certificate.fingerprint}; serial=2`,
    )
  })

  test('expires after two years, or when it is told to', async () => {
    const made = endorsedAt.getTime() / 1000
    const [one] = endorsementsOn(await endorseSmall(next.certificate, old))
    expect(one).toMatchObject({ created: made, expires: made + 2 * 365 * 86_400 })
    const [other] = endorsementsOn(await endorseSmall(next.certificate, old, { expiresAfter: 60 }))
    expect(other?.expires).toBe(made + 60)
  })

  test('by a rotation authority says what it replaces', async () => {
    const replaces = { fingerprint: old.certificate.fingerprint, reason: 'lost' } as const
    const endorsed = await endorseSmall(next.certificate, authority, { replaces })
    expect(endorsementsOn(endorsed)).toMatchObject([{ replaces, serial: 2 }])
  })

  test('changes nothing of the certificate, and comes once', async () => {
    const once = await endorseSmall(next.certificate, old)
    expect(once.fingerprint).toBe(next.certificate.fingerprint)
    const twice = await endorseSmall(once, old)
    expect(serializeCertificate(twice)).toEqual(serializeCertificate(once))
    const bodies = once.packets.map(({ body }) => body)
    expect(bodies).toHaveLength(next.certificate.packets.length + 1)
    const before = next.certificate.packets.map(({ body }) => body)
    expect(bodies).toEqual(expect.arrayContaining(before))
    const both = await endorseSmall(once, authority)
    expect(new Set(endorsementsOn(both).map((one) => one.old))).toEqual(
      new Set([old.certificate.fingerprint, authority.certificate.fingerprint]),
    )
  })

  test('stands on the primary User ID, in the name space that is given', async () => {
    const endorsed = await endorseSmall(next.certificate, old, { domain: 'elsewhere.example' })
    expect(endorsementsOn(endorsed)).toEqual([])
    expect(endorsementsOn(endorsed, 'elsewhere.example')).toHaveLength(1)
  })
})

describe('refused', () => {
  const refuse = async (
    options: Parameters<typeof endorseSmall>[2],
    by = old,
    of = next,
  ): Promise<string> => {
    const { code, message } = await rejection(endorseSmall(of.certificate, by, options))
    return `${code}: ${message.replaceAll(/[0-9A-F]{40}/g, 'FPR')}`
  }

  test.each([0, -1, 1.5, 1_000_000_000, Number.NaN])('the serial %s', async (serial) => {
    expect(await refuse({ serial })).toBe('usage: a serial is a whole number from 1 to 999999999')
  })

  test('itself', async () => {
    expect(await refuse({}, old, old)).toBe('usage: FPR cannot endorse itself')
  })

  test('to replace a key, by one that is no authority', async () => {
    const replaces = { fingerprint: '0'.repeat(40), reason: 'lost' } as const
    expect(await refuse({ replaces })).toBe(
      'usage: FPR is no rotation authority, and replaces nothing',
    )
  })

  test('to replace what is no fingerprint, itself, or the new certificate', async () => {
    const fingerprints = ['abc', authority, next].map((each) =>
      typeof each === 'string' ? each : each.certificate.fingerprint,
    )
    const said = []
    for (const fingerprint of fingerprints) {
      said.push(await refuse({ replaces: { fingerprint, reason: 'lost' } }, authority))
    }
    expect(said).toEqual([
      'usage: "abc" is not a fingerprint',
      'usage: FPR cannot be replaced by this endorsement',
      'usage: FPR cannot be replaced by this endorsement',
    ])
  })

  test('a signer that is not the old primary key', async () => {
    const stranger = { ...old, signer: curveSigner('Ed25519', 'another') }
    expect(await refuse({}, stranger)).toMatch(
      /^key-mismatch: Ed25519 of a test is not the primary/,
    )
  })

  test('an endorser or a successor that is not valid then', async () => {
    const short = await smallKey('short', { expiresAfter: 86_400 })
    expect(await refuse({}, short)).toMatch(/^certificate-expired: FPR cannot endorse/)
    expect(await refuse({}, old, short)).toMatch(/^certificate-expired: FPR cannot be endorsed/)
    const before = { created: new Date('2025-12-31T00:00:00Z') }
    expect(await refuse(before)).toMatch(/^time-invalid/)
  })

  test.each(['', 'Acme.Example', 'a b', 'x@y'])('the name space %j', async (domain) => {
    expect(await refuse({ domain })).toBe(`usage: ${JSON.stringify(domain)} is no name space`)
  })

  test.each([0, 1.5, 0xffffffff])('to count for %s seconds', async (expiresAfter) => {
    expect(await refuse({ expiresAfter })).toMatch(/^time-invalid/)
  })
})

test('what it is carried by stands as before', async () => {
  const options = { at: endorsedAt, policy: standardPolicy(), primitives }
  const endorsed = await endorseSmall(next.certificate, old)
  const { certificate: _, ...before } = await evaluateCertificate(next.certificate, options)
  const { certificate: __, ...after } = await evaluateCertificate(endorsed, options)
  expect(after).toEqual(before)
})

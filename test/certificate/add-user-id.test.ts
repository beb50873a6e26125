import { describe, expect, test } from 'vitest'
import { addUserId } from '../../src/certificate/add-user-id.ts'
import type { AddUserIdOptions } from '../../src/certificate/add-user-id.ts'
import { serializeCertificate } from '../../src/certificate/certificate.ts'
import { mintCertificate } from '../../src/certificate/create.ts'
import { revokeCertificate } from '../../src/certificate/revoke.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { rejection } from '../support/code-of.ts'
import {
  day,
  judge,
  minted,
  mintPrimary,
  objections,
  otherSigner,
  primarySigner,
} from '../support/two-tier.ts'

const options: AddUserIdOptions = {
  name: 'Second',
  email: 'second@longhand.example',
  created: day(10),
  primitives,
}
const year = { expiresAfter: 365 * 86_400 }

test('it joins the first, and says the same of the key', async () => {
  const certificate = await addUserId(await mintPrimary(year), primarySigner, options)
  expect(certificate.userIds.map(({ userId }) => userId.text)).toEqual([
    'Two Tiers <tiers@longhand.example>',
    'Second <second@longhand.example>',
  ])
  const types = certificate.userIds.map(({ signatures }) =>
    signatures[0]?.hashed.map(({ type }) => type),
  )
  expect(types).toEqual([
    [2, 27, 9, 21, 30, 25, 33],
    [2, 27, 9, 21, 30, 33],
  ])
  const judged = await judge(certificate, day(20))
  expect(judged.primary.expires).toBe(day(365).getTime() / 1000)
  expect(judged.userIds.map(({ objection }) => objection)).toEqual([undefined, undefined])
})

test('as the primary one it is flagged', async () => {
  const certificate = await addUserId(await mintPrimary(), primarySigner, {
    ...options,
    primary: true,
  })
  expect(certificate.userIds[1]?.signatures[0]?.hashed.map(({ type }) => type)).toContain(25)
})

test('in version 6 it says nothing of the key', async () => {
  const certificate = await addUserId(await mintPrimary({ version: 6 }), primarySigner, options)
  const [signature] = certificate.userIds[1]?.signatures ?? []
  expect(signature?.hashed.map(({ type }) => type)).toEqual([2, 33])
  expect(await objections(certificate, day(20))).toEqual([undefined])
})

test('to a certificate without one it says what the direct key signature does', async () => {
  const bare = await mintCertificate(primarySigner, [], { created: minted, ...year, primitives })
  const certificate = await addUserId(bare, primarySigner, options)
  const [signature] = certificate.userIds[0]?.signatures ?? []
  expect(signature?.hashed.map(({ type }) => type)).toEqual([2, 27, 9, 21, 30, 33])
})

test('the same inputs give the same octets', async () => {
  const certificate = await mintPrimary()
  const add = async () => serializeCertificate(await addUserId(certificate, primarySigner, options))
  expect(await add()).toEqual(await add())
})

describe('refused', () => {
  const refuse = async (
    changed: Partial<AddUserIdOptions> = {},
    { of = mintPrimary(), by = primarySigner } = {},
  ) => (await rejection(addUserId(await of, by, { ...options, ...changed }))).code

  test.each([
    ['one that is there', { name: 'Two Tiers', email: 'tiers@longhand.example' }, 'usage'],
    ['a line break', { name: 'Second\nThird' }, 'usage'],
    ['no address', { email: 'second' }, 'usage'],
    ['a time before the key', { created: day(-1) }, 'time-invalid'],
  ])('%s', async (_, changed, code) => {
    expect(await refuse(changed)).toBe(code)
  })

  test('by another signer, or to what is expired or revoked', async () => {
    expect(await refuse({}, { by: otherSigner })).toBe('key-mismatch')
    expect(await refuse({}, { of: mintPrimary({ expiresAfter: 60 }) })).toBe('certificate-expired')
    const revocation = { created: day(1), reason: 'superseded', primitives } as const
    const of = revokeCertificate(await mintPrimary(), primarySigner, revocation)
    expect(await refuse({}, { of })).toBe('certificate-revoked')
  })
})

import { describe, expect, test } from 'vitest'
import { parseCertificates, serializeCertificate } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { mergeCertificates } from '../../src/certificate/merge.ts'
import { prepareRevocation } from '../../src/certificate/prepared-revocation.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import { codeOf, rejection } from '../support/code-of.ts'
import { bound, day, minted, objections, primarySigner, twoTier } from '../support/two-tier.ts'
import { mintPrimary } from '../support/two-tier.ts'

const options = { created: day(3), primitives }
const arm = (text: string): Certificate[] =>
  parseCertificates(utf8(text), { primitives, publishRevocation: true })

test('it is not read as it is, beside a certificate neither', async () => {
  const text = await prepareRevocation(await twoTier(), primarySigner, options)
  expect(text).toContain('\n:----BEGIN PGP PUBLIC KEY BLOCK-----\n')
  expect(text).not.toMatch(/^-----BEGIN/m)
  expect(codeOf(() => parseCertificates(utf8(text), { primitives }))).toBe('revocation-disarmed')
  const both = `${text}${text.slice(text.indexOf(':--')).replace(':', '-')}`
  expect(codeOf(() => parseCertificates(utf8(both), { primitives }))).toBe('revocation-disarmed')
})

test('published, it voids all that the certificate ever signed', async () => {
  const certificate = await twoTier()
  const prepared = arm(await prepareRevocation(certificate, primarySigner, options))
  const [revoked, ...others] = mergeCertificates([certificate, ...prepared], { primitives })
  expect(others).toEqual([])
  const codes = revoked && (await objections(revoked, bound))
  expect(codes).toEqual(['certificate-revoked', 'certificate-revoked'])
})

test('it holds the key, its main User ID and the revocation, and no subkey', async () => {
  const [four] = arm(await prepareRevocation(await twoTier(), primarySigner, options))
  expect(four?.packets.map(({ type }) => type)).toEqual([6, 2, 13, 2])
  expect(four?.primary.signatures.map(({ type }) => type)).toEqual([0x20])
  const six = await twoTier({ version: 6 })
  const [read] = arm(await prepareRevocation(six, primarySigner, options))
  expect(read?.primary.signatures.map(({ type }) => type)).toEqual([0x20, 0x1f])
})

test('its own text names the certificate and the time, and says what to do', async () => {
  const { fingerprint } = await mintPrimary()
  const text = await prepareRevocation(await mintPrimary(), primarySigner, options)
  expect(text.split('\n').slice(0, 2)).toEqual([
    `This is a revocation of certificate ${fingerprint}.`,
    'It was made 2026-01-04T00:00:00Z, before it was needed, and is not in force.',
  ])
  expect(text).toContain('longhand keys merge CERT THIS-FILE --publish-revocation -o REVOKED')
})

test('the same inputs give the same text', async () => {
  const certificate = await mintPrimary()
  const prepare = () => prepareRevocation(certificate, primarySigner, options)
  expect(await prepare()).toBe(await prepare())
})

describe('the reason', () => {
  test.each([
    [undefined, 0],
    ['compromised', 2],
  ] as const)('%s', async (reason, number) => {
    const given = reason === undefined ? {} : { reason }
    const text = await prepareRevocation(await mintPrimary(), primarySigner, {
      ...options,
      ...given,
    })
    const body = arm(text)[0]?.primary.signatures[0]?.hashed.find(({ type }) => type === 29)?.body
    expect(body).toEqual(Uint8Array.of(number))
  })
})

test('a time before the key is refused', async () => {
  const created = new Date(minted.getTime() - 1000)
  const preparing = prepareRevocation(await mintPrimary(), primarySigner, { ...options, created })
  expect((await rejection(preparing)).code).toBe('time-invalid')
})

test('armed octets and binary ones are read as ever', async () => {
  const certificate = await mintPrimary()
  const octets = serializeCertificate(certificate)
  expect(parseCertificates(octets, { primitives, publishRevocation: true })).toEqual([certificate])
})

import { describe, expect, test } from 'vitest'
import { bindSubkey } from '../../src/certificate/bind.ts'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { revokeSubkey } from '../../src/certificate/revoke.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { signingComponent } from '../../src/sign/component.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import { curveSigner } from '../support/curve-keys.ts'
import { day, otherSigner, primarySigner, subkeySigner, twoTier } from '../support/two-tier.ts'
import { expectationOf, readVector } from '../support/vectors.ts'

function certificateFrom(file: string): Certificate {
  const [certificate] = parseCertificates(readVector(file))
  if (!certificate) throw new Error(file)
  return certificate
}

const main = certificateFrom('gnupg/main.asc')
const { fingerprint, subkeys } = expectationOf<{ fingerprint: string; subkeys: string[] }>(
  'gnupg',
  'main',
)
const [signing = '', encrypting = '', revoked = ''] = subkeys

function choose(component: string | undefined, at: string, created = at, certificate = main) {
  return signingComponent(certificate, {
    at: new Date(at),
    created: new Date(created),
    component,
    policy: standardPolicy(),
    primitives,
  })
}

test('the one that is named, in any case of letters', async () => {
  expect((await choose(fingerprint, '2026-01-01')).fingerprint).toBe(fingerprint)
  expect((await choose(signing, '2026-01-01')).fingerprint).toBe(signing)
  expect((await choose(signing.toLowerCase(), '2026-01-01')).fingerprint).toBe(signing)
})

test('of several that may, one has to be named', async () => {
  const error = await rejection(choose(undefined, '2026-01-01'))
  expect(error.code).toBe('usage')
  expect(error.message).toContain(fingerprint)
  expect(error.message).toContain(signing)
  expect(error.message).not.toContain(encrypting)
  expect(error.message).not.toContain(revoked)
})

test('where one alone may, it need not be named', async () => {
  expect((await choose(undefined, '2025-01-01T12:00:00Z')).fingerprint).toBe(fingerprint)
})

test.each([
  ['a subkey that encrypts', encrypting, '2026-01-01', 'certificate-invalid'],
  ['a revoked subkey', revoked, '2026-01-01', 'certificate-revoked'],
  ['a subkey of another certificate', 'AB'.repeat(20), '2026-01-01', 'key-missing'],
  ['a key ID', fingerprint.slice(24), '2026-01-01', 'key-missing'],
  ['the primary key after its expiry', fingerprint, '2036-01-01', 'certificate-expired'],
  ['a subkey after the expiry of its primary key', signing, '2036-01-01', 'certificate-expired'],
])('%s may not sign', async (_, component, at, code) => {
  expect((await rejection(choose(component, at))).code).toBe(code)
})

test('the time of the signature counts as well as now', async () => {
  const now = '2026-01-01'
  const early = await rejection(choose(signing, now, '2025-01-01T12:00:00Z'))
  expect(early.code).toBe('time-invalid')
  expect((await rejection(choose(signing, now, '2036-01-01'))).code).toBe('certificate-expired')
  expect((await choose(signing, now, '2025-01-02T12:00:00Z')).fingerprint).toBe(signing)
})

test('a revoked certificate signs nothing, whatever time is stated', async () => {
  const other = certificateFrom('gnupg/other-revoked.asc')
  for (const created of ['2025-03-01', '2025-05-01']) {
    const error = await rejection(choose(undefined, '2026-01-01', created, other))
    expect(error.code).toBe('certificate-revoked')
  }
  const before = await choose(undefined, '2025-03-01', '2025-03-01', other)
  expect(before.fingerprint).toBe(other.fingerprint)
})

describe('of several that may, the one that the signer holds', () => {
  const at = day(5)
  const judging = { at, created: at, policy: standardPolicy(), primitives }
  const rotated = async (): Promise<Certificate> =>
    bindSubkey(await twoTier(), primarySigner, otherSigner, { created: day(3), primitives })
  const chosenBy = async (certificate: Certificate, { publicKey }: RemoteSigner) =>
    signingComponent(certificate, { ...judging, held: () => publicKey() })

  test('each signs by its own subkey', async () => {
    const certificate = await rotated()
    const [first, second] = certificate.subkeys
    expect(await chosenBy(certificate, subkeySigner)).toEqual(first?.key)
    expect(await chosenBy(certificate, otherSigner)).toEqual(second?.key)
  })

  test('one that may not sign says why, and another key that it is not there', async () => {
    const certificate = await rotated()
    expect((await rejection(chosenBy(certificate, primarySigner))).code).toBe('certificate-invalid')
    const stranger = curveSigner('P-384')
    expect((await rejection(chosenBy(certificate, stranger))).code).toBe('key-mismatch')
    const [subkey = ''] = certificate.subkeys.map(({ key }) => key.fingerprint)
    const revocation = { created: day(4), reason: 'superseded', subkey, primitives } as const
    const third = await bindSubkey(certificate, primarySigner, stranger, {
      created: day(4),
      primitives,
    })
    const revoked = await revokeSubkey(third, primarySigner, revocation)
    expect((await rejection(chosenBy(revoked, subkeySigner))).code).toBe('certificate-revoked')
  })

  test('where one alone may, the signer is not asked', async () => {
    const held = () => Promise.reject(new Error('asked'))
    const certificate = await twoTier()
    const { fingerprint: chosen } = await signingComponent(certificate, { ...judging, held })
    expect(chosen).toBe(certificate.subkeys[0]?.key.fingerprint)
  })
})

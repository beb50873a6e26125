/** Versions 4 and 6 mixed: a signature's version is bound to its key's, RFC 9580 §5.2.3.35. */

import { expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import type { KeyVersion } from '../../src/packet/public-key.ts'
import { subpacket, writeSubpackets } from '../../src/packet/subpacket.ts'
import type { RawSubpacket } from '../../src/packet/subpacket.ts'
import { publicKeyAlgorithm, subpacketType } from '../../src/registry.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import {
  certificateParts,
  curveCertificate,
  curveKey,
  digestDocument,
  draftBy,
  sealUnchecked,
  signData,
} from '../support/curve-keys.ts'
import type { CurveKey, CurveName } from '../support/curve-keys.ts'

const data = utf8('what was agreed\n')

async function verdictOn(certificate: Uint8Array, signature: Uint8Array) {
  const certificates = parseCertificates(certificate, { primitives })
  const { signatures } = await evaluateDetached(data, signature, { certificates, primitives })
  const [only] = signatures
  return only?.good ? { code: 'good', reason: '' } : { code: only?.code, reason: only?.reason }
}

function issuerFingerprint({ key }: CurveKey, version = key.version): RawSubpacket {
  const { fingerprint } = key
  return subpacket({ type: subpacketType.issuerFingerprint, version, fingerprint })
}

function issuerKeyId({ key }: CurveKey): RawSubpacket {
  return subpacket({ type: subpacketType.issuerKeyId, keyId: key.keyId })
}

interface Parts {
  readonly version: KeyVersion
  readonly hashed?: readonly RawSubpacket[]
  readonly unhashed?: readonly RawSubpacket[]
  readonly algorithm?: number
}

/** A signature that is right in all but its version: the number is the key's, over what it says. */
async function signAs(by: CurveKey, { version, algorithm, ...areas }: Parts): Promise<Uint8Array> {
  const key = { ...by.key, version, algorithm: algorithm ?? by.key.algorithm }
  const draft = draftBy({ ...by, key }, { type: 0, hashed: areas.hashed ?? [] })
  const unhashedArea = writeSubpackets(areas.unhashed ?? [issuerKeyId(by)])
  const digest = digestDocument(draft, data)
  const answer = await by.signer.sign(digest)
  const half = answer.length / 2
  const value =
    key.material.kind === 'ed25519'
      ? ({ kind: 'ed25519', octets: answer } as const)
      : ({ kind: 'ecdsa', r: answer.subarray(0, half), s: answer.subarray(half) } as const)
  return sealUnchecked({ ...draft, unhashedArea }, digest, value)
}

const curves: readonly CurveName[] = ['P-256', 'Ed25519']
const mixed = curves.flatMap((curve) => [
  [curve, 4, 6] as const,
  [curve, 6, 4] as const,
  [curve, 4, 4] as const,
  [curve, 6, 6] as const,
])

test.each(mixed)('%s: a version %i key and a version %i signature', async (curve, own, version) => {
  const by = await curveKey(curve, { version: own })
  const expected = own === version ? 'good' : 'signature-bad'
  const signature = await signAs(by, { version })
  expect((await verdictOn(await curveCertificate(by), signature)).code).toBe(expected)
})

test.each([4, 6] as const)(
  'a hashed issuer fingerprint of another version voids a version %i signature',
  async (version) => {
    const by = await curveKey('Ed25519', { version })
    const other = version === 4 ? 6 : 4
    const stranger = await curveKey('Ed25519', { version: other })
    const certificate = await curveCertificate(by)
    for (const named of [issuerFingerprint(stranger), issuerFingerprint(by, other)]) {
      const hashed = await verdictOn(certificate, await signAs(by, { version, hashed: [named] }))
      expect(hashed).toEqual({
        code: 'signature-bad',
        reason: 'it names an issuer of another version',
      })
      // What anyone may write beside it voids nothing.
      const beside = await verdictOn(certificate, await signAs(by, { version, unhashed: [named] }))
      expect(beside.code).toBe('good')
    }
  },
)

test('an issuer key ID in a version 6 signature is a hint and no more', async () => {
  const by = await curveKey('Ed25519', { version: 6 })
  const stranger = await curveKey('Ed25519', { version: 6, name: 'stranger' })
  const certificate = await curveCertificate(by)
  for (const hint of [issuerKeyId(by), issuerKeyId(stranger)]) {
    const signature = await signAs(by, { version: 6, unhashed: [hint] })
    expect((await verdictOn(certificate, signature)).code).toBe('good')
  }
  const forged = await signAs(stranger, { version: 6, unhashed: [issuerKeyId(by)] })
  expect((await verdictOn(certificate, forged)).code).toBe('signature-bad')
})

test('our version 6 signatures name the fingerprint, and no key ID', async () => {
  const by = await curveKey('Ed25519', { version: 6 })
  const signature = Buffer.from(await signData(by, data)).toString('hex')
  expect(signature).toContain(`2106${by.key.fingerprint.toLowerCase()}`)
  expect(signature).not.toContain(`0910${by.key.keyId.toLowerCase()}`)
})

test('EdDSALegacy (22) does not sign in version 6', async () => {
  const { eddsaLegacy, ed25519 } = publicKeyAlgorithm
  for (const [version, algorithm] of [
    [6, eddsaLegacy],
    [4, ed25519],
  ] as const) {
    const by = await curveKey('Ed25519', { version })
    const signature = await signAs(by, { version, algorithm })
    expect((await verdictOn(await curveCertificate(by), signature)).code).toBe('signature-bad')
  }
})

test('the same key in both versions is two keys', async () => {
  const [four, six] = [await curveKey('P-256'), await curveKey('P-256', { version: 6 })]
  const both = concat(await curveCertificate(four), await curveCertificate(six))
  for (const by of [four, six]) {
    const certificates = parseCertificates(both, { primitives })
    const signature = await signData(by, data)
    const { signatures } = await evaluateDetached(data, signature, { certificates, primitives })
    expect(signatures).toMatchObject([{ good: true, signer: { key: by.key.fingerprint } }])
  }
  const other = await verdictOn(await curveCertificate(four), await signData(six, data))
  expect(other.code).toBe('signer-unknown')
})

test('self-signatures of another version hold no certificate together', async () => {
  const six = await curveKey('Ed25519', { version: 6 })
  const four: CurveKey = { ...six, key: { ...six.key, version: 4 } }
  const { primary, userId } = await certificateParts(six)
  const older = await certificateParts(four)
  const signature = await signData(six, data)
  const mixedUp = concat(primary, older.direct, userId, older.certification)
  expect((await verdictOn(mixedUp, signature)).code).toBe('certificate-invalid')
})

test('the salt is hashed first, and once', async () => {
  const by = await curveKey('Ed25519', { version: 6 })
  const certificate = await curveCertificate(by)
  const draft = draftBy(by, { type: 0 })
  const without = digestDocument({ ...draft, salt: new Uint8Array() }, data)
  const twice = digestDocument({ ...draft, salt: concat(draft.salt, draft.salt) }, data)
  for (const digest of [without, twice]) {
    const octets = await by.signer.sign(digest)
    const signature = sealUnchecked(draft, digest, { kind: 'ed25519', octets })
    expect((await verdictOn(certificate, signature)).code).toBe('signature-bad')
  }
})

/** What a version 6 certificate says of itself, and by which signature: RFC 9580 §5.2.3.10, §10.1.1. */

import { describe, expect, test } from 'vitest'
import { evaluateCertificate, signingKeys } from '../../src/certificate/evaluate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { subpacket } from '../../src/packet/subpacket.ts'
import { readUserId } from '../../src/packet/user-id.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { signatureType, subpacketType } from '../../src/registry.ts'
import {
  certificateParts,
  curveKey,
  curveKeysCreated,
  curveUserId,
  keyFlags,
  mayCertifyAndSign,
  onlyCertificate,
  signTarget,
  subkeyParts,
} from '../support/curve-keys.ts'

const day = 86_400
const at = new Date((curveKeysCreated + 10 * day) * 1000)
const by = await curveKey('Ed25519', { version: 6 })
const parts = await certificateParts(by)
const onKey = { kind: 'key', primary: by.key } as const
const onUserId = {
  kind: 'user-id',
  primary: by.key,
  userId: readUserId(utf8(curveUserId)),
} as const
const { directKey, positiveCertification, certificationRevocation } = signatureType

function expires(seconds: number) {
  return subpacket({ type: subpacketType.keyExpirationTime, seconds })
}

async function evaluate(...packets: readonly Uint8Array[]) {
  const certificate = onlyCertificate(concat(...packets))
  return evaluateCertificate(certificate, { at, policy: standardPolicy(), primitives })
}

describe('the direct key signature', () => {
  test('is enough: no User ID is needed', async () => {
    const { primary, rejected } = await evaluate(parts.primary, parts.direct)
    expect(primary).toMatchObject({ keyFlags: 0x03, objection: undefined })
    expect(rejected).toEqual([])
  })

  test('has to be there: a User ID’s self-signature does not stand for it', async () => {
    const certification = await signTarget(by, onUserId, {
      type: positiveCertification,
      hashed: [mayCertifyAndSign],
    })
    const alone = await evaluate(parts.primary, parts.userId, certification)
    expect(alone.primary.objection?.code).toBe('certificate-invalid')
    expect(signingKeys(alone)).toEqual([])
    // Nothing is wrong with the User ID itself.
    expect(alone.userIds).toMatchObject([{ objection: undefined }])
  })

  test('speaks before the User ID', async () => {
    const direct = await signTarget(by, onKey, {
      type: directKey,
      hashed: [keyFlags(0x01), expires(5 * day)],
    })
    const certification = await signTarget(by, onUserId, {
      type: positiveCertification,
      hashed: [mayCertifyAndSign, expires(50 * day)],
    })
    const { primary } = await evaluate(parts.primary, direct, parts.userId, certification)
    expect(primary).toMatchObject({
      keyFlags: 0x01,
      expires: curveKeysCreated + 5 * day,
      objection: { code: 'certificate-expired' },
    })
  })

  test('leaves to the User ID what it does not say', async () => {
    const direct = await signTarget(by, onKey, { type: directKey })
    const certification = await signTarget(by, onUserId, {
      type: positiveCertification,
      hashed: [mayCertifyAndSign, expires(5 * day)],
    })
    const { primary } = await evaluate(parts.primary, direct, parts.userId, certification)
    expect(primary).toMatchObject({ keyFlags: 0x03, objection: { code: 'certificate-expired' } })
  })

  test('revoked or expired, it is not there', async () => {
    const reason = subpacket({ type: subpacketType.reasonForRevocation, reason: 1, text: '' })
    const type = certificationRevocation
    const revocation = await signTarget(by, onKey, { type, hashed: [reason] })
    const revoked = await evaluate(parts.primary, parts.direct, revocation)
    expect(revoked.primary.objection?.code).toBe('certificate-invalid')
    const until = subpacket({ type: subpacketType.signatureExpirationTime, seconds: day })
    const short = await signTarget(by, onKey, {
      type: directKey,
      hashed: [mayCertifyAndSign, until],
    })
    const expired = await evaluate(parts.primary, short, parts.userId, parts.certification)
    expect(expired.primary.objection?.code).toBe('certificate-invalid')
  })

  test('by another key counts for nothing', async () => {
    const mallory = await curveKey('Ed25519', { version: 6, name: 'mallory' })
    const type = directKey
    const forged = await signTarget(mallory, onKey, { type, hashed: [mayCertifyAndSign] })
    const { primary } = await evaluate(parts.primary, forged, parts.userId, parts.certification)
    expect(primary.objection?.code).toBe('certificate-invalid')
  })
})

test('in version 4 the User ID speaks first, and the direct key signature need not be there', async () => {
  const old = await curveKey('Ed25519')
  const target = { kind: 'key', primary: old.key } as const
  const { primary, userId, certification } = await certificateParts(old)
  const direct = await signTarget(old, target, { type: directKey, hashed: [keyFlags(0x01)] })
  for (const packets of [[], [direct]]) {
    const evaluated = await evaluate(primary, ...packets, userId, certification)
    expect(evaluated.primary).toMatchObject({ keyFlags: 0x03, objection: undefined })
  }
})

describe('subkeys', () => {
  test('of the same version sign', async () => {
    const subkey = await curveKey('P-384', { version: 6, name: 'subkey' })
    const bound = await subkeyParts(by, subkey)
    const evaluated = await evaluate(parts.primary, parts.direct, bound)
    expect(evaluated.rejected).toEqual([])
    expect(signingKeys(evaluated).map(({ key }) => key.fingerprint)).toEqual([
      by.key.fingerprint,
      subkey.key.fingerprint,
    ])
  })

  test.each([
    [6, 4],
    [4, 6],
  ] as const)('of a version %i key in version %i are passed over, by name', async (own, other) => {
    const primary = await curveKey('Ed25519', { version: own })
    const subkey = await curveKey('P-256', { version: other, name: 'subkey' })
    const packets = await certificateParts(primary)
    const head = own === 6 ? [packets.primary, packets.direct] : [packets.primary]
    const bound = await subkeyParts(primary, subkey)
    const certificate = onlyCertificate(
      concat(...head, packets.userId, packets.certification, bound),
    )
    expect(certificate.subkeys).toEqual([])
    expect(certificate.skipped.map(({ message }) => message)).toEqual([
      `a version ${other} subkey of a version ${own} key`,
    ])
  })
})

import { describe, expect, test } from 'vitest'
import { addUserId } from '../../src/certificate/add-user-id.ts'
import { bindSubkey } from '../../src/certificate/bind.ts'
import { parseCertificates, serializeCertificate } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { exportCertificate } from '../../src/certificate/export.ts'
import { extendExpiry } from '../../src/certificate/extend.ts'
import { revokeCertificate, revokeSubkey, revokeUserId } from '../../src/certificate/revoke.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat } from '../../src/octets.ts'
import { subpacket } from '../../src/packet/subpacket.ts'
import { subpacketType } from '../../src/registry.ts'
import { certify, primaryPacket, signs, userIdPacket } from '../support/forge/certificate.ts'
import { forgeKey } from '../support/forge/signature.ts'
import { day, objections, otherSigner, primarySigner, twoTier } from '../support/two-tier.ts'

const minimal = (certificate: Certificate, at: Date): Promise<Certificate> =>
  exportCertificate(certificate, { at, minimal: true, primitives })
const full = (certificate: Certificate): Promise<Certificate> =>
  exportCertificate(certificate, { at: day(0), primitives })
const typesIn = (certificate: Certificate): number[][] =>
  [certificate.primary, ...certificate.userIds, ...certificate.subkeys].map(({ signatures }) =>
    signatures.map(({ type }) => type),
  )

/** Two User IDs and two subkeys; everything extended once. */
async function grown(): Promise<Certificate> {
  const first = await twoTier({ expiresAfter: 365 * 86_400 }, { expires: day(100) })
  const two = await addUserId(first, primarySigner, {
    name: 'Second',
    email: 'second@longhand.example',
    created: day(5),
    primitives,
  })
  const both = await bindSubkey(two, primarySigner, otherSigner, { created: day(90), primitives })
  return extendExpiry(both, primarySigner, { created: day(95), expires: day(800), primitives })
}

describe('in full', () => {
  test('everything is there', async () => {
    const certificate = await grown()
    expect(serializeCertificate(await full(certificate))).toEqual(serializeCertificate(certificate))
  })

  test('but signatures that say they are not to be exported', async () => {
    const alice = forgeKey('alice')
    const local = subpacket({ type: subpacketType.exportableCertification, value: false })
    const packets = [
      ...[primaryPacket(alice), userIdPacket(), certify(alice)],
      ...[certify(alice, { hashed: [signs, local] }), Uint8Array.of(0xc2, 1, 3)],
    ]
    const [certificate] = parseCertificates(concat(...packets), { primitives })
    const exported = certificate && (await full(certificate))
    expect(exported?.packets.map(({ type }) => type)).toEqual([6, 13, 2, 2])
    expect(exported?.userIds[0]?.unreadable).toHaveLength(1)
  })
})

describe('a minimal copy', () => {
  test('has each component with its present self-signature, and no expired subkey', async () => {
    const certificate = await grown()
    expect(typesIn(certificate)).toEqual([[], [0x13, 0x13], [0x13, 0x13], [0x18], [0x18]])
    const copy = await minimal(certificate, day(120))
    expect(typesIn(copy)).toEqual([[], [0x13], [0x13], [0x18]])
    expect(copy.fingerprint).toBe(certificate.fingerprint)
    for (const at of [120, 400, 799]) {
      const [primary, , second] = await objections(certificate, day(at))
      expect(await objections(copy, day(at))).toEqual([primary, second])
    }
    expect(typesIn(await minimal(certificate, day(99)))).toEqual([
      ...[[], [0x13], [0x13], [0x18], [0x18]],
    ])
  })

  test('keeps every revocation', async () => {
    const certificate = await grown()
    const revoking = { created: day(96), primitives }
    const [subkey = ''] = certificate.subkeys.map(({ key }) => key.fingerprint)
    const one = await revokeSubkey(certificate, primarySigner, {
      ...revoking,
      subkey,
      reason: 'compromised',
    })
    const userId = 'Second <second@longhand.example>'
    const two = await revokeUserId(one, primarySigner, { ...revoking, userId })
    const three = await revokeCertificate(two, primarySigner, { ...revoking, reason: 'retired' })
    expect(typesIn(await minimal(three, day(120)))).toEqual([
      ...[[0x20], [0x13], [0x30, 0x13], [0x28, 0x18], [0x18]],
    ])
  })

  test('has nothing that others signed', async () => {
    const [alice, mallory] = [forgeKey('alice'), forgeKey('mallory')]
    const packets = [
      ...[primaryPacket(alice), userIdPacket(), certify(alice)],
      ...[certify(mallory, {}, undefined, alice)],
    ]
    const [certificate] = parseCertificates(concat(...packets), { primitives })
    const copy = certificate && (await minimal(certificate, day(0)))
    expect(copy?.packets.map(({ type }) => type)).toEqual([6, 13, 2])
  })
})

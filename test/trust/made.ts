/** The certificates and signatures of the fleet, made once: Ed25519, the same each time. */

import { serializeCertificate } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { subpacket } from '../../src/packet/subpacket.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { curveKey, signTarget } from '../support/curve-keys.ts'
import { because } from '../support/forge/certificate.ts'
import { endorseSmall, smallKey } from '../support/rotation-keys.ts'
import type { SmallKey } from '../support/rotation-keys.ts'
import type { KeyName, StandingOfA, StandingOfB, StandingOfM } from './rules.ts'

/** When the clients judge. */
export const today = new Date('2026-05-02T00:00:00Z')
const signed = new Date('2026-05-01T00:00:00Z')
const datedBack = new Date('2026-03-01T00:00:00Z')
const revoked = Date.UTC(2026, 3, 1) / 1000

export const data: Uint8Array = utf8('a release\n')

export interface Made {
  /** Octets of copies by what they say. */
  readonly A: Readonly<Record<StandingOfA, Uint8Array>>
  readonly B: Readonly<Record<Exclude<StandingOfB, 'absent'>, Uint8Array>>
  readonly M: Readonly<Record<Exclude<StandingOfM, 'absent'> | 'bare', Uint8Array>>
  readonly R: Uint8Array
  readonly fingerprints: Readonly<Record<KeyName, string>>
  /** A signature file over the release. */
  sign(by: readonly KeyName[], backDated: boolean): Promise<Uint8Array>
}

export async function makeFleet(): Promise<Made> {
  const keys: Record<KeyName, SmallKey> = {
    A: await smallKey('A'),
    B: await smallKey('B'),
    M: await smallKey('M'),
    R: await smallKey('R', { rotationAuthority: true }),
  }
  const { A, B, M, R } = keys
  const octets = serializeCertificate
  const replaces = { fingerprint: A.certificate.fingerprint, reason: 'compromised' } as const
  const byA = await endorseSmall(B.certificate, A)
  return {
    A: {
      good: octets(A.certificate),
      retired: await revokedCopy(A.certificate, 3),
      void: await revokedCopy(A.certificate, 2),
    },
    B: {
      bare: octets(B.certificate),
      'by A': octets(byA),
      'by A, taken back': await takenBack(byA),
      'by A and R': octets(await endorseSmall(byA, R)),
      'by R, replacing A': octets(await endorseSmall(B.certificate, R, { replaces })),
    },
    M: {
      bare: octets(M.certificate),
      'certified by A': await certifiedByA(M.certificate),
      'endorsed by A': octets(
        await endorseSmall(M.certificate, A, {
          serial: 3,
          created: new Date('2026-02-15T00:00:00Z'),
        }),
      ),
    },
    R: octets(R.certificate),
    fingerprints: {
      A: A.certificate.fingerprint,
      B: B.certificate.fingerprint,
      M: M.certificate.fingerprint,
      R: R.certificate.fingerprint,
    },
    async sign(by, backDated) {
      const at = backDated ? datedBack : signed
      const packets = []
      for (const name of by) {
        packets.push((await signDetached(data, keys[name], { at, primitives })).binary)
      }
      return concat(...packets)
    },
  }
}

/** A copy of A with its revocation, right behind the key. */
async function revokedCopy({ primary, packets }: Certificate, reason: number): Promise<Uint8Array> {
  const fields = { type: 0x20, created: revoked, hashed: [because(reason)] }
  const target = { kind: 'key', primary: primary.key } as const
  const revocation = await signTarget(await curveKey('Ed25519', { name: 'A' }), target, fields)
  const [first, ...others] = packets.map((packet) => packet.octets)
  return concat(first ?? new Uint8Array(), revocation, ...others)
}

/** A copy of B with the revocation of A's certification. */
async function takenBack(certificate: Certificate): Promise<Uint8Array> {
  const [component] = certificate.userIds
  if (!component) throw new Error('no User ID')
  const { userId } = component
  const target = { kind: 'user-id', primary: certificate.primary.key, userId } as const
  const fields = { type: 0x30, created: revoked }
  const revocation = await signTarget(await curveKey('Ed25519', { name: 'A' }), target, fields)
  return concat(serializeCertificate(certificate), revocation)
}

/** Everything that A may say of M without endorsing it: certifications, and a trust signature. */
async function certifiedByA(certificate: Certificate): Promise<Uint8Array> {
  const [component] = certificate.userIds
  if (!component) throw new Error('no User ID')
  const { userId } = component
  const target = { kind: 'user-id', primary: certificate.primary.key, userId } as const
  const a = await curveKey('Ed25519', { name: 'A' })
  const certifications = []
  for (const type of [0x10, 0x11, 0x12, 0x13]) {
    certifications.push(await signTarget(a, target, { type }))
  }
  const trusted = [subpacket({ type: 5, depth: 1, amount: 120 })]
  certifications.push(await signTarget(a, target, { type: 0x13, hashed: trusted }))
  return concat(serializeCertificate(certificate), ...certifications)
}

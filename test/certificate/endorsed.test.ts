import { beforeAll, describe, expect, test } from 'vitest'
import { parseCertificates, serializeCertificate } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import {
  endorsementObjection,
  endorsementsOn,
  isWithdrawn,
} from '../../src/certificate/endorsed.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat } from '../../src/octets.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { curveKey, signTarget } from '../support/curve-keys.ts'
import { endorsedAt, endorseSmall, smallKey } from '../support/rotation-keys.ts'
import type { SmallKey } from '../support/rotation-keys.ts'

let old: SmallKey
let next: SmallKey
let other: SmallKey
let endorsed: Certificate

beforeAll(async () => {
  ;[old, next, other] = [await smallKey('old'), await smallKey('next'), await smallKey('other')]
  endorsed = await endorseSmall(next.certificate, old)
})

const now = endorsedAt.getTime() / 1000
const checking = { now, policy: standardPolicy(), primitives }
const only = (certificate: Certificate) => {
  const [first, ...others] = endorsementsOn(certificate)
  if (!first || others.length > 0) throw new Error('not one endorsement')
  return first
}

/** The certificate with packets at its end, where the User ID's signatures are. */
function withPackets(certificate: Certificate, ...packets: Uint8Array[]): Certificate {
  const octets = concat(serializeCertificate(certificate), ...packets)
  const [read] = parseCertificates(octets, { primitives })
  if (!read) throw new Error('no certificate')
  return read
}

describe('the endorsements on a certificate', () => {
  test('are those that are of it', async () => {
    expect(endorsementsOn(next.certificate)).toEqual([])
    expect(endorsementsOn(endorsed)).toMatchObject([{ domain: 'acme.example', serial: 2 }])
    // The same signature on another certificate names the wrong one.
    const moved = endorsed.packets.slice(-1).map(({ octets }) => octets)
    expect(endorsementsOn(withPackets(other.certificate, ...moved))).toEqual([])
  })

  test('stand in the name space of the address, unless another is asked for', () => {
    expect(endorsementsOn(endorsed, 'acme.example')).toHaveLength(1)
    expect(endorsementsOn(endorsed, 'example')).toEqual([])
  })
})

describe('an endorsement is', () => {
  const objection = (by: Certificate, of: Certificate, policy: Policy = standardPolicy()) =>
    endorsementObjection(
      only(endorsed),
      { by: by.primary.key, of: of.primary.key },
      { ...checking, policy },
    )

  test('the endorser’s', async () => {
    expect(await objection(old.certificate, next.certificate)).toBeUndefined()
  })

  test('nobody else’s, and of nothing else', async () => {
    const wrong = { code: 'signature-bad' }
    expect(await objection(other.certificate, next.certificate)).toMatchObject(wrong)
    expect(await objection(old.certificate, other.certificate)).toMatchObject(wrong)
  })

  test('none when a policy objects', async () => {
    const weak = { code: 'signature-weak', reason: 'not today' } as const
    const strict = { ...standardPolicy(), signature: () => weak }
    expect(await objection(old.certificate, next.certificate, strict)).toEqual(weak)
  })

  test('none when an octet of what was signed, or of the number, is another', async () => {
    const packet = endorsed.packets.at(-1)
    if (!packet) throw new Error('no packet')
    let objected = 0
    for (let at = 0; at < packet.octets.length; at += 1) {
      const octets = packet.octets.slice()
      octets[at] = (octets[at] ?? 0) ^ 1
      let read: Certificate
      try {
        read = withPackets(next.certificate, octets)
      } catch {
        continue // no certificate at all
      }
      for (const each of endorsementsOn(read)) {
        const keys = { by: old.certificate.primary.key, of: next.certificate.primary.key }
        // The unhashed key ID and the prefix of the digest are hints.
        const hint = at >= packet.octets.length - 64 - 4 - 2 - 10
        const found = await endorsementObjection(each, keys, checking)
        const isNumber = at >= packet.octets.length - 64
        if (!hint || isNumber) expect(found, `octet ${at}`).toBeDefined()
        objected += Number(found !== undefined)
      }
    }
    expect(objected).toBeGreaterThan(50)
  })
})

describe('it is taken back', () => {
  const revoke = async (by: string, of: SmallKey, created?: number): Promise<Uint8Array> => {
    const [component] = next.certificate.userIds
    if (!component) throw new Error('no User ID')
    const { userId } = component
    const target = { kind: 'user-id', primary: of.certificate.primary.key, userId } as const
    const fields = { type: 0x30, ...(created === undefined ? {} : { created }) }
    return signTarget(await curveKey('Ed25519', { name: by }), target, fields)
  }
  const withdrawn = (packet: Uint8Array) =>
    isWithdrawn(
      only(endorsed),
      { by: old.certificate.primary.key, of: withPackets(endorsed, packet) },
      checking,
    )

  test('by its endorser, of any date', async () => {
    expect(await withdrawn(await revoke('old', next))).toBe(true)
    expect(await withdrawn(await revoke('old', next, now + 1e6))).toBe(true)
  })

  test('by nobody else, and not by a revocation of something else', async () => {
    expect(await withdrawn(await revoke('other', next))).toBe(false)
    expect(await withdrawn(await revoke('old', other))).toBe(false)
    expect(
      await isWithdrawn(
        only(endorsed),
        { by: old.certificate.primary.key, of: endorsed },
        checking,
      ),
    ).toBe(false)
  })
})

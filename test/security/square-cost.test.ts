/** Certificates of which many small parts would each cost as much as the whole: counted, not timed. */

import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { checkComponents } from '../../src/certificate/components.ts'
import { evaluateCertificate } from '../../src/certificate/evaluate.ts'
import { openMemory } from '../../src/certificate/memory.ts'
import { isOpenPGPError } from '../../src/errors.ts'
import { limits } from '../../src/limits.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat, join, uint16, uint32, utf8 } from '../../src/octets.ts'
import type { Signature } from '../../src/packet/signature.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { packetType, publicKeyAlgorithm, signatureType } from '../../src/registry.ts'
import { findWithdrawals } from '../../src/trust/withdrawals.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { counting } from '../support/counting.ts'
import { judgedAt } from '../support/forge/cases.ts'
import { forgeKey, madeAt } from '../support/forge/signature.ts'

type Version = 4 | 6

const policy = standardPolicy()
const { rsa, ecdsa } = publicKeyAlgorithm
const numbers = forgeKey('alice').key.body.subarray(6)
/** What nobody computed: 2 in each of two MPIs, of which RSA takes one. */
const two = Uint8Array.of(0, 2, 2)

function keyPacket(type: number, version: Version, algorithm: number, material: Uint8Array) {
  const head = concat(Uint8Array.of(version), uint32(madeAt), Uint8Array.of(algorithm))
  const counted = version === 4 ? material : concat(uint32(material.length), material)
  return writePacket(type, concat(head, counted))
}

/** Names no issuer, so that it may be anybody's; says that the key made it with the certificate. */
function signature(version: Version, type: number, algorithm: number = rsa, at = madeAt) {
  const created = concat(Uint8Array.of(5, 2), uint32(at))
  const head = Uint8Array.of(version, type, algorithm, 8)
  const width = version === 4 ? uint16 : uint32
  const salt = version === 4 ? new Uint8Array() : concat(Uint8Array.of(16), new Uint8Array(16))
  const value = algorithm === ecdsa ? concat(two, two) : two
  const areas = concat(width(created.length), created, width(0), Uint8Array.of(0, 0))
  return writePacket(packetType.signature, concat(head, areas, salt, value))
}

const userId = (text: string): Uint8Array => writePacket(packetType.userId, utf8(text))
const primary = (version: Version): Uint8Array =>
  keyPacket(packetType.publicKey, version, rsa, numbers)

function parse(...packets: readonly Uint8Array[]): Certificate {
  const [certificate] = parseCertificates(join(packets), { primitives: nodePrimitives })
  if (!certificate) throw new Error('a certificate was written')
  return certificate
}

async function costOf(certificate: Certificate, memory = openMemory()) {
  const { primitives, count } = counting(nodePrimitives)
  const options = { at: judgedAt, policy, primitives, memory }
  try {
    await evaluateCertificate(certificate, options)
    return { ...count, verdict: 'judged' }
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    return { ...count, verdict: error.code }
  }
}

const times = (count: number, packets: (index: number) => readonly Uint8Array[]): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => packets(index)).flat()

describe('a primary key of 60,000 octets with 100 User IDs is not hashed for each', () => {
  const octets = 60_000
  const unknownCurve = concat(Uint8Array.of(3, 1, 2, 3), new Uint8Array(octets))
  const certification = signatureType.positiveCertification
  test.each([
    ['of an unknown algorithm', 100, new Uint8Array(octets), rsa],
    ['on an unknown curve', ecdsa, unknownCurve, ecdsa],
  ] as const)('%s', async (_, algorithm, material, claimed) => {
    for (const version of [4, 6] as const) {
      const certificate = parse(
        keyPacket(packetType.publicKey, version, algorithm, material),
        ...times(100, (index) => [userId(`${index}`), signature(version, certification, claimed)]),
      )
      expect(await costOf(certificate)).toEqual({ rsa: 0, hashed: 0, verdict: 'judged' })
    }
  })
})

test('a version 4 signature under a version 6 key is not hashed for, nor the other way', async () => {
  for (const [version, other] of [
    [4, 6],
    [6, 4],
  ] as const) {
    const flood = times(100, () => [signature(other, signatureType.positiveCertification)])
    const certificate = parse(primary(version), userId('x'.repeat(10_000)), ...flood)
    expect(await costOf(certificate)).toEqual({ rsa: 0, hashed: 0, verdict: 'judged' })
  }
})

describe('what is hashed anew for the salt of each version 6 signature', () => {
  const flooded = (octets: number, count: number): Record<string, Certificate> => ({
    'a User ID': parse(
      ...[primary(6), userId('x'.repeat(octets))],
      ...times(count, () => [signature(6, signatureType.positiveCertification)]),
    ),
    'a subkey': parse(
      ...[primary(6), keyPacket(packetType.publicSubkey, 6, 100, new Uint8Array(octets))],
      ...times(count, () => [signature(6, signatureType.subkeyBinding)]),
    ),
  })

  test.each(['a User ID', 'a subkey'])('%s: refused before anything is computed', async (what) => {
    const certificate = flooded(100_000, 200)[what]
    if (!certificate) throw new Error(what)
    const memory = openMemory()
    // The same the second time: what is remembered of a part would be.
    for (const time of ['first', 'second']) {
      const cost = await costOf(certificate, memory)
      expect(cost, time).toEqual({ rsa: 0, hashed: 0, verdict: 'limit' })
    }
  })

  test('within the bound each costs its octets', async () => {
    for (const certificate of Object.values(flooded(100_000, 100))) {
      const { hashed, verdict } = await costOf(certificate)
      expect(verdict).toBe('judged')
      expect(hashed).toBeGreaterThan(100 * 100_000)
      expect(hashed).toBeLessThan(limits.saltedOctets)
    }
  })

  test('a User ID as we mint it may have as many signatures as any', async () => {
    const octets = limits.userIdOctets
    const certificate = flooded(octets, limits.signaturesPerComponent)['a User ID']
    if (!certificate) throw new Error('a User ID')
    expect((await costOf(certificate)).verdict).toBe('judged')
  })
})

/** How often somebody asks a signature that does not count for its type. */
async function asked(userIds: number, type: number): Promise<number> {
  const packets = times(userIds, (index) => [userId(`${index}`), signature(4, type)])
  const certificate = parse(primary(4), ...packets)
  let count = 0
  const watch = (each: Signature): Signature =>
    new Proxy(each, {
      get(target, property) {
        if (property === 'type') count += 1
        return Reflect.get(target, property, target) as unknown
      },
    })
  const parts = {
    ...certificate,
    userIds: certificate.userIds.map((component) => {
      return { ...component, signatures: component.signatures.map(watch) }
    }),
  }
  await checkComponents(parts, { now: madeAt, policy, primitives: nodePrimitives })
  return count
}

test.each(['subkeyBinding', 'subkeyRevocation', 'positiveCertification'] as const)(
  'User IDs that have one %s each, which does not count: twice as many cost twice as much',
  async (name) => {
    const [few, many] = [
      await asked(50, signatureType[name]),
      await asked(100, signatureType[name]),
    ]
    expect(few).toBeGreaterThanOrEqual(50)
    expect(many).toBe(2 * few)
  },
)

test('withdrawals by another algorithm than the endorser’s: each is told apart once', async () => {
  const { key } = forgeKey('mallory')
  const costs = [50, 100].map(async (userIds) => {
    const packets = times(userIds, (index) => [
      userId(`${index}`),
      signature(4, signatureType.certificationRevocation, ecdsa, madeAt + index),
    ])
    let count = 0
    const endorser = new Proxy(key, {
      get(target, property) {
        if (property === 'algorithm') count += 1
        return Reflect.get(target, property) as unknown
      },
    })
    const checking = { now: madeAt, policy, primitives: nodePrimitives }
    await findWithdrawals(parse(primary(4), ...packets), [endorser], checking)
    return count
  })
  expect(await Promise.all(costs)).toEqual([50, 100])
})

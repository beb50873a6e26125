/** Who puts the packets of a component in another order changes no verdict. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCertificate } from '../../src/certificate/certificate.ts'
import { evaluateCertificate } from '../../src/certificate/evaluate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat } from '../../src/octets.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { fingerprintHash } from '../../src/signature/hasher.ts'
import { readPackets } from '../../src/wire/packet.ts'
import {
  because,
  bind,
  certify,
  direct,
  flags,
  keyExpires,
  primaryPacket,
  revokeKey,
  revokeSubkey,
  revokeUserId,
  signatureExpires,
  signs,
  subkeyPacket,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { forgeKey, madeAt } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const hour = 3600
/** All of one second, and they contradict each other. */
const created = madeAt + hour
const said = [[signs], [flags(1)], [signs, keyExpires(2 * hour)], [signs, signatureExpires(hour)]]
const reasons = [because(1, 'one'), because(3, 'three'), because(32, 'thirty-two')]

const components: Readonly<Record<string, readonly [Uint8Array, readonly Uint8Array[]]>> = {
  'the primary key': [
    concat(),
    [
      ...said.map((hashed) => direct(alice, { created, hashed })),
      ...reasons.map((reason) => revokeKey(alice, { created: created + hour, hashed: [reason] })),
      revokeKey(alice, { created: created + 9 * hour, hashed: [because(2)] }),
    ],
  ],
  'a User ID': [
    userIdPacket(),
    [
      ...said.map((hashed) => certify(alice, { created, hashed })),
      ...reasons.map((reason) => {
        return revokeUserId(alice, { created: created + hour, hashed: [reason] })
      }),
    ],
  ],
  'a subkey': [
    subkeyPacket(subkey),
    [
      bind(alice, subkey, { created }),
      ...[[flags(4)], [flags(4), keyExpires(2 * hour)], [flags(8)]].map((hashed) => {
        return bind(alice, subkey, { created, hashed })
      }),
      ...reasons.map((reason) => {
        return revokeSubkey(alice, subkey, { created: created + hour, hashed: [reason] })
      }),
    ],
  ],
}

async function verdict(packet: Uint8Array, signatures: readonly Uint8Array[], at: number) {
  const whole = packet.length === 0 ? userIdPacket('Bob') : packet
  const first = packet.length === 0 ? signatures : [direct(alice, { hashed: [signs] })]
  const behind = packet.length === 0 ? [certify(alice, {}, 'Bob')] : signatures
  const octets = concat(primaryPacket(alice), ...first, whole, ...behind)
  const certificate = readCertificate([...readPackets(octets)], fingerprintHash(primitives))
  const judging = { at: new Date(at * 1000), policy: standardPolicy(), primitives }
  const { primary, userIds, subkeys } = await evaluateCertificate(certificate, judging)
  const ofKey = [primary, ...subkeys].map(({ keyFlags, expires, objection }) => {
    return { keyFlags, expires, objection }
  })
  return { ofKey, userIds: userIds.map(({ objection }) => objection) }
}

describe.each(Object.entries(components))('of %s', (_, [packet, all]) => {
  test('every order of every part gives the same verdict', async () => {
    const times = [created, created + hour, created + 5 * hour]
    const parts = fc.subarray([...all], { minLength: 2 })
    const orders = parts.chain((part) =>
      fc.tuple(
        fc.constant(part),
        fc.shuffledSubarray(part, { minLength: part.length }),
        fc.constantFrom(...times),
      ),
    )
    await fc.assert(
      fc.asyncProperty(orders, async ([part, order, at]) => {
        expect(await verdict(packet, order, at)).toEqual(await verdict(packet, part, at))
      }),
      { numRuns: 60 },
    )
  })
})

import { expect, test } from 'vitest'
import type { Checking } from '../../src/certificate/binding.ts'
import { readCertificate } from '../../src/certificate/certificate.ts'
import { checkComponents } from '../../src/certificate/components.ts'
import { keepComponents } from '../../src/certificate/kept.ts'
import { openMemory } from '../../src/certificate/memory.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat } from '../../src/octets.ts'
import { critical, subpacket } from '../../src/packet/subpacket.ts'
import type { Objection, Policy } from '../../src/policy/policy.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { signatureType, subpacketType } from '../../src/registry.ts'
import { fingerprintHash } from '../../src/signature/hasher.ts'
import { readPackets } from '../../src/wire/packet.ts'
import {
  bind,
  certify,
  primaryPacket,
  signs,
  subkeyPacket,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { day, forgeKey, madeAt } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const named = { type: subpacketType.notationData, name: 'scope@example.org' } as const
const notation = critical(subpacket({ ...named, value: new Uint8Array(), humanReadable: false }))
const packets = concat(
  ...[primaryPacket(alice), userIdPacket(), certify(alice, { hashed: [signs, notation] })],
  ...[subkeyPacket(subkey), bind(alice, subkey)],
)
const parts = readCertificate([...readPackets(packets)], fingerprintHash(primitives))

const weak: Objection = { code: 'signature-weak', reason: 'one reason' }
const objecting = (objection: Objection): Policy => ({
  ...standardPolicy(),
  signature: () => objection,
})
const policies: Readonly<Record<string, Policy>> = {
  'the standard one': standardPolicy(),
  'one that acts on the notation': standardPolicy({ criticalNotations: [named.name] }),
  'one that acts on another': standardPolicy({ criticalNotations: ['other@example.org'] }),
  'one that acts on both': standardPolicy({ criticalNotations: [named.name, 'other@example.org'] }),
  'one that objects': objecting(weak),
  'one that objects by another code': objecting({ ...weak, code: 'key-weak' }),
  'one that objects for another reason': objecting({ ...weak, reason: 'another reason' }),
  'one that throws': {
    ...standardPolicy(),
    signature() {
      throw new Error('no opinion')
    },
  },
  'one that objects to a back signature': {
    ...standardPolicy(),
    signature: ({ type }) => (type === signatureType.primaryKeyBinding ? weak : undefined),
  },
  'one that objects from the tenth day on': {
    ...standardPolicy(),
    signature: (_, { at }) => (at >= madeAt + 10 * day ? weak : undefined),
  },
  'one that objects in certificates only': {
    ...standardPolicy(),
    signature: (_, { use }) => (use === 'certificate' ? weak : undefined),
  },
}
const names = Object.keys(policies)

function checkingBy(name: string, days: number): Checking {
  const policy = policies[name] ?? standardPolicy()
  return { now: madeAt + days * day, policy, primitives }
}

test.each(names)('after any other policy: %s', async (name) => {
  for (const before of names) {
    for (const [first, second] of [
      [9, 11],
      [11, 9],
    ] as const) {
      const check = keepComponents(parts)
      await check(checkingBy(before, first))
      const again = await check(checkingBy(name, second))
      expect(again, before).toEqual(await checkComponents(parts, checkingBy(name, second)))
    }
  }
})

test('a policy that answers as before costs no check, and is asked each time', async () => {
  let asked = 0
  const policy: Policy = {
    ...standardPolicy({ criticalNotations: [named.name] }),
    signature: () => void (asked += 1),
  }
  let recalled = 0
  const open = openMemory()
  const memory: typeof open = {
    recall: (question, find) => ((recalled += 1), open.recall(question, find)),
  }
  const check = keepComponents(parts)
  const first = await check({ now: madeAt + day, policy, primitives, memory })
  expect({ asked, recalled }).toEqual({ asked: 3, recalled: 3 })
  expect(await check({ now: madeAt + 2 * day, policy, primitives, memory })).toBe(first)
  expect({ asked, recalled }).toEqual({ asked: 6, recalled: 3 })
})

test('a policy that is changed is another one', async () => {
  const criticalNotations = [named.name]
  const policy: Policy = { ...standardPolicy(), criticalNotations }
  const check = keepComponents(parts)
  const rejected = async (): Promise<number> => {
    const components = await check({ now: madeAt, policy, primitives })
    return components.flatMap(({ checked }) => checked.rejected).length
  }
  expect(await rejected()).toBe(0)
  criticalNotations.pop()
  expect(await rejected()).toBe(1)
})

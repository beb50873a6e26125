import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  armorCertificate,
  parseCertificates,
  serializeCertificate,
} from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { evaluateCertificate } from '../../src/certificate/evaluate.ts'
import { mergeCertificates } from '../../src/certificate/merge.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, toHex } from '../../src/octets.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { writePacket } from '../../src/wire/packet.ts'
import {
  bind,
  certify,
  direct,
  primaryPacket,
  revokeKey,
  revokeSubkey,
  revokeUserId,
  subkeyPacket,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { day, forgeKey, madeAt } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const mallory = forgeKey('mallory')
/** When forged signatures say that they were made, unless told otherwise. */
const created = madeAt + day
const second = 'Alice <alice@example.com>'
const junk = Uint8Array.of(0xc2, 1, 3)

/** Components, each with all the signatures that may stand on it: some right, some wrong. */
const components: readonly { readonly packet: Uint8Array; readonly signatures: Uint8Array[] }[] = [
  { packet: userIdPacket(), signatures: [certify(alice), revokeUserId(alice), junk] },
  { packet: userIdPacket(second), signatures: [certify(alice, {}, second), certify(mallory)] },
  {
    packet: subkeyPacket(subkey),
    signatures: [bind(alice, subkey), revokeSubkey(alice, subkey), bind(mallory, subkey)],
  },
  { packet: writePacket(17, Uint8Array.of(1, 2)), signatures: [certify(alice)] },
  { packet: writePacket(60, Uint8Array.of(7)), signatures: [] },
  { packet: writePacket(14, Uint8Array.of(3, 1, 2)), signatures: [bind(alice, subkey)] },
]
const onKey = [revokeKey(alice), direct(alice), direct(mallory, {}, alice), junk]

/** A copy: any components in any order, each with any of its signatures, some of them twice. */
const copies = fc
  .tuple(
    fc.subarray(onKey),
    fc.array(
      fc
        .constantFrom(...components)
        .chain(({ packet, signatures }) =>
          fc.shuffledSubarray(signatures).map((chosen) => [packet, ...chosen]),
        ),
      { maxLength: 8 },
    ),
    fc.boolean(),
  )
  .map(([signatures, parts, trust]) =>
    read(
      primaryPacket(alice),
      ...signatures,
      ...(trust ? [writePacket(12, Uint8Array.of(0, 0))] : []),
      ...parts.flat(),
    ),
  )

function read(...packets: readonly Uint8Array[]): Certificate {
  const [certificate] = parseCertificates(concat(...packets), { primitives })
  if (!certificate) throw new Error('no certificate')
  return certificate
}

function merge(...certificates: readonly Certificate[]): Certificate {
  const [merged, ...others] = mergeCertificates(certificates, { primitives })
  expect(others).toEqual([])
  return merged ?? read()
}

const octetsOf = (certificate: Certificate): string => toHex(serializeCertificate(certificate))

/** Every signature with the component that it stands on, and every component. */
function contentOf({ packets }: Certificate): Set<string> {
  const content = new Set<string>()
  let component = ''
  for (const { type, body } of packets) {
    if ([10, 12, 21].includes(type)) continue
    const name = `${type} ${toHex(body)}`
    if (type !== 2) component = name
    content.add(type === 2 ? `${component} / ${name}` : name)
  }
  return content
}

describe('merging', () => {
  test('is commutative and associative', () => {
    fc.assert(
      fc.property(copies, copies, copies, (a, b, c) => {
        expect(octetsOf(merge(a, b))).toBe(octetsOf(merge(b, a)))
        expect(octetsOf(merge(a, merge(b, c)))).toBe(octetsOf(merge(merge(a, b), c)))
        expect(octetsOf(merge(c, a, b))).toBe(octetsOf(merge(a, merge(b, c))))
      }),
    )
  })

  test('is idempotent', () => {
    fc.assert(
      fc.property(copies, copies, (a, b) => {
        const merged = merge(a, b)
        expect(octetsOf(merge(a, b, a, merged))).toBe(octetsOf(merged))
        expect(octetsOf(merge(merged))).toBe(octetsOf(merged))
      }),
    )
  })

  test('loses nothing, moves nothing and adds nothing', () => {
    fc.assert(
      fc.property(copies, copies, (a, b) => {
        expect(contentOf(merge(a, b))).toEqual(new Set([...contentOf(a), ...contentOf(b)]))
      }),
    )
  })

  test('changes no verdict, and keeps the revocation that one copy alone has', async () => {
    const judge = async (certificate: Certificate): Promise<Map<string, string | undefined>> => {
      const judging = { at: new Date((madeAt + 10 * day) * 1000), policy: standardPolicy() }
      const judged = await evaluateCertificate(certificate, { ...judging, primitives })
      return new Map([
        ...[judged.primary, ...judged.subkeys].map(
          ({ key, objection }) => [key.fingerprint, objection?.code] as const,
        ),
        ...judged.userIds.map(({ userId, objection }) => [userId.text, objection?.code] as const),
      ])
    }
    await fc.assert(
      fc.asyncProperty(copies, copies, async (a, b) => {
        const [ofA, ofB] = [await judge(a), await judge(b)]
        expect(await judge(merge(a))).toEqual(ofA)
        const ofBoth = await judge(merge(a, b))
        for (const [name, code] of [...ofA, ...ofB]) {
          if (code === 'certificate-revoked') expect(ofBoth.get(name)).toBe(code)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('what it writes is read as what it gives', () => {
    fc.assert(
      fc.property(copies, copies, (a, b) => {
        const merged = merge(a, b)
        expect(octetsOf(read(serializeCertificate(merged)))).toBe(octetsOf(merged))
        const counts = ({ primary, userIds, subkeys, skipped }: Certificate): unknown => [
          [primary, ...userIds, ...subkeys].map((each) => each.signatures.length),
          [primary, ...userIds, ...subkeys].map((each) => each.unreadable.length),
          skipped.length,
        ]
        expect(counts(read(serializeCertificate(merged)))).toEqual(counts(merged))
      }),
      { numRuns: 50 },
    )
  })
})

describe('the order', () => {
  test('is that of RFC 9580 §10.1.1, revocations first', () => {
    const late = certify(alice, { created: created + 9 })
    const merged = merge(
      read(
        primaryPacket(alice),
        ...[direct(alice), revokeKey(alice)],
        ...[subkeyPacket(subkey), bind(alice, subkey), revokeSubkey(alice, subkey)],
        ...[userIdPacket(), late, certify(alice), revokeUserId(alice, { created: created + 20 })],
      ),
    )
    expect(merged.packets.map(({ type }) => type)).toEqual([6, 2, 2, 13, 2, 2, 2, 14, 2, 2])
    expect(merged.primary.signatures.map(({ type }) => type)).toEqual([0x20, 0x1f])
    expect(merged.userIds[0]?.signatures.map(({ type }) => type)).toEqual([0x30, 0x13, 0x13])
    expect(toHex(merged.packets[6]?.octets ?? late)).toBe(toHex(late))
    expect(merged.subkeys[0]?.signatures.map(({ type }) => type)).toEqual([0x28, 0x18])
  })

  test('of User IDs is that in which the key signed them; one that it did not is last', () => {
    const bob = 'Bob <bob@example.org>'
    const merged = merge(
      read(
        primaryPacket(alice),
        ...[userIdPacket(bob), certify(mallory, { created: created - 9 }, bob, alice)],
        ...[userIdPacket(second), certify(alice, { created: created + 2 }, second)],
        ...[userIdPacket(), certify(alice, { created: created + 1 })],
      ),
    )
    expect(merged.userIds.map(({ userId }) => userId.text)).toEqual([
      'Alice <alice@example.org>',
      second,
      bob,
    ])
  })
})

test('other certificates are left apart', () => {
  const a = read(primaryPacket(alice), userIdPacket(), certify(alice))
  const m = read(primaryPacket(mallory), userIdPacket(), certify(mallory))
  const merged = mergeCertificates([m, a, m], { primitives })
  expect(merged.map(({ fingerprint }) => fingerprint)).toEqual([m.fingerprint, a.fingerprint])
  expect(armorCertificate(merged[1] ?? m)).toBe(armorCertificate(a))
})

test('packets in the legacy format are the same packets', () => {
  const body = primaryPacket(alice).subarray(3)
  const legacy = concat(Uint8Array.of(0x99, body.length >> 8, body.length & 0xff), body)
  expect(octetsOf(merge(read(legacy), read(primaryPacket(alice))))).toBe(
    toHex(primaryPacket(alice)),
  )
})

/** Keyrings of 100,000 signatures: what they cost grows with them and no faster, by counts. */

import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { limits } from '../../src/limits.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { fromLatin1, join } from '../../src/octets.ts'
import type { Primitives } from '../../src/signature/hasher.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { counting } from '../support/counting.ts'
import { document, judgedAt } from '../support/forge/cases.ts'
import { certify, primaryPacket, signDocument, userIdPacket } from '../support/forge/certificate.ts'
import { forgeKey } from '../support/forge/signature.ts'

const patient = { timeout: 120_000 }
const signatures = 100_000

const alice = forgeKey('alice')
const mallory = forgeKey('mallory')
const good = signDocument(alice, document)
const plain = [primaryPacket(alice), userIdPacket(), certify(alice)]
const foreign = certify(mallory, {}, undefined, alice)
/** Says that alice made it. */
const forged = certify({ numbers: mallory.numbers, key: alice.key }, {}, undefined, alice)

const times = (count: number, ...packets: readonly Uint8Array[]): Uint8Array[] =>
  Array.from({ length: count }, () => packets).flat()

interface Cost {
  readonly rsa: number
  readonly hashed: number
  readonly verdict: string
}

/** Computes the same operation once: they are counted here, and 100,000 take long. */
function remembering(primitives: Primitives): Primitives {
  const answers = new Map<string, ReturnType<Primitives['rsaPublic']>>()
  return {
    ...primitives,
    rsaPublic(key, value) {
      const name = `${fromLatin1(key.n)} ${fromLatin1(value)}`
      const answer = answers.get(name) ?? primitives.rsaPublic(key, value)
      answers.set(name, answer)
      return answer
    },
  }
}

/** Reading and judging together. */
async function costOf(packets: readonly Uint8Array[]): Promise<Cost> {
  const { primitives, count } = counting(remembering(nodePrimitives))
  const certificates = parseCertificates(join(packets), { primitives })
  const options = { certificates, at: judgedAt, primitives }
  const [first] = (await evaluateDetached(document, good, options)).signatures
  return { ...count, verdict: first?.good ? 'good' : (first?.code ?? 'none') }
}

describe('on one User ID', () => {
  test('by others: not one is computed, and not an octet more is hashed', patient, async () => {
    expect(await costOf([...plain, ...times(signatures, foreign)])).toEqual(await costOf(plain))
  })

  test('forged as its own: refused before anything is computed', patient, async () => {
    const { rsa, hashed, verdict } = await costOf([...plain, ...times(signatures, forged)])
    expect({ rsa, verdict }).toEqual({ rsa: 1, verdict: 'limit' })
    expect(hashed).toBeLessThanOrEqual((await costOf(plain)).hashed)
  })
})

test(
  'forged, over many User IDs: one operation each at most, a hundred times 1,000',
  patient,
  async () => {
    const flooded = (userIds: number): Uint8Array[] => [
      primaryPacket(alice),
      ...Array.from({ length: userIds }, (_, index) => [
        ...[userIdPacket(`${index}`), certify(alice, {}, `${index}`)],
        ...times(1000, forged),
      ]).flat(),
    ]
    const [few, many] = [await costOf(flooded(10)), await costOf(flooded(100))]
    expect(few.verdict).toBe('good')
    expect(many.rsa).toBeLessThanOrEqual(signatures + 101)
    expect(many.rsa).toBeLessThanOrEqual(10 * few.rsa)
    expect(many.hashed).toBeLessThanOrEqual(10 * few.hashed)
  },
)

test('copies of one certificate are one: 25,000 of them cost what one costs', patient, async () => {
  const copies = times(
    signatures / 4,
    ...plain.slice(0, 2),
    ...times(3, foreign),
    ...plain.slice(1),
  )
  const one = await costOf(plain)
  const many = await costOf(copies)
  expect(many).toMatchObject({ rsa: one.rsa, verdict: 'good' })
  // Each copy's fingerprint and that of what they make together, and nothing else.
  const fingerprint = 3 + alice.key.body.length
  expect(many.hashed - one.hashed).toBe((signatures / 4) * fingerprint)
})

test('what is read is kept once: every record is a view of one copy of the input', patient, () => {
  const input = join([...plain, ...times(signatures, foreign)])
  const [certificate] = parseCertificates(input)
  const kept = certificate ? viewsOf(certificate) : []
  expect(kept.length).toBeGreaterThan(4 * signatures)
  const [copy, ...others] = new Set(kept.map(({ buffer }) => buffer))
  expect([copy?.byteLength, others]).toEqual([input.length, []])
  expect(copy).not.toBe(input.buffer)
})

test('more packets than one input may have are refused', patient, () => {
  // The smallest packet: an empty one that is passed over.
  const padding = Uint8Array.of(0xc0 | 21, 0)
  const input = join([primaryPacket(alice), ...times(limits.packets, padding)])
  expect(() => parseCertificates(input)).toThrow(/more than 1000000 packets/)
})

function viewsOf({ packets, primary, userIds, subkeys }: Certificate): Uint8Array[] {
  const signed = [primary, ...userIds, ...subkeys].flatMap((each) => each.signatures)
  return [
    ...packets.flatMap(({ body, octets }) => [body, octets]),
    ...signed.flatMap(({ signedPart, digestPrefix, body, value }) => [
      ...[signedPart, digestPrefix, body],
      ...(value.kind === 'rsa' ? [value.s] : []),
    ]),
  ]
}

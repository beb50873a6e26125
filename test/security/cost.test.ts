/** Hostile inputs cost no more than their size allows: counted, not timed (CVE-2026-24883). */

import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { limits } from '../../src/limits.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { counting } from '../support/counting.ts'
import type { Count } from '../support/counting.ts'
import { document, judgedAt } from '../support/forge/cases.ts'
import {
  back,
  bind,
  certify,
  embedded,
  mayOnlySign,
  primaryPacket,
  revokeKey,
  revokeUserId,
  signDocument,
  subkeyPacket,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { forgeKey, issuerKeyId } from '../support/forge/signature.ts'
import type { ForgedKey } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const mallory = forgeKey('mallory')
const good = signDocument(alice, document)

async function costOf(
  certificate: readonly Uint8Array[],
  signature = good,
): Promise<Count & { verdict: string }> {
  const certificates = parseCertificates(concat(...certificate))
  const { primitives, count } = counting(nodePrimitives)
  const options = { certificates, at: judgedAt, primitives }
  const { signatures } = await evaluateDetached(document, signature, options)
  const [first] = signatures
  return { ...count, verdict: first?.good ? 'good' : (first?.code ?? 'none') }
}

function repeated(count: number, packet: Uint8Array): Uint8Array[] {
  return Array.from({ length: count }, () => packet)
}

const of = (key: ForgedKey): Uint8Array[] => [primaryPacket(key), userIdPacket(), certify(key)]
const foreign = certify(mallory, {}, undefined, alice)
const forged = certify({ numbers: mallory.numbers, key: alice.key }, {}, undefined, alice)

test('a plain certificate: the signature and the self-signature', async () => {
  expect(await costOf(of(alice))).toMatchObject({ rsa: 2, verdict: 'good' })
})

test('certifications by others cost nothing', async () => {
  const flooded = [...of(alice), ...repeated(20_000, foreign)]
  expect(await costOf(flooded)).toMatchObject({ rsa: 2, verdict: 'good' })
})

test('forged self-signatures cost one operation each', async () => {
  for (const count of [10, 100, 1000]) {
    const flooded = [...of(alice), ...repeated(count, forged)]
    expect(await costOf(flooded)).toMatchObject({ rsa: 2 + count, verdict: 'good' })
  }
})

test('more self-signatures than are looked at: refused, and nothing is computed', async () => {
  const flooded = [...of(alice), ...repeated(limits.signaturesPerComponent, forged)]
  expect(await costOf(flooded)).toMatchObject({ rsa: 1, verdict: 'limit' })
})

test('forged self-signatures are not looked for in other places', async () => {
  const others = ['b', 'c', 'd'].flatMap((text) => [userIdPacket(text), certify(alice, {}, text)])
  const flooded = [...of(alice), ...repeated(1000, forged), ...others]
  expect(await costOf(flooded)).toMatchObject({ rsa: 5 + 1000, verdict: 'good' })
})

test('forged revocations are tried where they stand and where they could belong, within bounds', async () => {
  const forgery = revokeKey({ numbers: mallory.numbers, key: alice.key }, {}, alice)
  const flooded = (count: number): Uint8Array[] => [...of(alice), ...repeated(count, forgery)]
  expect(await costOf(flooded(100))).toMatchObject({ rsa: 2 + 100, verdict: 'good' })
  expect((await costOf(flooded(limits.signaturesPerComponent + 1))).verdict).toBe('limit')
  const [primary, ...others] = of(alice)
  const inPlace = primary ? [primary, ...repeated(100, forgery), ...others] : []
  expect(await costOf(inPlace)).toMatchObject({ rsa: 2 + 100, verdict: 'good' })
  const userIds = Array.from({ length: 30 }, (_, index) => [
    ...[userIdPacket(`${index}`), certify(alice, {}, `${index}`)],
    ...repeated(4, revokeUserId({ numbers: mallory.numbers, key: alice.key }, {}, `${index}`)),
  ])
  const { rsa, verdict } = await costOf([primaryPacket(alice), ...userIds.flat()])
  expect(verdict).toBe('limit')
  expect(rsa).toBeLessThan(limits.signaturesPerComponent + 200)
})

test('a long User ID is hashed once, however many signatures it has', async () => {
  const text = 'x'.repeat(100_000)
  const certificate = (count: number): Uint8Array[] => [
    ...[primaryPacket(alice), userIdPacket(text), certify(alice, {}, text)],
    ...repeated(count, certify({ numbers: mallory.numbers, key: alice.key }, {}, text, alice)),
  ]
  const few = await costOf(certificate(1))
  const many = await costOf(certificate(500))
  expect(few.verdict).toBe('good')
  expect(many.hashed - few.hashed).toBeLessThan(500 * 1000)
})

test('a certificate is checked once, however many signatures it made', async () => {
  const certificate = [...of(alice), ...repeated(300, forged)]
  const one = await costOf(certificate)
  const all = await costOf(certificate, concat(...repeated(limits.signaturesPerFile, good)))
  expect(all.rsa - one.rsa).toBe(limits.signaturesPerFile - 1)
})

test('certificates that no hint names are not looked at', async () => {
  const others = Array.from({ length: 200 }, (_, index) =>
    of(forgeKey('mallory', { created: index })),
  )
  expect(await costOf([...others.flat(), ...of(alice)])).toMatchObject({ rsa: 2, verdict: 'good' })
})

test('a signature that names no issuer is not tried on every key', async () => {
  const others = Array.from({ length: 50 }, (_, index) =>
    of(forgeKey('mallory', { created: index })),
  )
  const signature = signDocument(alice, document, { named: false, unhashed: [] })
  const cost = await costOf([...others.flat(), ...of(alice)], signature)
  expect(cost).toMatchObject({ rsa: 0, verdict: 'signer-unknown' })
})

test('one key, named many times, is tried once', async () => {
  const unhashed = repeated(100, new Uint8Array()).map(() => issuerKeyId(alice.key))
  const signature = signDocument(alice, utf8('something else'), { unhashed })
  expect(await costOf(of(alice), signature)).toMatchObject({ rsa: 1, verdict: 'signature-bad' })
})

describe('back signatures', () => {
  const withBacks = (...octets: readonly Uint8Array[]): Uint8Array[] => {
    const binding = bind(alice, subkey, { hashed: [mayOnlySign, ...octets.map(embedded)] })
    return [...of(alice), subkeyPacket(subkey), binding]
  }

  test('a flood of them costs no more than those that are tried', async () => {
    const certificate = withBacks(...repeated(100, back(mallory, alice)))
    const { rsa } = await costOf(certificate)
    expect(rsa).toBe(3 + limits.backSignaturesTried)
  })

  test('signatures embedded in signatures are not followed', async () => {
    let nested = back(subkey, alice)
    for (let depth = 0; depth < 100; depth += 1) {
      nested = back(subkey, alice, { unhashed: [embedded(nested)] })
    }
    expect(await costOf(withBacks(nested))).toMatchObject({ rsa: 4, verdict: 'good' })
  })
})

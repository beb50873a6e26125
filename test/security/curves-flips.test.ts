/**
 * Every octet of signatures and certificates on curves, flipped one at a time: never an accept where
 * something signed or signing changed; elsewhere a refusal or the very same verdict.
 */

import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { isOpenPGPError } from '../../src/errors.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { readSignature } from '../../src/packet/signature.ts'
import { packetType } from '../../src/registry.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import type { Verdict } from '../../src/verify/verdict.ts'
import { readPackets } from '../../src/wire/packet.ts'
import { curveCertificate, curveKey, signData, subkeyParts } from '../support/curve-keys.ts'

const data = utf8('what was agreed\n')

async function verdictOn(
  keys: Uint8Array,
  signature: Uint8Array,
  document = data,
): Promise<Verdict | undefined> {
  try {
    const certificates = parseCertificates(keys, { primitives })
    return await evaluateDetached(document, signature, { certificates, primitives })
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    return undefined
  }
}

/** Offsets at which a flip of one bit left the verdict good; it has to be the very same then. */
async function survivors(
  octets: Uint8Array,
  judge: (flipped: Uint8Array) => Promise<Verdict | undefined>,
): Promise<number[]> {
  const original = await judge(octets)
  expect(original?.good).toBe(true)
  const offsets = new Set<number>()
  for (let offset = 0; offset < octets.length; offset += 1) {
    for (const bit of [0x01, 0x80]) {
      const flipped = Uint8Array.from(octets)
      flipped[offset] = (octets[offset] ?? 0) ^ bit
      const verdict = await judge(flipped)
      if (!verdict?.good) continue
      expect(verdict, `offset ${offset}`).toEqual(original)
      offsets.add(offset)
    }
  }
  return [...offsets]
}

/** Offsets of what a Signature packet's verdict hangs on: all but its unhashed area and prefix. */
function signingOffsets(whole: Uint8Array, body: Uint8Array): number[] {
  const { signedPart, digestPrefix } = readSignature(body)
  const start = body.byteOffset - whole.byteOffset
  const from = signedPart.length
  const to = digestPrefix.byteOffset - body.byteOffset + digestPrefix.length
  return Array.from(body, (_, index) => index)
    .filter((index) => index < from || index >= to)
    .map((index) => start + index)
}

describe.each([
  ['Ed25519', 6],
  ['P-256', 6],
  ['Ed25519', 4],
  ['P-256', 4],
] as const)('%s in version %i', (curve, version) => {
  async function make() {
    const primary = await curveKey(curve, { version })
    const subkey = await curveKey(curve, { version, name: 'subkey' })
    const certificate = concat(await curveCertificate(primary), await subkeyParts(primary, subkey))
    return { certificate, signature: await signData(subkey, data) }
  }

  test('the signature: only its unhashed area and its prefix say nothing', async () => {
    const { certificate, signature } = await make()
    const left = new Set(await survivors(signature, (octets) => verdictOn(certificate, octets)))
    const [packet] = [...readPackets(signature)]
    const signing = signingOffsets(signature, packet?.body ?? new Uint8Array())
    expect(signing.filter((offset) => left.has(offset))).toEqual([])
    // In version 6 the unhashed area is empty: left are its count, no octet of it, and the prefix.
    expect(left.size).toBeGreaterThanOrEqual(2)
  })

  test('the certificate: no key and no self-signature that matters', async () => {
    const { certificate, signature } = await make()
    const left = new Set(await survivors(certificate, (octets) => verdictOn(octets, signature)))
    const packets = [...readPackets(certificate)]
    const keys = packets.flatMap(({ type, body }) => {
      const isKey = type === packetType.publicKey || type === packetType.publicSubkey
      const start = body.byteOffset - certificate.byteOffset
      return isKey ? Array.from(body, (_, index) => start + index) : []
    })
    // The binding of the subkey that signed, and in version 6 the direct key signature.
    const signatures = packets.filter(({ type }) => type === packetType.signature)
    const needed = version === 6 ? [signatures[0], signatures.at(-1)] : [signatures.at(-1)]
    const bound = needed.flatMap((packet) =>
      packet ? signingOffsets(certificate, packet.body) : [],
    )
    const certification = version === 4 ? signingOffsets(certificate, signatures[0]!.body) : []
    const signing = [...keys, ...bound, ...certification]
    expect(signing.length).toBeGreaterThan(200)
    expect(signing.filter((offset) => left.has(offset))).toEqual([])
  })

  test('cut short at any octet, or with one more, it is no signature', async () => {
    const { certificate, signature } = await make()
    for (let length = 0; length < signature.length; length += 1) {
      const verdict = await verdictOn(certificate, signature.subarray(0, length))
      expect(verdict?.good ?? false, `${length} octets`).toBe(false)
    }
    const longer = await verdictOn(certificate, concat(signature, Uint8Array.of(0)))
    expect(longer?.good ?? false).toBe(false)
  })

  test('the document', async () => {
    const { certificate, signature } = await make()
    const left = await survivors(data, (octets) => verdictOn(certificate, signature, octets))
    expect(left).toEqual([])
  })
})

/** Elliptic curves end to end: drafts, digests, values, and the check by both primitives. */

import { verify as nodeVerify } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat, toHex, utf8 } from '../../src/octets.ts'
import { readSignature } from '../../src/packet/signature.ts'
import type { Signature } from '../../src/packet/signature.ts'
import { signatureType } from '../../src/registry.ts'
import { checkValue } from '../../src/signature/check.ts'
import { sealDraft, signDraft } from '../../src/signature/draft.ts'
import { defaultHash, leastDigestOctets } from '../../src/signature/hasher.ts'
import type { CheckedDigest, DigestName } from '../../src/signature/hasher.ts'
import { portable } from '../../src/signature/portable.ts'
import { bitLength } from '../../src/wire/mpi.ts'
import { readPackets } from '../../src/wire/packet.ts'
import { errorOf, rejection } from '../support/code-of.ts'
import {
  curveKey,
  curveNames,
  curveKeysCreated,
  digestDocument,
  draftBy,
  signData,
} from '../support/curve-keys.ts'
import type { CurveKey, CurveName } from '../support/curve-keys.ts'

const both = [portable, nodePrimitives]
const data = utf8('what was agreed\n')
const hashes: readonly DigestName[] = ['SHA-256', 'SHA-384', 'SHA-512']
const shortest = { 'P-256': 'SHA-256', 'P-384': 'SHA-384', 'P-521': 'SHA-512', Ed25519: 'SHA-256' }

function only(packet: Uint8Array): Signature {
  const [first] = [...readPackets(packet)]
  return readSignature(first?.body ?? new Uint8Array())
}

describe.each(curveNames)('%s', (curve) => {
  test.each([4, 6] as const)(
    'signatures of version %i hold, and over this alone',
    async (version) => {
      const by = await curveKey(curve, { version })
      const stranger = await curveKey(curve, { version, name: 'stranger' })
      const draft = draftBy(by, { type: signatureType.binary })
      const digest = digestDocument(draft, data)
      const signed = await signDraft(draft, digest, by.signer, { primitives: portable })
      const { value } = readSignature(signed.body)
      const other = digestDocument(draft, concat(data, data))
      for (const primitives of both) {
        expect(await checkValue(by.key, digest, value, primitives)).toBe(true)
        expect(await checkValue(by.key, other, value, primitives)).toBe(false)
        expect(await checkValue(stranger.key, digest, value, primitives)).toBe(false)
      }
    },
  )

  test('digests that are too short are refused before and after (RFC 9580 §5.2.3.2)', async () => {
    const by = await curveKey(curve)
    const { key, signer } = by
    expect(defaultHash(key.material)).toBe(curve === 'Ed25519' ? 'SHA-512' : shortest[curve])
    const least = leastDigestOctets(key.material)
    for (const hash of hashes) {
      const fits = hashes.indexOf(hash) >= hashes.indexOf(shortest[curve] as DigestName)
      if (fits) {
        expect(draftBy(by, { type: 0, hash }).hash).toBe(hash)
        continue
      }
      const error = errorOf(() => draftBy(by, { type: 0, hash }))
      expect(error.code).toBe('usage')
      expect(error.hint).toBe(`sign with ${shortest[curve]}`)
    }
    const short = new Uint8Array(least - 1).fill(1)
    const answer = await signer.sign({ algorithm: 'SHA-256', octets: short })
    const digest: CheckedDigest = { algorithm: 'SHA-224', octets: short }
    const value =
      curve === 'Ed25519'
        ? ({ kind: 'ed25519', octets: answer } as const)
        : ({
            kind: 'ecdsa',
            r: answer.subarray(0, answer.length / 2),
            s: answer.subarray(answer.length / 2),
          } as const)
    for (const primitives of both) {
      expect(await checkValue(key, digest, value, primitives)).toBe(false)
    }
  })

  test('an answer that is not the signature is not written', async () => {
    const by = await curveKey(curve)
    const draft = draftBy(by, { type: signatureType.binary })
    const digest = digestDocument(draft, data)
    const answer = await by.signer.sign(digest)
    for (const at of [0, 1, answer.length / 2, answer.length - 1]) {
      const flipped = Uint8Array.from(answer)
      flipped[at] = (flipped[at] ?? 0) ^ 1
      for (const primitives of both) {
        const error = await rejection(sealDraft(draft, digest, flipped, 'the service', primitives))
        expect(error.code).toBe('signer-answer')
      }
    }
    const stranger = await curveKey(curve, { name: 'stranger' })
    const options = { primitives: portable }
    const error = await rejection(signDraft(draft, digest, stranger.signer, options))
    expect(error.code).toBe('signer-answer')
    expect(error.message).toContain(by.key.fingerprint)
  })

  test('the digest is not hashed once more', async () => {
    const { key, signer } = await curveKey(curve)
    const digest = { algorithm: 'SHA-512', octets: new Uint8Array(64).fill(3) } as const
    const hasher = portable.hasher('SHA-512')
    hasher.update(digest.octets)
    const twice = { algorithm: 'SHA-512', octets: hasher.digest() } as const
    const draft = draftBy({ key, signer }, { type: 0, hash: 'SHA-512' })
    const answer = await signer.sign(digest)
    for (const primitives of both) {
      await sealDraft(draft, digest, answer, 'it', primitives)
      const error = await rejection(sealDraft(draft, twice, answer, 'it', primitives))
      expect(error.code).toBe('signer-answer')
    }
  })
})

describe('many signatures, each with exact MPIs', () => {
  const count = 240
  const made = new Map<CurveName, { by: CurveKey; signatures: Signature[] }>()

  beforeAll(async () => {
    for (const curve of ['P-256', 'Ed25519'] as const) {
      const by = await curveKey(curve)
      const signatures = []
      for (let index = 0; index < count; index += 1) {
        signatures.push(only(await signData(by, utf8(`document ${index}`))))
      }
      made.set(curve, { by, signatures })
    }
  })

  test.each(['P-256', 'Ed25519'] as const)('%s', async (curve) => {
    const { by, signatures } = made.get(curve) ?? { by: undefined, signatures: [] }
    expect(signatures).toHaveLength(count)
    const lengths = new Set<number>()
    for (const [index, { body, signedPart, value, digestPrefix }] of signatures.entries()) {
      const draft = draftBy(by!, { type: 0, created: curveKeysCreated + 86_400 })
      expect(toHex(signedPart)).toBe(toHex(draft.signedPart))
      const digest = digestDocument(draft, utf8(`document ${index}`))
      expect(digestPrefix).toEqual(digest.octets.subarray(0, 2))
      for (const primitives of index < 20 ? both : [nodePrimitives]) {
        expect(await checkValue(by!.key, digest, value, primitives)).toBe(true)
      }
      lengths.add(body.length)
      // After the issuer key ID and the prefix two MPIs, whose bit counts are those of the numbers.
      let rest = body.subarray(signedPart.length + 2 + 10 + 2)
      for (let mpi = 0; mpi < 2; mpi += 1) {
        const bits = (rest[0] ?? 0) * 256 + (rest[1] ?? 0)
        const number = rest.subarray(2, 2 + ((bits + 7) >> 3))
        expect(bitLength(number)).toBe(bits)
        rest = rest.subarray(2 + number.length)
      }
      expect(rest).toHaveLength(0)
    }
    // Among so many some number is shorter than its curve.
    expect(lengths.size).toBeGreaterThan(1)
  })
})

test('what is no point verifies nothing, and the answer is still one', async () => {
  const [digest, rs] = [new Uint8Array(32).fill(1), new Uint8Array(64).fill(1)]
  for (const { verifyEcdsa, verifyEd25519 } of both) {
    const nowhere = new Uint8Array(65).fill(4)
    const material = { kind: 'ecdsa', curve: 'P-256', point: nowhere } as const
    expect(await verifyEcdsa(material, digest, rs)).toBe(false)
    const short = { kind: 'ed25519', point: new Uint8Array(31) } as const
    expect(await verifyEd25519(short, digest, rs)).toBe(false)
  }
})

test('node’s own verify of an ECDSA key hashes again: the trap that is avoided', async () => {
  const { key, signer } = await curveKey('P-256')
  const octets = new Uint8Array(32).fill(5)
  const answer = await signer.sign({ algorithm: 'SHA-256', octets })
  const { point } = key.material as { point: Uint8Array }
  const half = (start: number): string =>
    Buffer.from(point.subarray(start, start + 32)).toString('base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: half(1), y: half(33) }
  const options = { key: jwk, format: 'jwk', dsaEncoding: 'ieee-p1363' } as const
  expect(nodeVerify(null, octets, options, answer)).toBe(false)
  expect(await nodePrimitives.verifyEcdsa(key.material as never, octets, answer)).toBe(true)
})

/** Named attacks on signatures over curves, each answered by both primitives. */

import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { isOpenPGPError } from '../../src/errors.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat, fromHex, uint16, utf8 } from '../../src/octets.ts'
import type { PublicKey } from '../../src/packet/public-key.ts'
import { readSignature, signaturePacket, writeSignature } from '../../src/packet/signature.ts'
import { readSignatureValue } from '../../src/packet/signature-value.ts'
import type { SignatureValue } from '../../src/packet/signature-value.ts'
import { hashAlgorithm, publicKeyAlgorithm } from '../../src/registry.ts'
import { checkValue } from '../../src/signature/check.ts'
import { isSmallOrOdd } from '../../src/signature/edwards-point.ts'
import { portable } from '../../src/signature/portable.ts'
import { Cursor } from '../../src/wire/cursor.ts'
import { readPackets, writePacket } from '../../src/wire/packet.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import {
  curveCertificate,
  curveKey,
  digestDocument,
  draftBy,
  sealUnchecked,
  signData,
} from '../support/curve-keys.ts'
import type { CurveKey } from '../support/curve-keys.ts'

const data = utf8('what was agreed\n')
const both = [portable, nodePrimitives]

/** The code of the verdict, `good`, or the code that was thrown; the same by both primitives. */
async function verdictOn(certificate: Uint8Array, signature: Uint8Array): Promise<string> {
  const codes = await Promise.all(
    both.map(async (primitives) => {
      try {
        const certificates = parseCertificates(certificate, { primitives })
        const options = { certificates, primitives }
        const { signatures } = await evaluateDetached(data, signature, options)
        return signatures.map((each) => (each.good ? 'good' : each.code)).join(' ')
      } catch (error) {
        if (isOpenPGPError(error)) return error.code
        throw error
      }
    }),
  )
  expect(new Set(codes).size).toBe(1)
  return codes[0] ?? ''
}

/** The verdict on the value that is made of the good one. */
async function withValue(
  by: CurveKey,
  change: (value: SignatureValue) => SignatureValue,
): Promise<string> {
  const draft = draftBy(by, { type: 0 })
  const digest = digestDocument(draft, data)
  const answer = await by.signer.sign(digest)
  const half = answer.length / 2
  const value: SignatureValue =
    by.key.material.kind === 'ed25519'
      ? { kind: 'ed25519', octets: answer }
      : { kind: 'ecdsa', r: answer.subarray(0, half), s: answer.subarray(half) }
  return verdictOn(await curveCertificate(by), sealUnchecked(draft, digest, change(value)))
}

const nist = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const

describe.each(['P-256', 'P-384', 'P-521'] as const)('ECDSA on %s', (curve) => {
  const order = nist[curve].Point.Fn.ORDER
  const octets = (number: bigint): Uint8Array => {
    const hex = number.toString(16)
    return fromHex(hex.length % 2 === 0 ? hex : `0${hex}`) ?? new Uint8Array()
  }
  const numbers: Record<string, Uint8Array> = {
    zero: new Uint8Array(),
    'the order': octets(order),
    'the order and one': octets(order + 1n),
    'more than the field': octets((1n << BigInt(nist[curve].Point.Fp.BITS)) - 1n),
    'wider than the curve': octets(1n << 600n),
  }

  test('the good value is good, and so is its twin n - s', async () => {
    const by = await curveKey(curve)
    expect(await withValue(by, (value) => value)).toBe('good')
    const twin = await withValue(by, (value) => {
      if (value.kind !== 'ecdsa') throw new Error('not ECDSA')
      const s = BigInt(`0x${Buffer.from(value.s).toString('hex')}`)
      return { ...value, s: octets(order - s) }
    })
    expect(twin).toBe('good') // it is as valid: both numbers are the key's
  })

  test.each(Object.keys(numbers))('r or s is %s', async (name) => {
    const by = await curveKey(curve)
    const number = numbers[name] ?? new Uint8Array()
    for (const part of ['r', 's'] as const) {
      const code = await withValue(by, (value) => ({ ...value, [part]: number }))
      expect(code, part).toBe('signature-bad')
    }
    const neither = { kind: 'ecdsa', r: number, s: number } as const
    expect(await withValue(by, () => neither)).toBe('signature-bad')
  })

  test('r and s as they would be with n added', async () => {
    const by = await curveKey(curve)
    const code = await withValue(by, (value) => {
      if (value.kind !== 'ecdsa') throw new Error('not ECDSA')
      return { ...value, s: octets(BigInt(`0x${Buffer.from(value.s).toString('hex')}`) + order) }
    })
    expect(code).toBe('signature-bad')
  })

  test('a key whose point is not on the curve, or is none', async () => {
    const { key } = await curveKey(curve)
    if (key.material.kind !== 'ecdsa') throw new Error('not ECDSA')
    const { point } = key.material
    const digest = { algorithm: 'SHA-512', octets: new Uint8Array(64).fill(1) } as const
    const one = Uint8Array.of(1)
    const off = Uint8Array.from(point)
    off[point.length - 1] = (off[point.length - 1] ?? 0) ^ 1
    const zero = concat(Uint8Array.of(4), new Uint8Array(point.length - 1))
    const beyond = concat(Uint8Array.of(4), new Uint8Array(point.length - 1).fill(0xff))
    for (const wrong of [off, zero, beyond]) {
      const other = { ...key, material: { ...key.material, point: wrong } }
      const value = { kind: 'ecdsa', r: one, s: one } as const
      for (const primitives of both) {
        expect(await checkValue(other, digest, value, primitives)).toBe(false)
      }
    }
  })
})

describe('a key and a signature of different algorithms', () => {
  const { ecdsa, eddsaLegacy, ed25519: native, rsa } = publicKeyAlgorithm

  test.each([
    ['P-256', eddsaLegacy],
    ['P-256', native],
    ['P-256', rsa],
    ['Ed25519', ecdsa],
    ['Ed25519', native],
  ] as const)('%s, stated as algorithm %i', async (curve, algorithm) => {
    const by = await curveKey(curve)
    const draft = draftBy(by, { type: 0 })
    const stated = Uint8Array.from(draft.signedPart)
    stated[2] = algorithm
    const relabelled = { ...draft, signedPart: stated }
    const digest = digestDocument(relabelled, data)
    const answer = await by.signer.sign(digest)
    const half = answer.length / 2
    const ofAlgorithm: Record<number, SignatureValue> = {
      [ecdsa]: { kind: 'ecdsa', r: answer.subarray(0, half), s: answer.subarray(half) },
      [rsa]: { kind: 'rsa', s: answer },
    }
    const value = ofAlgorithm[algorithm] ?? { kind: 'ed25519', octets: answer }
    const signature = sealUnchecked(relabelled, digest, value)
    expect(await verdictOn(await curveCertificate(by), signature)).toBe('signature-bad')
  })

  test('values of another kind are not the key’s', async () => {
    const digest = { algorithm: 'SHA-512', octets: new Uint8Array(64) } as const
    const octets = new Uint8Array(64).fill(1)
    const values: SignatureValue[] = [
      { kind: 'rsa', s: octets },
      { kind: 'ecdsa', r: octets, s: octets },
      { kind: 'ed25519', octets },
      { kind: 'opaque', octets },
    ]
    for (const curve of ['P-521', 'Ed25519'] as const) {
      const { key } = await curveKey(curve)
      for (const value of values.filter(({ kind }) => kind !== key.material.kind)) {
        for (const primitives of both) {
          expect(await checkValue(key, digest, value, primitives)).toBe(false)
        }
      }
    }
  })
})

describe('hashes', () => {
  test.each([
    ['SHA-1', hashAlgorithm['SHA-1'], 'signature-weak'],
    ['MD5', hashAlgorithm.MD5, 'signature-weak'],
    ['SHA-224, which is too short for every curve', hashAlgorithm['SHA-224'], 'signature-bad'],
  ] as const)('%s', async (_, hash, code) => {
    for (const curve of ['P-256', 'Ed25519'] as const) {
      const by = await curveKey(curve)
      const [packet] = [...readPackets(await signData(by, data))]
      const body = Uint8Array.from(packet?.body ?? [])
      body[3] = hash
      const signature = signaturePacket(readSignature(body))
      expect(await verdictOn(await curveCertificate(by), signature)).toBe(code)
    }
  })
})

describe('MPIs', () => {
  test.each([
    ['one zero octet too many', (number: Uint8Array) => concat(Uint8Array.of(0), number), 8],
    ['a bit count that is too high', (number: Uint8Array) => number, 1],
    ['a bit count that is too low', (number: Uint8Array) => number, -1],
  ] as const)('%s', async (_, change, more) => {
    const by = await curveKey('P-256', { name: 'mpi' })
    const certificate = await curveCertificate(by)
    const [packet] = [...readPackets(await signData(by, data))]
    const { body, signedPart } = readSignature(packet?.body ?? new Uint8Array())
    const start = signedPart.length + 2 + 10 + 2
    const bits = (body[start] ?? 0) * 256 + (body[start + 1] ?? 0)
    const r = body.subarray(start + 2, start + 2 + ((bits + 7) >> 3))
    const rest = body.subarray(start + 2 + r.length)
    const rewritten = (count: number, number: Uint8Array): Uint8Array =>
      writePacket(2, concat(body.subarray(0, start), uint16(count), number, rest))
    expect(await verdictOn(certificate, rewritten(bits, r))).toBe('good')
    expect(await verdictOn(certificate, rewritten(bits + more, change(r)))).toBe('malformed')
  })

  test('EdDSALegacy numbers wider than the curve are not cut', async () => {
    const by = await curveKey('Ed25519')
    const draft = draftBy(by, { type: 0 })
    const digest = digestDocument(draft, data)
    const answer = await by.signer.sign(digest)
    const wide = concat(Uint8Array.of(1), answer.subarray(0, 32))
    const mpis = concat(uint16(257), wide, uint16(1), Uint8Array.of(1))
    const value = readSignatureValue(new Cursor(mpis, 'value'), by.key.algorithm)
    const signature = sealUnchecked(draft, digest, value)
    expect(await verdictOn(await curveCertificate(by), signature)).toBe('unsupported')
  })
})

describe('Ed25519', () => {
  const L = ed25519.Point.Fn.ORDER
  const little = (number: bigint): Uint8Array =>
    (fromHex(number.toString(16).padStart(64, '0')) ?? new Uint8Array()).reverse()

  test.each([4, 6] as const)('S of L or more, version %i', async (version) => {
    const by = await curveKey('Ed25519', { version })
    expect(await withValue(by, (value) => value)).toBe('good')
    for (const times of [1n, 2n, 15n]) {
      const code = await withValue(by, (value) => {
        if (value.kind !== 'ed25519') throw new Error('not Ed25519')
        const [r, s] = [value.octets.subarray(0, 32), value.octets.slice(32).reverse()]
        const sum = BigInt(`0x${Buffer.from(s).toString('hex')}`) + times * L
        if (sum >= 1n << 256n) return { kind: 'ed25519', octets: new Uint8Array(64).fill(0xff) }
        return { kind: 'ed25519', octets: concat(r, little(sum)) }
      })
      expect(code, `${times}`).toBe('signature-bad')
    }
  })

  const prime = ed25519.Point.Fp.ORDER
  /** All 14 spellings of points whose order divides 8. */
  const torsion = [
    ...ED25519_TORSION_SUBGROUP.map((hex) => fromHex(hex) ?? new Uint8Array()),
    ...[prime, prime + 1n, prime | (1n << 255n), (prime + 1n) | (1n << 255n)].map(little),
    ...[1n | (1n << 255n), (prime - 1n) | (1n << 255n)].map(little),
  ]

  test('points of small order are known by every spelling, and no other is', () => {
    expect(torsion.filter((point) => !isSmallOrOdd(point))).toEqual([])
    expect(torsion).toHaveLength(14)
    let point = ed25519.Point.BASE
    for (let count = 0; count < 100; count += 1) {
      expect(isSmallOrOdd(point.toBytes())).toBe(false)
      point = point.add(ed25519.Point.BASE)
    }
  })

  test('a point of small order as a key signs nothing, though it fits every message', async () => {
    const { key } = await curveKey('Ed25519', { version: 6 })
    const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32).fill(9) } as const
    const fooled = { node: 0 }
    for (const point of torsion) {
      // With the neutral element as R and 0 as S the equation is 0 = k A, true at once or by chance.
      for (const r of torsion) {
        const octets = concat(r, new Uint8Array(32))
        const weak: PublicKey = { ...key, material: { kind: 'ed25519', point } }
        const value = { kind: 'ed25519', octets } as const
        for (const primitives of both) {
          expect(await checkValue(weak, digest, value, primitives)).toBe(false)
        }
        const material = { kind: 'ed25519', point } as const
        if (await nodePrimitives.verifyEd25519(material, digest.octets, octets)) fooled.node += 1
      }
    }
    // Without the rule some of these are good: the attack is real.
    expect(fooled.node).toBeGreaterThan(0)
  })

  test('R of small order is not taken', async () => {
    const by = await curveKey('Ed25519')
    for (const r of torsion) {
      const code = await withValue(by, (value) => {
        if (value.kind !== 'ed25519') throw new Error('not Ed25519')
        return { kind: 'ed25519', octets: concat(r, value.octets.subarray(32)) }
      })
      expect(code).toBe('signature-bad')
    }
  })

  test('y of p or more', async () => {
    const { key } = await curveKey('Ed25519')
    for (let above = 0n; above < 19n; above += 1n) {
      expect(isSmallOrOdd(little(prime + above))).toBe(true)
      expect(isSmallOrOdd(little((prime + above) | (1n << 255n)))).toBe(true)
    }
    expect(isSmallOrOdd(little(prime - 2n))).toBe(false)
    expect(isSmallOrOdd((key.material as { point: Uint8Array }).point)).toBe(false)
  })
})

test('a value that is read is written the same: nothing is normalised on the way', async () => {
  for (const curve of ['P-256', 'Ed25519'] as const) {
    const by = await curveKey(curve)
    const [packet] = [...readPackets(await signData(by, data))]
    const signature = readSignature(packet?.body ?? new Uint8Array())
    const unhashedArea = signature.body.subarray(
      signature.signedPart.length + 2,
      signature.signedPart.length + 12,
    )
    expect(writeSignature({ ...signature, unhashedArea })).toEqual(signature.body)
  }
})

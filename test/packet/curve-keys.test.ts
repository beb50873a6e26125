import { describe, expect, test } from 'vitest'
import { concat, fromHex, toHex, uint16, uint32 } from '../../src/octets.ts'
import { keyBits, keyKind, sameKeyMaterial } from '../../src/packet/key-material.ts'
import type { KeyMaterial } from '../../src/packet/key-material.ts'
import { createPublicKey, keyPreimage, readPublicKey } from '../../src/packet/public-key.ts'
import { codeOf } from '../support/code-of.ts'
import { curveNames, curveSigner } from '../support/curve-keys.ts'
import { fingerprintBy as hash } from '../support/fingerprint.ts'

function hex(text: string): Uint8Array {
  return fromHex(text.replaceAll(' ', '')) ?? new Uint8Array()
}

/** The body of a key, with the count of its material in version 6. */
function bodyOf(version: number, algorithm: number, material: Uint8Array): Uint8Array {
  const count = version === 6 ? uint32(material.length) : new Uint8Array()
  return concat(Uint8Array.of(version), uint32(7), Uint8Array.of(algorithm), count, material)
}

const oids = {
  'P-256': hex('08 2a8648ce3d030107'),
  'P-384': hex('05 2b81040022'),
  'P-521': hex('05 2b81040023'),
  Ed25519: hex('09 2b06010401da470f01'),
}

/** Octet for octet what RFC 9580 §5.5.5 prescribes, written here by itself. */
function expectedMaterial(material: KeyMaterial, curve: keyof typeof oids, version: number) {
  if (material.kind === 'rsa') throw new Error('not a curve')
  if (version === 6 && curve === 'Ed25519') return material.point
  const { point } = material
  const prefixed = curve === 'Ed25519' ? concat(hex('40'), point) : point
  const bits = 8 * prefixed.length - (curve === 'Ed25519' ? 1 : 5) // 0x40 and 0x04
  return concat(oids[curve], uint16(bits), prefixed)
}

describe.each(curveNames)('%s', (curve) => {
  test.each([4, 6] as const)('a version %i key, octet for octet', async (version) => {
    const material = await curveSigner(curve).publicKey()
    const key = createPublicKey({ material, created: 7, version }, hash)
    const algorithm = curve === 'Ed25519' ? { 4: 22, 6: 27 }[version] : 19
    const body = bodyOf(version, algorithm, expectedMaterial(material, curve, version))
    expect(toHex(key.body)).toBe(toHex(body))
    expect(key).toMatchObject({ version, algorithm, created: 7, material })
    const count = version === 4 ? uint16(body.length) : uint32(body.length)
    const preimage = concat(Uint8Array.of(version === 4 ? 0x99 : 0x9b), count, body)
    expect(keyPreimage(body, version)).toEqual(preimage)
    const fingerprint = toHex(hash(version === 4 ? 'SHA-1' : 'SHA-256', preimage))
    expect(key.fingerprint).toBe(fingerprint)
    expect(key.keyId).toBe(version === 4 ? fingerprint.slice(24) : fingerprint.slice(0, 16))
    expect(readPublicKey(body, hash)).toEqual(key)
  })

  test('is the same key as itself alone', async () => {
    const material = await curveSigner(curve).publicKey()
    const other = await curveSigner(curve, 'other').publicKey()
    expect(sameKeyMaterial(material, material)).toBe(true)
    expect(sameKeyMaterial(material, other)).toBe(false)
    const [next = curve] = curveNames.filter((name) => name !== curve)
    expect(sameKeyMaterial(material, await curveSigner(next).publicKey())).toBe(false)
    expect(keyKind(material)).toBe(curve)
    expect(keyBits(material)).toBe(curve === 'Ed25519' ? 256 : Number(curve.slice(2)))
  })

  test('in version 6 with an octet after the material, or a wrong count of it', async () => {
    const material = await curveSigner(curve).publicKey()
    const { body } = createPublicKey({ material, created: 7, version: 6 }, hash)
    expect(codeOf(() => readPublicKey(concat(body, hex('00')), hash))).toBe('malformed')
    for (const change of [-1, 1]) {
      const changed = Uint8Array.from(body)
      changed[9] = (body[9] ?? 0) + change
      expect(codeOf(() => readPublicKey(changed, hash))).toBe('malformed')
    }
    const inside = concat(body.subarray(0, 9), Uint8Array.of((body[9] ?? 0) + 1), body.subarray(10))
    expect(codeOf(() => readPublicKey(concat(inside, hex('00')), hash))).toBe('malformed')
  })
})

describe('Ed25519', () => {
  const point = new Uint8Array(32).fill(9)

  test('the native form (27) in version 4 too', () => {
    const key = readPublicKey(bodyOf(4, 27, point), hash)
    expect(key.material).toEqual({ kind: 'ed25519', point })
    expect(codeOf(() => readPublicKey(bodyOf(4, 27, point.subarray(1)), hash))).toBe('malformed')
    expect(codeOf(() => readPublicKey(bodyOf(4, 27, concat(point, point)), hash))).toBe('malformed')
  })

  test('EdDSALegacy (22) is refused in version 6, whatever its curve', () => {
    const legacy = concat(oids.Ed25519, uint16(263), hex('40'), point)
    expect(readPublicKey(bodyOf(4, 22, legacy), hash).material.kind).toBe('ed25519')
    expect(codeOf(() => readPublicKey(bodyOf(6, 22, legacy), hash))).toBe('malformed')
    expect(codeOf(() => readPublicKey(bodyOf(6, 22, hex('03 2b6571')), hash))).toBe('malformed')
  })
})

describe('points of another form', () => {
  const xy = new Uint8Array(64).fill(0x11)
  const p256 = (point: Uint8Array, bits: number): Uint8Array =>
    bodyOf(4, 19, concat(oids['P-256'], uint16(bits), point))

  test.each([
    ['compressed', p256(concat(hex('02'), xy.subarray(32)), 258)],
    ['hybrid', p256(concat(hex('06'), xy), 515)],
    ['a coordinate too short', p256(concat(hex('04'), xy.subarray(1)), 507)],
    ['a coordinate too long', p256(concat(hex('04'), xy, hex('11')), 523)],
    ['without a prefix', p256(xy, 509)],
    [
      'on a narrower curve than it says',
      bodyOf(4, 19, concat(oids['P-384'], uint16(515), hex('04'), xy)),
    ],
    ['Ed25519 without 0x40', bodyOf(4, 22, concat(oids.Ed25519, uint16(253), xy.subarray(32)))],
    [
      'Ed25519 with 0x04',
      bodyOf(4, 22, concat(oids.Ed25519, uint16(259), hex('04'), xy.subarray(32))),
    ],
  ])('%s: malformed', (_, body) => {
    expect(codeOf(() => readPublicKey(body, hash))).toBe('malformed')
  })

  test.each([
    ['ECDSA on a curve that is not supported', 19, '05 2b8104000a 0003 04'],
    ['EdDSALegacy with the object identifier of P-256', 22, '08 2a8648ce3d030107 0003 04'],
    ['ECDSA with the object identifier of Ed25519', 19, '09 2b06010401da470f01 0003 04'],
    ['Ed448', 28, '00'],
    ['ECDH', 18, '00'],
  ])('%s: kept and not interpreted', (_, algorithm, octets) => {
    const { material, body } = readPublicKey(bodyOf(4, algorithm, hex(octets)), hash)
    expect(material).toEqual({ kind: 'opaque', octets: hex(octets) })
    expect(body).toEqual(bodyOf(4, algorithm, hex(octets)))
  })
})

test('other versions are named', () => {
  for (const version of [2, 3, 5, 7]) {
    expect(codeOf(() => readPublicKey(bodyOf(version, 27, new Uint8Array(32)), hash))).toBe(
      'unsupported',
    )
  }
})

import { describe, expect, test } from 'vitest'
import { isOpenPGPError } from '../../src/errors.ts'
import { concat, fromHex, toHex } from '../../src/octets.ts'
import { createPublicKey, keyPreimage, readPublicKey } from '../../src/packet/public-key.ts'
import { readInput } from '../../src/wire/input.ts'
import { readPackets } from '../../src/wire/packet.ts'
import { codeOf, errorOf } from '../support/code-of.ts'
import { materialOf, testPem } from '../support/engine-keys.ts'
import { fingerprintBy } from '../support/fingerprint.ts'
import { expectationOf, readVector } from '../support/vectors.ts'

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array()

/** Bodies of the key packets of a certificate. */
function keyBodies(file: string): Uint8Array[] {
  return readInput(readVector(file), 'PUBLIC KEY BLOCK', file)
    .flatMap((piece) => [...readPackets(piece)])
    .filter(({ type }) => type === 6 || type === 14)
    .map(({ body }) => body)
}

describe('reading', () => {
  test.each(['main', 'other'])("keys that gpg made: %s has gpg's fingerprints", (id) => {
    const said = expectationOf<{ fingerprint: string; subkeys: string[]; created: number }>(
      'gnupg',
      id,
    )
    const keys = keyBodies(`gnupg/${id}.asc`).map((body) => readPublicKey(body, fingerprintBy))
    expect(keys.map(({ fingerprint }) => fingerprint)).toEqual([said.fingerprint, ...said.subkeys])
    expect(keys[0]).toMatchObject({
      version: 4,
      created: said.created,
      algorithm: 1,
      material: { kind: 'rsa', e: Uint8Array.of(1, 0, 1) },
      keyId: said.fingerprint.slice(24),
    })
  })

  test('an Ed25519Legacy key has its point and its fingerprint', () => {
    const said = expectationOf<{ fingerprint: string; point: string }>(
      'rfc9580',
      'a1-v4-ed25519legacy-key',
    )
    const [body = new Uint8Array()] = keyBodies('rfc9580/a1-v4-ed25519legacy-key.asc')
    expect(readPublicKey(body, fingerprintBy)).toMatchObject({
      fingerprint: said.fingerprint,
      algorithm: 22,
      material: { kind: 'ed25519', point: octets(said.point) },
    })
  })

  test.each([2, 3, 5, 7])('version %i is refused by its number', (version) => {
    const [body = new Uint8Array()] = keyBodies('gnupg/main.asc')
    const error = errorOf(() =>
      readPublicKey(concat(Uint8Array.of(version), body.subarray(1)), fingerprintBy),
    )
    expect(error.code).toBe('unsupported')
    expect(error.message).toContain(`version ${version} key`)
  })

  test('cut at any octet it is malformed, and nothing else', () => {
    const [body = new Uint8Array()] = keyBodies('gnupg/main.asc')
    for (let length = 0; length < body.length; length += 1) {
      expect(codeOf(() => readPublicKey(body.subarray(0, length), fingerprintBy))).toBe('malformed')
    }
  })

  test('an octet too many is malformed; over 65,535 octets is a limit', () => {
    const tooLong = concat(Uint8Array.of(4), new Uint8Array(65_535))
    const [body = new Uint8Array()] = keyBodies('gnupg/main.asc')
    expect(codeOf(() => readPublicKey(concat(body, Uint8Array.of(0)), fingerprintBy))).toBe(
      'malformed',
    )
    expect(codeOf(() => readPublicKey(tooLong, fingerprintBy))).toBe('limit')
  })

  test('each octet changed: another fingerprint, or an OpenPGPError', () => {
    const [body = new Uint8Array()] = keyBodies('gnupg/main.asc')
    const { fingerprint } = readPublicKey(body, fingerprintBy)
    for (let at = 0; at < body.length; at += 1) {
      const changed = body.map((octet, index) => (index === at ? octet ^ 0x41 : octet))
      try {
        expect(readPublicKey(changed, fingerprintBy).fingerprint).not.toBe(fingerprint)
      } catch (error) {
        if (!isOpenPGPError(error)) throw error
      }
    }
  })
})

describe('making', () => {
  const material = { kind: 'rsa', n: Uint8Array.of(1, 0xff), e: Uint8Array.of(1, 0, 1) } as const

  test('octet for octet, RFC 9580 §5.5.2.2', () => {
    const key = createPublicKey({ material, created: 0x01020304 }, fingerprintBy)
    expect(toHex(key.body)).toBe('04010203040100' + '0901FF' + '0011010001')
    expect(toHex(keyPreimage(key.body, 4))).toBe(`99000F${toHex(key.body)}`)
    expect(key.fingerprint).toBe(toHex(fingerprintBy('SHA-1', octets(`99000F${toHex(key.body)}`))))
  })

  test('the creation time is part of the fingerprint', () => {
    const at = (created: number): string =>
      createPublicKey({ material, created }, fingerprintBy).fingerprint
    expect(at(1)).toBe(at(1))
    expect(at(1)).not.toBe(at(2))
    expect(createPublicKey({ material, created: 0xffffffff }, fingerprintBy).created).toBe(
      0xffffffff,
    )
  })

  test('zeros before the modulus do not change the key', () => {
    const real = materialOf(testPem('a'))
    const padded = { ...real, n: concat(Uint8Array.of(0, 0), real.n) }
    const made = [padded, real].map((one) =>
      createPublicKey({ material: one, created: 0 }, fingerprintBy),
    )
    expect(made[0]).toEqual(made[1])
  })

  test('a modulus past the limit is refused, not written with another length', () => {
    const n = new Uint8Array((65_536 + 3072) / 8).fill(0xff)
    expect(
      codeOf(() => createPublicKey({ material: { ...material, n }, created: 0 }, fingerprintBy)),
    ).toBe('limit')
  })
})

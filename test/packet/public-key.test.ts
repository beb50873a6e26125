import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isOpenPGPError } from '../../src/errors.ts'
import { concat, fromHex, toHex } from '../../src/octets.ts'
import { createPublicKey, fingerprintPreimage, readPublicKey } from '../../src/packet/public-key.ts'
import { readInput } from '../../src/wire/input.ts'
import { readPackets } from '../../src/wire/packet.ts'
import { codeOf, errorOf } from '../support/code-of.ts'
import { materialOf, testPem } from '../support/engine-keys.ts'
import { expectationOf, readVector } from '../support/vectors.ts'

const sha1 = (octets: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha1').update(octets).digest())

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
    const keys = keyBodies(`gnupg/${id}.asc`).map((body) => readPublicKey(body, sha1))
    expect(keys.map(({ fingerprint }) => fingerprint)).toEqual([said.fingerprint, ...said.subkeys])
    expect(keys[0]).toMatchObject({
      version: 4,
      created: said.created,
      algorithm: 1,
      material: { kind: 'rsa', e: Uint8Array.of(1, 0, 1) },
      keyId: said.fingerprint.slice(24),
    })
  })

  test('an Ed25519Legacy key keeps its material and has its fingerprint', () => {
    const said = expectationOf<{ fingerprint: string }>('rfc9580', 'a1-v4-ed25519legacy-key')
    const [body = new Uint8Array()] = keyBodies('rfc9580/a1-v4-ed25519legacy-key.asc')
    expect(readPublicKey(body, sha1)).toMatchObject({
      fingerprint: said.fingerprint,
      algorithm: 22,
      material: { kind: 'opaque', octets: body.subarray(6) },
    })
  })

  test.each([2, 3, 5, 6])('version %i is refused by its number', (version) => {
    const [body = new Uint8Array()] = keyBodies('gnupg/main.asc')
    const error = errorOf(() =>
      readPublicKey(concat(Uint8Array.of(version), body.subarray(1)), sha1),
    )
    expect(error.code).toBe('unsupported')
    expect(error.message).toContain(`version ${version} key`)
  })

  test('cut at any octet it is malformed, and nothing else', () => {
    const [body = new Uint8Array()] = keyBodies('gnupg/main.asc')
    for (let length = 0; length < body.length; length += 1) {
      expect(codeOf(() => readPublicKey(body.subarray(0, length), sha1))).toBe('malformed')
    }
  })

  test('an octet too many is malformed; over 65,535 octets is a limit', () => {
    const [body = new Uint8Array()] = keyBodies('gnupg/main.asc')
    expect(codeOf(() => readPublicKey(concat(body, Uint8Array.of(0)), sha1))).toBe('malformed')
    expect(codeOf(() => readPublicKey(new Uint8Array(65_536), sha1))).toBe('limit')
  })

  test('each octet changed: another fingerprint, or an OpenPGPError', () => {
    const [body = new Uint8Array()] = keyBodies('gnupg/main.asc')
    const { fingerprint } = readPublicKey(body, sha1)
    for (let at = 0; at < body.length; at += 1) {
      const changed = body.map((octet, index) => (index === at ? octet ^ 0x41 : octet))
      try {
        expect(readPublicKey(changed, sha1).fingerprint).not.toBe(fingerprint)
      } catch (error) {
        if (!isOpenPGPError(error)) throw error
      }
    }
  })
})

describe('making', () => {
  const material = { kind: 'rsa', n: Uint8Array.of(1, 0xff), e: Uint8Array.of(1, 0, 1) } as const

  test('octet for octet, RFC 9580 §5.5.2.2', () => {
    const key = createPublicKey(material, 0x01020304, sha1)
    expect(toHex(key.body)).toBe('04010203040100' + '0901FF' + '0011010001')
    expect(toHex(fingerprintPreimage(key.body))).toBe(`99000F${toHex(key.body)}`)
    expect(key.fingerprint).toBe(toHex(sha1(fromHex(`99000F${toHex(key.body)}`) ?? key.body)))
  })

  test('the creation time is part of the fingerprint', () => {
    const at = (created: number): string => createPublicKey(material, created, sha1).fingerprint
    expect(at(1)).toBe(at(1))
    expect(at(1)).not.toBe(at(2))
    expect(createPublicKey(material, 0xffffffff, sha1).created).toBe(0xffffffff)
  })

  test('zeros before the modulus do not change the key', () => {
    const real = materialOf(testPem('a'))
    const padded = { ...real, n: concat(Uint8Array.of(0, 0), real.n) }
    expect(createPublicKey(padded, 0, sha1)).toEqual(createPublicKey(real, 0, sha1))
  })

  test('a modulus past the limit is refused, not written with another length', () => {
    const n = new Uint8Array((65_536 + 3072) / 8).fill(0xff)
    expect(codeOf(() => createPublicKey({ ...material, n }, 0, sha1))).toBe('limit')
  })

  test('other kinds are not minted yet, by name', () => {
    const ed25519 = { kind: 'ed25519', point: new Uint8Array(32) } as const
    const error = errorOf(() => createPublicKey(ed25519, 0, sha1))
    expect(error).toMatchObject({ code: 'unsupported' })
    expect(error.message).toContain('ed25519')
  })
})

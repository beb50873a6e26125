import { generateKeyPairSync } from 'node:crypto'
import { Integer, Null, ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { encryptPkcs8 } from '../../src/node/pbes2.ts'
import { requireFairCost } from '../../src/signers/pbes2-cost.ts'
import { codeOf, errorOf } from '../support/code-of.ts'
import { newPem, toEncrypted } from '../support/openssl-key.ts'
import { describePart } from '../support/parts.ts'

type Value = Sequence | Integer | OctetString | ObjectIdentifier | Null

const oid = (value: string): ObjectIdentifier => new ObjectIdentifier({ value })
const sequence = (...value: Value[]): Sequence => new Sequence({ value })
const octets = (length: number): OctetString =>
  new OctetString({ valueHex: new Uint8Array(length) })
const number = (value: number): Integer => Integer.fromBigInt(BigInt(value))

const hmac = (last: number): Sequence => sequence(oid(`1.2.840.113549.2.${last}`), new Null())
const pbkdf2 = (...options: Value[]): Sequence =>
  sequence(oid('1.2.840.113549.1.5.12'), sequence(octets(16), ...options))
const scrypt = (...options: Value[]): Sequence =>
  sequence(oid('1.3.6.1.4.1.11591.4.11'), sequence(octets(16), ...options))

/** An EncryptedPrivateKeyInfo under a key derivation. */
function encrypted(derivation: Value): Uint8Array {
  const cipher = sequence(oid('2.16.840.1.101.3.4.1.42'), octets(16))
  const scheme = sequence(oid('1.2.840.113549.1.5.13'), sequence(derivation, cipher))
  return new Uint8Array(sequence(scheme, octets(128)).toBER())
}

const judge = (der: Uint8Array): void => requireFairCost(der, 'a.pem', 'openssl …')

describe('PBKDF2', () => {
  test.each([8, 9, 10, 11, 12, 13])('with SHA-2, HMAC %i, is fair', (last) => {
    expect(() => judge(encrypted(pbkdf2(number(600_000), hmac(last))))).not.toThrow()
    expect(() => judge(encrypted(pbkdf2(number(1), number(32), hmac(last))))).not.toThrow()
  })

  test.each([
    ['SHA-1, which is what it is when nothing is said', pbkdf2(number(2048))],
    ['SHA-1', pbkdf2(number(2048), hmac(7))],
    ['an HMAC that nobody knows', pbkdf2(number(2048), hmac(14))],
    ['SM3', pbkdf2(number(2048), sequence(oid('1.2.156.10197.1.401.2'), new Null()))],
  ])('with %s is refused', (_, derivation) => {
    const error = errorOf(() => judge(encrypted(derivation)))
    expect(error).toMatchObject({ code: 'unsupported', hint: 'convert it: openssl …' })
    expect(error.message).toContain('not SHA-2')
  })

  test('iterations end somewhere', () => {
    const most = limits.pbkdf2Iterations
    expect(() => judge(encrypted(pbkdf2(number(most), hmac(9))))).not.toThrow()
    for (const count of [most + 1, 2 ** 31 - 1, 2 ** 53]) {
      expect(codeOf(() => judge(encrypted(pbkdf2(number(count), hmac(9)))))).toBe('limit')
    }
  })
})

describe('scrypt', () => {
  test.each([
    [16_384, 8, 1],
    [32_768, 8, 16],
  ])('N %i, r %i, p %i is fair', (n, r, p) => {
    expect(() => judge(encrypted(scrypt(number(n), number(r), number(p))))).not.toThrow()
  })

  test.each([
    [65_536, 8, 1],
    [2, 2 ** 30, 1],
    [16_384, 8, 17],
    [2 ** 52, 2 ** 52, 1],
  ])('N %i, r %i, p %i is too much', (n, r, p) => {
    expect(codeOf(() => judge(encrypted(scrypt(number(n), number(r), number(p)))))).toBe('limit')
  })
})

test('another key derivation is refused', () => {
  const other = sequence(oid('1.2.840.113549.1.5.11'), sequence(octets(16), number(1)))
  expect(codeOf(() => judge(encrypted(other)))).toBe('unsupported')
})

describe('what is no DER of that form is malformed', () => {
  test.each([
    ['no number', pbkdf2(hmac(9))],
    ['scrypt without p', scrypt(number(16_384), number(8))],
    ['options that are no sequence', sequence(oid('1.2.840.113549.1.5.12'), number(1))],
  ])('%s', (_, derivation) => {
    expect(codeOf(() => judge(encrypted(derivation)))).toBe('malformed')
  })

  const whole = encrypted(pbkdf2(number(600_000), hmac(9)))
  test('cut anywhere', () => {
    for (let length = 0; length < whole.length; length += 1) {
      expect(codeOf(() => judge(whole.subarray(0, length)))).toBe('malformed')
    }
  })

  test('any octet changed: an answer or a refusal, and nothing else', () => {
    for (let at = 0; at < whole.length; at += 1) {
      for (const value of [0x00, 0x30, 0x80, 0x84, 0xff]) {
        const changed = whole.with(at, value)
        let code = 'fair'
        try {
          judge(changed)
        } catch {
          code = codeOf(() => judge(changed))
        }
        expect(['fair', 'malformed', 'unsupported', 'limit']).toContain(code)
      }
    }
  })
})

test('what we write ourselves, and what Node writes, is fair', async () => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const ours = await encryptPkcs8(privateKey.export({ type: 'pkcs8', format: 'der' }), 'p')
  const cipher = { cipher: 'aes-256-cbc', passphrase: 'p' } as const
  const theirs = privateKey.export({ type: 'pkcs8', format: 'der', ...cipher })
  expect(() => judge(Buffer.from(ours.replace(/-----.*-----/g, ''), 'base64'))).not.toThrow()
  expect(() => judge(theirs)).not.toThrow()
})

describePart('openssl', 'what OpenSSL writes', () => {
  test.each([
    ['fair', ['-v2', 'aes-256-cbc']],
    ['fair', ['-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA512', '-iter', '100000']],
    ['fair', ['-scrypt']],
    ['unsupported', ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA1']],
  ])('%s: %j', async (outcome, scheme) => {
    const pem = await toEncrypted(await newPem(['-algorithm', 'ED25519']), 'p', scheme)
    const der = Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64')
    if (outcome === 'fair') expect(() => judge(der)).not.toThrow()
    else expect(codeOf(() => judge(der))).toBe(outcome)
  })
})

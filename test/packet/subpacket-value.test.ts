import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOpenPGPError } from '../../src/errors.ts'
import { fromHex, toHex, utf8 } from '../../src/octets.ts'
import { readValue, writeValue } from '../../src/packet/subpacket-value.ts'
import type { KnownValue } from '../../src/packet/subpacket-value.ts'
import { subpacketType as id } from '../../src/registry.ts'
import { codeOf } from '../support/code-of.ts'

const fingerprint4 = 'D1A66E1A23B182C9980F788CFBFCC82A015E7330'
const fingerprint6 = 'CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9'
const octets = Uint8Array.of(10, 9, 8)
const textOf = (text: string): string => toHex(utf8(text))

/** One row for each type that is known, with its body by hand. */
const known: [KnownValue, string][] = [
  [{ type: id.signatureCreationTime, time: 0xffffffff }, 'FFFFFFFF'],
  [{ type: id.signatureExpirationTime, seconds: 1 }, '00000001'],
  [{ type: id.keyExpirationTime, seconds: 31_536_000 }, '01E13380'],
  [{ type: id.exportableCertification, value: false }, '00'],
  [{ type: id.revocable, value: true }, '01'],
  [{ type: id.primaryUserId, value: true }, '01'],
  [{ type: id.trustSignature, depth: 1, amount: 120 }, '0178'],
  [{ type: id.regularExpression, text: '<x>$\0' }, textOf('<x>$\0')],
  [{ type: id.preferredSymmetricCiphers, octets }, '0A0908'],
  [{ type: id.preferredHashAlgorithms, octets }, '0A0908'],
  [{ type: id.preferredCompressionAlgorithms, octets }, '0A0908'],
  [{ type: id.preferredAeadCiphersuites, octets }, '0A0908'],
  [{ type: id.keyServerPreferences, octets }, '0A0908'],
  [{ type: id.keyFlags, octets: Uint8Array.of(0x03, 0x04) }, '0304'],
  [{ type: id.features, octets: Uint8Array.of(1) }, '01'],
  [{ type: id.embeddedSignature, octets }, '0A0908'],
  [{ type: id.preferredKeyServer, text: 'hkps://x' }, textOf('hkps://x')],
  [{ type: id.policyUri, text: 'https://x/ü' }, textOf('https://x/ü')],
  [{ type: id.signersUserId, text: 'a@b' }, textOf('a@b')],
  [{ type: id.issuerKeyId, keyId: 'FBFCC82A015E7330' }, 'FBFCC82A015E7330'],
  [{ type: id.issuerFingerprint, version: 4, fingerprint: fingerprint4 }, `04${fingerprint4}`],
  [
    { type: id.intendedRecipientFingerprint, version: 6, fingerprint: fingerprint6 },
    `06${fingerprint6}`,
  ],
  [
    { type: id.notationData, name: 'a@b', value: Uint8Array.of(0, 1), humanReadable: false },
    '00000000000300026140620001',
  ],
  [
    { type: id.notationData, name: 'ä', value: utf8('ö'), humanReadable: true },
    '8000000000020002C3A4C3B6',
  ],
  [{ type: id.reasonForRevocation, reason: 1, text: 'superseded' }, `01${textOf('superseded')}`],
]

test.each(known)('%o goes both ways', (value, hex) => {
  const body = fromHex(hex) ?? new Uint8Array()
  expect(toHex(writeValue(value))).toBe(hex)
  expect(readValue(value.type, body)).toEqual(value)
})

test('each type that the table of types names is here, but for two', () => {
  const here = new Set<number>(known.map(([{ type }]) => type))
  const absent = Object.entries(id).filter(([, type]) => !here.has(type))
  expect(absent.map(([name]) => name)).toEqual(['revocationKey', 'signatureTarget'])
  for (const [, type] of absent) expect(readValue(type, octets)).toEqual({ type: 'unknown' })
})

describe('malformed bodies', () => {
  test.each([
    ['a time of three octets', id.signatureCreationTime, '000000'],
    ['a time of five octets', id.signatureCreationTime, '0000000000'],
    ['a duration of none', id.keyExpirationTime, ''],
    ['a duration of five octets', id.signatureExpirationTime, '0000000000'],
    ['a boolean of none', id.primaryUserId, ''],
    ['a boolean of two', id.revocable, '0101'],
    ['a boolean that is neither', id.exportableCertification, '02'],
    ['a trust without amount', id.trustSignature, '01'],
    ['a key ID of seven', id.issuerKeyId, '00000000000000'],
    ['a key ID of nine', id.issuerKeyId, '000000000000000000'],
    ['a fingerprint of none', id.issuerFingerprint, ''],
    ['a notation without lengths', id.notationData, '80000000'],
    ['a name past the notation', id.notationData, '8000000000050000'],
    ['a value past the notation', id.notationData, '800000000001000261'],
    ['octets behind the notation', id.notationData, '80000000000100016161FF'],
    ['a revocation without a reason', id.reasonForRevocation, ''],
  ])('%s', (_, type, hex) => {
    expect(codeOf(() => readValue(type, fromHex(hex) ?? new Uint8Array()))).toBe('malformed')
  })
})

test('a fingerprint of another length than its version’s names no key, and is no error', () => {
  for (const type of [id.issuerFingerprint, id.intendedRecipientFingerprint]) {
    for (const hex of [
      `04${fingerprint6}`,
      `06${fingerprint4}`,
      '04',
      '05',
      `04${fingerprint4}00`,
    ]) {
      expect(readValue(type, fromHex(hex) ?? new Uint8Array())).toEqual({ type: 'unknown' })
    }
  }
})

test('text that is not UTF-8 is shown, one character each', () => {
  expect(readValue(id.policyUri, Uint8Array.of(0x66, 0xfc))).toMatchObject({ text: 'fü' })
  expect(readValue(id.reasonForRevocation, Uint8Array.of(2, 0xff))).toMatchObject({ text: 'ÿ' })
})

test('any body of any type gives a value or an OpenPGPError; a known one is written the same', () => {
  fc.assert(
    fc.property(fc.nat(127), fc.uint8Array({ maxLength: 50 }), (type, body) => {
      try {
        const value = readValue(type, body)
        if (value.type === 'unknown' || 'text' in value || 'name' in value) return
        expect(writeValue(value)).toEqual(body)
      } catch (error) {
        if (!isOpenPGPError(error)) throw error
      }
    }),
    { numRuns: 3000 },
  )
})

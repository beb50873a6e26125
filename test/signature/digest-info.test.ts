import { createHash, createPrivateKey, constants, publicDecrypt, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { fromHex, toHex } from '../../src/octets.ts'
import { digestInfo } from '../../src/signature/digest-info.ts'
import { testPem } from '../support/engine-keys.ts'

/** The prefixes as RFC 8017 §9.2 prints them, note 1. */
test.each([
  ['SHA-256', 32, '3031300D060960864801650304020105000420'],
  ['SHA-384', 48, '3041300D060960864801650304020205000430'],
  ['SHA-512', 64, '3051300D060960864801650304020305000440'],
] as const)('%s', (algorithm, length, prefix) => {
  const octets = new Uint8Array(length).fill(0xab)
  expect(toHex(digestInfo({ algorithm, octets }))).toBe(prefix + 'AB'.repeat(length))
})

test.each(['SHA-256', 'SHA-384', 'SHA-512'] as const)('%s is what OpenSSL signs', (algorithm) => {
  const name = algorithm.replace('-', '')
  const key = createPrivateKey(testPem('a').replace(/^[^]*?(?=-----BEGIN)/, ''))
  const data = fromHex('C0FFEE') ?? new Uint8Array()
  const padding = constants.RSA_PKCS1_PADDING
  const opened = publicDecrypt({ key, padding }, sign(name, data, key))
  const octets = new Uint8Array(createHash(name).update(data).digest())
  expect(new Uint8Array(opened)).toEqual(digestInfo({ algorithm, octets }))
})

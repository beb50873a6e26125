import { expect, test } from 'vitest'
import * as registry from '../src/registry.ts'

const { nameOf, ...tables } = registry

test.each(Object.entries(tables))('%s uses no number twice', (_, table) => {
  const numbers = Object.values<number>(table)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(numbers.every((number) => Number.isInteger(number) && number >= 0 && number < 256)).toBe(
    true,
  )
})

test('the numbers that everything hangs on are those of RFC 9580', () => {
  const { packetType, signatureType, subpacketType, hashAlgorithm, keyFlag } = registry
  expect([packetType.signature, packetType.publicKey, packetType.userId]).toEqual([2, 6, 13])
  expect(packetType.publicSubkey).toBe(14)
  expect([signatureType.binary, signatureType.text]).toEqual([0, 1])
  expect([signatureType.positiveCertification, signatureType.subkeyBinding]).toEqual([0x13, 0x18])
  expect([signatureType.keyRevocation, signatureType.certificationRevocation]).toEqual([0x20, 0x30])
  expect([subpacketType.signatureCreationTime, subpacketType.keyExpirationTime]).toEqual([2, 9])
  expect([subpacketType.issuerKeyId, subpacketType.keyFlags]).toEqual([16, 27])
  expect(subpacketType.issuerFingerprint).toBe(33)
  expect([hashAlgorithm['SHA-256'], hashAlgorithm['SHA-384'], hashAlgorithm['SHA-512']]).toEqual([
    8, 9, 10,
  ])
  expect([keyFlag.certify, keyFlag.sign]).toEqual([1, 2])
})

test('nameOf finds a name, or none', () => {
  expect(nameOf(registry.hashAlgorithm, 8)).toBe('SHA-256')
  expect(nameOf(registry.hashAlgorithm, 4)).toBeUndefined()
})

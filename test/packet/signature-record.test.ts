/** Subpackets that are read when they are asked for: what was malformed is so at once. */

import { expect, test } from 'vitest'
import { concat, fromHex } from '../../src/octets.ts'
import { readSignature } from '../../src/packet/signature.ts'
import { codeOf } from '../support/code-of.ts'

const octets = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', '')) ?? new Uint8Array()

/** Version 4, RSA, SHA-256, with these areas, a prefix and the number 5. */
const body = (hashed: string, unhashed: string): Uint8Array =>
  concat(
    octets('04 00 01 08'),
    ...[hashed, unhashed].map((area) => {
      const written = octets(area)
      return concat(Uint8Array.of(0, written.length), written)
    }),
    octets('AABB 0003 05'),
  )

const created = '05 02 00000001'
const issuer = '09 10 0123456789ABCDEF'

test('both areas come from where they stand, the same ones each time', () => {
  const signature = readSignature(body(created, issuer))
  expect(signature.hashed).toMatchObject([{ type: 2, value: { time: 1 } }])
  expect(signature.unhashed).toMatchObject([{ type: 16, value: { keyId: '0123456789ABCDEF' } }])
  expect(signature.hashed).toBe(signature.hashed)
  expect(signature.unhashed).toBe(signature.unhashed)
})

test('the record is frozen', () => {
  const signature = readSignature(body(created, issuer))
  expect(Object.isFrozen(signature)).toBe(true)
  expect(() => Object.assign(signature, { hashed: [] })).toThrow(TypeError)
})

test.each([
  ['hashed', '04 02 000001', issuer],
  ['unhashed', created, '04 10 012345'],
  ['hashed without a type', '00', issuer],
])('a malformed subpacket, %s, fails the reading and not the asking', (_, hashed, unhashed) => {
  expect(codeOf(() => readSignature(body(hashed, unhashed)))).toBe('malformed')
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeZbase32 } from '../../src/wkd/zbase32.ts'

/** RFC 6189 §5.1.6 word for word: the bits as a string, cut into fives, each looked up. */
function slow(octets: Uint8Array): string {
  const bits = [...octets].map((octet) => octet.toString(2).padStart(8, '0')).join('')
  const fives = bits.match(/.{1,5}/g) ?? []
  return fives
    .map((five) => 'ybndrfg8ejkmcpqxot1uwisza345h769'[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('')
}

test('agrees with the definition for any octets', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (octets) => {
      expect(encodeZbase32(octets)).toBe(slow(octets))
    }),
  )
})

test('takes 32 characters for a SHA-1 digest and none for nothing', () => {
  expect(encodeZbase32(new Uint8Array(20))).toBe('y'.repeat(32))
  expect(encodeZbase32(new Uint8Array(20).fill(0xff))).toBe('9'.repeat(32))
  expect(encodeZbase32(new Uint8Array(0))).toBe('')
})

test.each([
  [[0xf0, 0xbf, 0xc7], '6n9hq'],
  [[0xd4, 0x7a, 0x04], '4t7ye'],
])('encodes %j as %s, examples of the z-base-32 specification', (octets, text) => {
  expect(encodeZbase32(Uint8Array.from(octets))).toBe(text)
})

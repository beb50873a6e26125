import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '../../src/octets.ts'
import { crc32c } from '../../src/signers/crc32c.ts'

/** As the polynomial division is defined, from the other end: 0x1EDC6F41, bits turned around. */
function slowCrc32c(octets: Uint8Array): number {
  const turn = (value: number, bits: number): bigint => {
    let turned = 0n
    for (let at = 0; at < bits; at += 1) turned = (turned << 1n) | BigInt((value >>> at) & 1)
    return turned
  }
  let register = 0xffffffffn
  for (const octet of octets) {
    register ^= turn(octet, 8) << 24n
    for (let bit = 0; bit < 8; bit += 1) {
      const out = register >> 31n
      register = (register << 1n) & 0xffffffffn
      if (out === 1n) register ^= 0x1edc6f41n
    }
  }
  return Number(turn(Number(register ^ 0xffffffffn), 32))
}

test.each([
  ['the check value of the catalogues', utf8('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(), 0],
  // RFC 3720 appendix B.4
  ['32 zero octets', new Uint8Array(32), 0x8a9136aa],
  ['32 octets of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, at) => at), 0x46dd794e],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, at) => 31 - at), 0x113fdb5c],
])('%s', (_, octets, expected) => {
  expect(crc32c(octets)).toBe(expected)
})

test('is the remainder of the division, for whatever octets', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (octets) => {
      expect(crc32c(octets)).toBe(slowCrc32c(octets))
    }),
  )
})

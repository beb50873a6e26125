import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex, utf8 } from '../../src/octets.ts'
import { crc24 } from '../../src/wire/crc24.ts'

/** Bit by bit, as the polynomial division is defined: generator 0x864CFB, start 0xB704CE. */
function slowCrc24(octets: Uint8Array): number {
  let register = 0xb704ce
  for (const octet of octets) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const out = ((register >> 23) & 1) ^ ((octet >> bit) & 1)
      register = (register << 1) & 0xffffff
      if (out === 1) register ^= 0x864cfb
    }
  }
  return register
}

test('nothing has the start value, and the check value is the catalogued one', () => {
  expect(toHex(crc24(new Uint8Array()))).toBe('B704CE')
  expect(toHex(crc24(utf8('123456789')))).toBe('21CF02')
})

test('agrees with the definition', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
      expect(Buffer.from(crc24(octets)).readUIntBE(0, 3)).toBe(slowCrc24(octets))
    }),
  )
})

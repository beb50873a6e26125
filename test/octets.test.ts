import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  concat,
  equal,
  fromHex,
  fromLatin1,
  fromUtf8,
  join,
  toHex,
  uint16,
  uint32,
  utf8,
} from '../src/octets.ts'

const octets = fc.uint8Array({ maxLength: 300 })

test('concat and join do what Buffer.concat does', () => {
  fc.assert(
    fc.property(fc.array(octets), (parts) => {
      const expected = new Uint8Array(Buffer.concat(parts))
      expect(concat(...parts)).toEqual(expected)
      expect(join(parts)).toEqual(expected)
    }),
  )
})

test('join takes more parts than a call takes arguments', () => {
  expect(join(Array.from({ length: 300_000 }, () => Uint8Array.of(1))).length).toBe(300_000)
})

test('concat copies: the parts may change afterwards', () => {
  const part = Uint8Array.of(1, 2)
  const joined = concat(part)
  part[0] = 9
  expect(joined).toEqual(Uint8Array.of(1, 2))
})

test('equal compares every octet and the length', () => {
  expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
  expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
  expect(equal(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false)
  expect(equal(new Uint8Array(), new Uint8Array())).toBe(true)
})

test('hexadecimal is upper case, both ways', () => {
  fc.assert(
    fc.property(octets, (value) => {
      expect(toHex(value)).toBe(Buffer.from(value).toString('hex').toUpperCase())
      expect(fromHex(toHex(value).toLowerCase())).toEqual(value)
    }),
  )
})

test.each(['0', 'abc', 'zz', '0x10', ' 0', 'é0'])('%j is not hexadecimal', (text) => {
  expect(fromHex(text)).toBeUndefined()
})

test('numbers are big-endian', () => {
  expect(uint16(0x0102)).toEqual(Uint8Array.of(1, 2))
  expect(uint32(0xfffefdfc)).toEqual(Uint8Array.of(0xff, 0xfe, 0xfd, 0xfc))
  fc.assert(
    fc.property(fc.nat(0xffffffff), (value) => {
      expect(Buffer.from(uint32(value)).readUInt32BE()).toBe(value)
    }),
  )
})

test('UTF-8 goes both ways and keeps a byte order mark', () => {
  for (const text of ['', 'Größe', '長さ', '\u{1f511}', '\ufeffmark']) {
    expect(fromUtf8(utf8(text))).toBe(text)
  }
})

test.each([
  ['a lone continuation', [0x80]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['cut short', [0xe2, 0x82]],
  ['Latin-1', [0x4a, 0xfc, 0x72]],
])('%s is not UTF-8', (_, value) => {
  expect(fromUtf8(Uint8Array.from(value))).toBeUndefined()
})

test('Latin-1 gives one character for each octet, at any length', () => {
  const value = Uint8Array.from({ length: 10_001 }, (_, index) => index & 0xff)
  expect(fromLatin1(value)).toBe(Buffer.from(value).toString('latin1'))
})

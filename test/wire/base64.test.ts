import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '../../src/octets.ts'
import { decodeBase64, encodeBase64 } from '../../src/wire/base64.ts'

test('agrees with Buffer, both ways', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
      const text = Buffer.from(octets).toString('base64')
      expect(encodeBase64(octets)).toBe(text)
      expect(decodeBase64(text)).toEqual(octets)
    }),
  )
})

/** The test vectors of RFC 4648 §10. */
test.each([
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg=='],
  ['fooba', 'Zm9vYmE='],
  ['foobar', 'Zm9vYmFy'],
])('%j is %j', (plain, text) => {
  expect(encodeBase64(utf8(plain))).toBe(text)
  expect(decodeBase64(text)).toEqual(utf8(plain))
})

test.each([
  ['unused bits after one octet', 'Zh=='],
  ['unused bits after two octets', 'Zm9='],
  ['padding in the middle', 'Zg==Zm9v'],
  ['padding missing', 'Zg'],
  ['padding too long', 'Z==='],
  ['only padding', '===='],
  ['five characters', 'Zm9vY'],
  ['a line break', 'Zm9v\nZm9'],
  ['white space', 'Zm 9'],
  ['the alphabet of URLs', 'Zm-_'],
  ['a character beyond ASCII', 'Zm9é'],
  ['a character beyond the table', 'Zm9\u{10041}'],
])('%s is refused', (_, text) => {
  expect(decodeBase64(text)).toBeUndefined()
})

test('what is read is written the same: there is one encoding', () => {
  const anything = fc.string({
    unit: fc.constantFrom('A', 'Q', 'g', 'w', '/', '+', '9', '=', '='),
    maxLength: 12,
  })
  fc.assert(
    fc.property(anything, (text) => {
      const octets = decodeBase64(text)
      if (octets !== undefined) expect(encodeBase64(octets)).toBe(text)
      else expect(Buffer.from(text, 'base64').toString('base64')).not.toBe(text)
    }),
    { numRuns: 2000 },
  )
})

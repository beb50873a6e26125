import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOpenPGPError } from '../../src/errors.ts'
import { limits } from '../../src/limits.ts'
import { concat, fromHex } from '../../src/octets.ts'
import {
  critical,
  findValue,
  readSubpackets,
  subpacket,
  writeSubpackets,
} from '../../src/packet/subpacket.ts'
import { subpacketType as id } from '../../src/registry.ts'
import { codeOf } from '../support/code-of.ts'

const time = subpacket({ type: id.signatureCreationTime, time: 0x01020304 })

test('length, type, body', () => {
  expect([...writeSubpackets([time])]).toEqual([5, 2, 1, 2, 3, 4])
  expect([...writeSubpackets([critical(time), time])]).toEqual([
    5, 0x82, 1, 2, 3, 4, 5, 2, 1, 2, 3, 4,
  ])
  expect([...writeSubpackets([])]).toEqual([])
})

test('the critical bit is not part of the type', () => {
  const [read] = readSubpackets(writeSubpackets([critical(time)]))
  expect(read).toMatchObject({ type: 2, critical: true, value: { type: 2, time: 0x01020304 } })
  expect(time.critical).toBe(false)
})

describe('lengths of one, two and five octets', () => {
  test.each([0, 1, 190, 191, 192, 8382, 8383, 8384, 16_318, 16_319])('%i octets', (length) => {
    const raw = { type: 100, critical: false, body: new Uint8Array(length).fill(7) }
    expect(readSubpackets(writeSubpackets([raw]))).toEqual([{ ...raw, value: { type: 'unknown' } }])
  })

  test('a five-octet length of a short subpacket is read', () => {
    const [read] = readSubpackets(Uint8Array.of(255, 0, 0, 0, 5, 2, 1, 2, 3, 4))
    expect(read?.value).toEqual({ type: 2, time: 0x01020304 })
  })

  test('a two-octet length beyond what a packet could have', () => {
    const area = concat(Uint8Array.of(254, 255, 101), new Uint8Array(16_318))
    expect(readSubpackets(area)[0]?.body.length).toBe(16_318)
  })
})

test.each([
  ['past the area', '0702000000'],
  ['no type', '00'],
  ['no body', '02'],
  ['half a length', 'C1'],
  ['a huge length', 'FFFFFFFFFF02'],
])('%s', (_, hex) => {
  expect(codeOf(() => readSubpackets(fromHex(hex) ?? new Uint8Array()))).toBe('malformed')
})

test('so many subpackets, and no more', () => {
  const area = (count: number) => new Uint8Array(2 * count).fill(0).map((_, i) => (i % 2 ? 100 : 1))
  expect(readSubpackets(area(limits.subpackets)).length).toBe(limits.subpackets)
  expect(codeOf(() => readSubpackets(area(limits.subpackets + 1)))).toBe('limit')
})

test('the last subpacket of a type is the one that counts', () => {
  const later = subpacket({ type: id.signatureCreationTime, time: 9 })
  const other = subpacket({ type: id.primaryUserId, value: true })
  const read = readSubpackets(writeSubpackets([time, later, other]))
  expect(findValue(read, id.signatureCreationTime)).toEqual({ type: 2, time: 9 })
  expect(findValue(read, id.primaryUserId)?.value).toBe(true)
  expect(findValue(read, id.keyFlags)).toBeUndefined()
})

test('any list of unknown subpackets goes both ways', () => {
  const raw = fc.record({
    type: fc.integer({ min: 100, max: 110 }),
    critical: fc.boolean(),
    body: fc.uint8Array({ maxLength: 400 }),
  })
  fc.assert(
    fc.property(fc.array(raw, { maxLength: 10 }), (list) => {
      const read = readSubpackets(writeSubpackets(list))
      expect(read.map(({ value: _, ...rest }) => rest)).toEqual(list)
    }),
  )
})

test('any octets give subpackets or an OpenPGPError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (area) => {
      try {
        const read = readSubpackets(area)
        expect(read.reduce((total, { body }) => total + body.length + 2, 0)).toBeLessThanOrEqual(
          area.length,
        )
      } catch (error) {
        if (!isOpenPGPError(error)) throw error
      }
    }),
    { numRuns: 3000 },
  )
})

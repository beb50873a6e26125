import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Cursor } from '../../src/wire/cursor.ts'
import { readPacketLength, readSubpacketLength, writeLength } from '../../src/wire/length.ts'
import { codeOf } from '../support/code-of.ts'

const boundaries: [number, number[]][] = [
  [0, [0]],
  [1, [1]],
  [191, [191]],
  [192, [192, 0]],
  [447, [192, 255]],
  [448, [193, 0]],
  [8383, [223, 255]],
  [8384, [255, 0, 0, 0x20, 0xc0]],
  [65536, [255, 0, 1, 0, 0]],
  [0xffffffff, [255, 255, 255, 255, 255]],
]

const packet = (...octets: number[]) =>
  readPacketLength(new Cursor(Uint8Array.from(octets), 'length'))
const subpacket = (...octets: number[]) =>
  readSubpacketLength(new Cursor(Uint8Array.from(octets), 'length'))

test.each(boundaries)('%i is written in its shortest form and read back', (length, octets) => {
  expect([...writeLength(length)]).toEqual(octets)
  expect(packet(...octets)).toEqual({ length, partial: false })
  expect(subpacket(...octets)).toBe(length)
})

test('any length goes both ways', () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), (length) => {
      const octets = [...writeLength(length)]
      expect(packet(...octets)).toEqual({ length, partial: false })
      expect(subpacket(...octets)).toBe(length)
    }),
  )
})

describe('longer forms than need be are read', () => {
  test.each([0, 1, 191, 192, 8383])('%i in five octets', (length) => {
    const octets = [255, 0, 0, length >> 8, length & 0xff]
    expect(packet(...octets)).toEqual({ length, partial: false })
    expect(subpacket(...octets)).toBe(length)
  })
})

test('224 to 254 is partial for a packet and two octets for a subpacket', () => {
  expect(packet(224)).toEqual({ length: 1, partial: true })
  expect(packet(233)).toEqual({ length: 512, partial: true })
  expect(packet(254)).toEqual({ length: 2 ** 30, partial: true })
  expect(subpacket(224, 0)).toBe(8384)
  expect(subpacket(254, 255)).toBe(16_319)
})

test.each([[[]], [[192]], [[223]], [[255]], [[255, 0, 0, 0]]])('%j is cut short', (octets) => {
  expect(codeOf(() => packet(...octets))).toBe('malformed')
  expect(codeOf(() => subpacket(...octets))).toBe('malformed')
})

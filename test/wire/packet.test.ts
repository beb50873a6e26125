import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOpenPGPError } from '../../src/errors.ts'
import { limits } from '../../src/limits.ts'
import { concat, uint16, uint32 } from '../../src/octets.ts'
import { readPackets, writePacket } from '../../src/wire/packet.ts'
import { codeOf } from '../support/code-of.ts'

const read = (...octets: number[]) => [...readPackets(Uint8Array.from(octets))]
const fail = (...octets: number[]) => codeOf(() => read(...octets))

test('packets of any type and size go both ways, and say where they stood', () => {
  const packets = fc.array(
    fc.record({ type: fc.integer({ min: 1, max: 63 }), body: fc.uint8Array({ maxLength: 9000 }) }),
    { maxLength: 5 },
  )
  fc.assert(
    fc.property(packets, (written) => {
      const octets = concat(...written.map(({ type, body }) => writePacket(type, body)))
      let offset = 0
      const found = [...readPackets(octets)]
      expect(found.map(({ type, body }) => ({ type, body }))).toEqual(written)
      for (const packet of found) {
        expect(packet.format).toBe('openpgp')
        expect(packet.offset).toBe(offset)
        offset += packet.octets.length
      }
      expect(concat(...found.map((packet) => packet.octets))).toEqual(octets)
    }),
    { numRuns: 50 },
  )
})

test.each([191, 192, 8383, 8384])('a body of %i octets', (length) => {
  const [packet] = readPackets(writePacket(2, new Uint8Array(length)))
  expect(packet?.body.length).toBe(length)
})

test.each([0, -1, 64, 256, 1.5, NaN])('there is no packet type %d to write', (type) => {
  expect(codeOf(() => writePacket(type, new Uint8Array()))).toBe('usage')
})

describe('legacy format', () => {
  const body = Uint8Array.of(1, 2, 3)
  test.each([
    ['one octet', [0x80 | (2 << 2), 3]],
    ['two octets', [0x81 | (2 << 2), 0, 3]],
    ['four octets', [0x82 | (2 << 2), 0, 0, 0, 3]],
  ])('a length of %s', (_, header) => {
    expect(read(...header, ...body)).toEqual([
      { type: 2, body, format: 'legacy', offset: 0, octets: Uint8Array.of(...header, ...body) },
    ])
  })

  test('an indeterminate length goes to the end, for data packets only', () => {
    expect(read(0x83 | (11 << 2), 1, 2, 3)).toMatchObject([{ type: 11, body }])
    expect(read(0x83 | (8 << 2))).toMatchObject([{ type: 8, body: new Uint8Array() }])
    expect(fail(0x83 | (2 << 2), 1, 2, 3)).toBe('malformed')
    expect(fail(0x83 | (6 << 2), 1, 2, 3)).toBe('malformed')
  })

  test('any definite length goes both ways', () => {
    fc.assert(
      fc.property(fc.nat({ max: 70_000 }), (length) => {
        const header = concat(Uint8Array.of(0x82 | (11 << 2)), uint32(length))
        const [packet] = readPackets(concat(header, new Uint8Array(length)))
        expect(packet?.body.length).toBe(length)
      }),
      { numRuns: 20 },
    )
  })
})

describe('partial lengths, RFC 9580 §4.2.1.4', () => {
  const first = new Uint8Array(512).fill(1)
  test('the parts are joined', () => {
    const octets = concat(
      Uint8Array.of(0xc0 | 11, 0xe9),
      first,
      Uint8Array.of(0xe1, 2, 2, 0xe0, 3, 1, 4),
      writePacket(13, Uint8Array.of(5)),
    )
    const [data, next] = readPackets(octets)
    expect(data?.body).toEqual(concat(first, Uint8Array.of(2, 2, 3, 4)))
    expect(data?.octets.length).toBe(514 + 7)
    expect(next).toMatchObject({ type: 13, offset: 521 })
  })

  test('a last part of no octets, or of a five-octet length', () => {
    const start = concat(Uint8Array.of(0xc0 | 18, 0xe9), first)
    expect([...readPackets(concat(start, Uint8Array.of(0)))][0]?.body.length).toBe(512)
    const [packet] = readPackets(concat(start, Uint8Array.of(255, 0, 0, 0, 1, 7)))
    expect(packet?.body.length).toBe(513)
  })

  test.each([1, 2, 3, 5, 6, 13, 14, 17, 21, 40])('never for packet type %i', (type) => {
    expect(fail(0xc0 | type, 0xe9, ...first, 0)).toBe('malformed')
  })

  test('the first part has 512 octets at least', () => {
    expect(fail(0xc0 | 11, 0xe8, ...new Uint8Array(256), 0)).toBe('malformed')
  })

  test.each([
    ['after a part', []],
    ['inside a part', [0xe9, 1]],
    ['inside the last part', [5, 1]],
  ])('cut short %s', (_, rest) => {
    expect(fail(0xc0 | 11, 0xe9, ...first, ...rest)).toBe('malformed')
  })

  test('half a million parts of one octet are joined; more than a million are too many', () => {
    const parts = (count: number): Uint8Array => {
      const octets = new Uint8Array(2 * count + 1)
      for (let at = 0; at < 2 * count; at += 2) octets[at] = 0xe0
      return concat(Uint8Array.of(0xc0 | 11, 0xe9), first, octets)
    }
    expect([...readPackets(parts(500_000))][0]?.body.length).toBe(500_512)
    expect(codeOf(() => [...readPackets(parts(limits.packets))])).toBe('limit')
  })
})

describe('hostile framing', () => {
  test.each([
    ['a length without a body', 'malformed', [0xc2, 5, 1]],
    ['no length', 'malformed', [0xc2]],
    ['half a length', 'malformed', [0xc2, 0xc0]],
    ['a header without its top bit', 'malformed', [0x42, 0]],
    ['packet type 0', 'malformed', [0xc0, 0]],
    ['legacy packet type 0', 'malformed', [0x80, 0]],
    ['4 GiB of signature', 'limit', [0xc2, 255, 255, 255, 255, 255]],
    ['4 GiB of User ID, legacy', 'limit', [0x82 | (13 << 2), 255, 255, 255, 255]],
    ['4 GiB of data', 'malformed', [0xcb, 255, 255, 255, 255, 255]],
    ['1 GiB of partial data', 'malformed', [0xcb, 0xfe, 1]],
  ])('%s', (_, code, octets) => {
    expect(fail(...octets)).toBe(code)
  })

  test('a body of exactly the limit is read, one octet more is not', () => {
    const [packet] = readPackets(writePacket(2, new Uint8Array(limits.packetOctets)))
    expect(packet?.body.length).toBe(limits.packetOctets)
    const more = writePacket(2, new Uint8Array(limits.packetOctets + 1))
    expect(codeOf(() => [...readPackets(more)])).toBe('limit')
    expect([...readPackets(writePacket(11, new Uint8Array(limits.packetOctets + 1)))].length).toBe(
      1,
    )
  })

  test('more packets than the limit', () => {
    const empty = new Uint8Array(2 * (limits.packets + 1))
    for (let at = 0; at < empty.length; at += 2) empty[at] = 0xca
    expect(codeOf(() => Array.from(readPackets(empty)).length)).toBe('limit')
  })

  test('packets before a broken one are seen', () => {
    const packets = readPackets(concat(writePacket(13, uint16(1)), Uint8Array.of(0xc2, 9)))
    expect(packets.next().value).toMatchObject({ type: 13 })
    expect(codeOf(() => packets.next())).toBe('malformed')
  })

  test('any octets give packets or an OpenPGPError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => {
        try {
          const found = [...readPackets(octets)]
          expect(concat(...found.map((packet) => packet.octets))).toEqual(octets)
        } catch (error) {
          if (!isOpenPGPError(error)) throw error
        }
      }),
      { numRuns: 3000 },
    )
  })
})

import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { decompress } from '../../src/packet/compressed.ts'
import { rejection } from '../support/code-of.ts'

const packets = utf8('packets, packets, packets, packets and packets')
const body = (algorithm: number, octets: Uint8Array): Uint8Array =>
  concat(Uint8Array.of(algorithm), octets)

test.each([
  ['uncompressed', body(0, packets)],
  ['ZIP', body(1, deflateRawSync(packets))],
  ['ZLIB', body(2, deflateSync(packets))],
])('%s', async (_, compressed) => {
  expect(await decompress(compressed)).toEqual(packets)
})

test('more than one step of input', async () => {
  const large = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i * 31) >> 7)
  expect(await decompress(body(1, deflateRawSync(large)))).toEqual(large)
})

describe('refused', () => {
  test.each([
    ['BZip2, by name', 'unsupported', body(3, utf8('BZh91AY&SY')), /BZip2/],
    ['an unknown algorithm', 'unsupported', body(4, packets), /algorithm 4/],
    ['no algorithm', 'malformed', new Uint8Array(), /cut short/],
    ['ZIP that is none', 'malformed', body(1, Uint8Array.of(7, 7, 7)), /inflate/],
    ['ZIP cut short', 'malformed', body(1, deflateRawSync(packets).subarray(0, -3)), /inflate/],
    ['ZLIB cut short', 'malformed', body(2, deflateSync(packets).subarray(0, -1)), /inflate/],
    ['ZLIB of nothing', 'malformed', body(2, new Uint8Array()), /inflate/],
    ['gzip as ZLIB', 'malformed', body(2, gzipSync(packets)), /inflate/],
    ['ZIP as ZLIB', 'malformed', body(2, deflateRawSync(packets)), /inflate/],
  ])('%s', async (_, code, compressed, reason) => {
    const error = await rejection(decompress(compressed))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(reason)
  })

  test('more than the cap, and not one octet less', async () => {
    const compressed = body(1, deflateRawSync(new Uint8Array(1000)))
    expect((await decompress(compressed, 1000)).length).toBe(1000)
    expect((await rejection(decompress(compressed, 999))).code).toBe('limit')
  })

  test('a bomb, before it has grown', async () => {
    const bomb = body(1, deflateRawSync(new Uint8Array(4 * limits.decompressedOctets)))
    const before = process.resourceUsage().maxRSS
    expect((await rejection(decompress(bomb, 1_000_000))).code).toBe('limit')
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(64 * 1024)
  })
})

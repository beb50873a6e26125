/** The form of version 6 Signature packets, RFC 9580 §5.2.3. */

import { describe, expect, test } from 'vitest'
import { concat, toHex, uint16, uint32 } from '../../src/octets.ts'
import { readSignature, saltOctets, writeSignature } from '../../src/packet/signature.ts'
import { subpacket, writeSubpackets } from '../../src/packet/subpacket.ts'
import { hashAlgorithm, subpacketType } from '../../src/registry.ts'
import { codeOf } from '../support/code-of.ts'

const time = subpacket({ type: subpacketType.signatureCreationTime, time: 7 })
const value = new Uint8Array(64).fill(5)

/** A version 6 signature by Ed25519, written out here. */
function body(hash: number, salt: Uint8Array, hashed = writeSubpackets([time])): Uint8Array {
  return concat(
    Uint8Array.of(6, 0, 27, hash),
    concat(uint32(hashed.length), hashed, uint32(0), Uint8Array.of(0xab, 0xcd)),
    concat(Uint8Array.of(salt.length), salt, value),
  )
}

describe('salts', () => {
  /** RFC 9580 §9.5, by hash algorithm ID. */
  const sizes = { 8: 16, 9: 24, 10: 32, 11: 16, 12: 16, 14: 32 } as const

  test('the table is the registry’s', () => {
    const all = Array.from({ length: 256 }, (_, hash) => [hash, saltOctets(hash)] as const)
    expect(Object.fromEntries(all.filter(([, size]) => size !== undefined))).toEqual(sizes)
  })

  test.each(Object.entries(sizes))('hash %s takes %i octets and no other count', (hash, size) => {
    const salt = new Uint8Array(size).fill(1)
    const signature = readSignature(body(Number(hash), salt))
    expect(signature).toMatchObject({ version: 6, salt, value: { kind: 'ed25519' } })
    for (const other of [0, size - 1, size + 1, 255]) {
      const wrong = body(Number(hash), new Uint8Array(other))
      expect(codeOf(() => readSignature(wrong))).toBe('malformed')
    }
  })

  test('a hash that has no salt size makes no version 6 signature', () => {
    for (const hash of [hashAlgorithm.MD5, hashAlgorithm['SHA-1'], 99]) {
      for (const octets of [0, 16]) {
        expect(codeOf(() => readSignature(body(hash, new Uint8Array(octets))))).toBe('malformed')
      }
    }
  })
})

describe('the areas', () => {
  test('are counted in four octets: more than version 4 could', () => {
    const long = subpacket({
      type: subpacketType.notationData,
      name: 'a@b.example',
      humanReadable: false,
      value: new Uint8Array(0xffff),
    })
    const hashed = writeSubpackets([time, long])
    const signature = readSignature(body(8, new Uint8Array(16), hashed))
    expect(signature.hashed).toHaveLength(2)
    expect(signature.signedPart.length).toBe(8 + hashed.length)
  })

  test('counted in two octets are malformed', () => {
    const hashed = writeSubpackets([time])
    const head = concat(Uint8Array.of(6, 0, 27, 8), uint16(hashed.length), hashed, uint16(0))
    const tail = concat(Uint8Array.of(0xab, 0xcd, 16), new Uint8Array(16), value)
    expect(codeOf(() => readSignature(concat(head, tail)))).toBe('malformed')
  })
})

test('a signature is written as it was read', () => {
  const octets = body(10, new Uint8Array(32).fill(3))
  const parts = { ...readSignature(octets), unhashedArea: new Uint8Array() }
  expect(toHex(writeSignature(parts))).toBe(toHex(octets))
})

test('cut short at any octet, or with one more, it is malformed', () => {
  const octets = body(8, new Uint8Array(16))
  for (let length = 1; length < octets.length; length += 1) {
    expect(
      codeOf(() => readSignature(octets.subarray(0, length))),
      `${length}`,
    ).toBe('malformed')
  }
  expect(codeOf(() => readSignature(concat(octets, Uint8Array.of(0))))).toBe('malformed')
})

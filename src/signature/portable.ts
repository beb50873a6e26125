/** Primitives that run anywhere: @noble/hashes, and RSA's public operation in BigInt. */

import { sha1 } from '@noble/hashes/legacy.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { toHex } from '../octets.ts'
import { curves } from './curves.ts'
import type { Hasher, Primitives } from './hasher.ts'

interface NobleHash {
  update(octets: Uint8Array): unknown
  clone(): NobleHash
  digest(): Uint8Array
}

function wrap(hash: NobleHash): Hasher {
  return {
    update: (octets) => void hash.update(octets),
    copy: () => wrap(hash.clone()),
    digest: () => hash.digest(),
  }
}

export function bigInt(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${toHex(octets)}`)
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (let rest = exponent, square = base % modulus; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/** Runs in every JavaScript that has BigInt; nothing secret passes through it. */
export const portable: Primitives = {
  ...curves,
  random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
  hasher(name) {
    switch (name) {
      case 'SHA-1':
        return wrap(sha1.create())
      case 'SHA-224':
        return wrap(sha224.create())
      case 'SHA-256':
        return wrap(sha256.create())
      case 'SHA-384':
        return wrap(sha384.create())
      case 'SHA-512':
        return wrap(sha512.create())
    }
  },
  rsaPublic(key, value) {
    const modulus = bigInt(key.n)
    const input = value.length > key.n.length ? modulus : bigInt(value)
    if (input >= modulus) return undefined
    const hex = power(input, bigInt(key.e), modulus)
      .toString(16)
      .padStart(2 * key.n.length, '0')
    return Uint8Array.from({ length: key.n.length }, (_, i) =>
      Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
    )
  },
}

/** Primitives that run anywhere: @noble/hashes, and RSA's public operation in BigInt. */

import { sha1 } from '@noble/hashes/legacy.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { curves } from './curves.ts'
import type { Hasher, Primitives, RevocationHash } from './hasher.ts'

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

/** A big-endian number. By words of 64 bits: by hexadecimal digits takes five times as long. */
export function bigInt(octets: Uint8Array): bigint {
  const words = new DataView(new ArrayBuffer(8 * Math.ceil(octets.length / 8)))
  new Uint8Array(words.buffer).set(octets, words.byteLength - octets.length)
  let number = 0n
  for (let at = 0; at < words.byteLength; at += 8) {
    number = (number << 64n) | words.getBigUint64(at)
  }
  return number
}

/** The number in so many octets, big-endian. */
function toOctets(number: bigint, length: number): Uint8Array {
  const words = new DataView(new ArrayBuffer(8 * Math.ceil(length / 8)))
  for (let at = words.byteLength, rest = number; at > 0; rest >>= 64n) {
    words.setBigUint64((at -= 8), BigInt.asUintN(64, rest))
  }
  return new Uint8Array(words.buffer, words.byteLength - length)
}

/** From the exponent's top bit down: that multiplies by the base itself, and squares no more often. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus
    if (bit === '1') result = (result * base) % modulus
  }
  return result
}

const hashes: Readonly<Record<RevocationHash, { create(): NobleHash }>> = {
  'SHA-1': sha1,
  'SHA-224': sha224,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
}

/** Runs in every JavaScript that has BigInt; nothing secret passes through it. */
export const portable: Primitives = {
  ...curves,
  random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
  hasher: (name) => wrap(hashes[name].create()),
  rsaPublic(key, value) {
    const modulus = bigInt(key.n)
    const input = value.length > key.n.length ? modulus : bigInt(value)
    if (input >= modulus) return undefined
    return toOctets(power(input, bigInt(key.e), modulus), key.n.length)
  },
}

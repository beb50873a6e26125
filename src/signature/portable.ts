/** Primitives that run anywhere: @noble/hashes, and RSA's public operation in BigInt. */

import { sha1 } from '@noble/hashes/legacy.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { OpenPGPError } from '../errors.ts'
import type { RsaKeyMaterial } from '../packet/key-material.ts'
import { curves } from './curves.ts'
import type { Hasher, Primitives, RevocationHash } from './hasher.ts'

/** A hash of @noble/hashes, running. */
export interface NobleHash {
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

/** A big-endian number. By words of 64 bits: by hexadecimal digits takes twice as long. */
export function bigInt({ buffer, byteOffset, length }: Uint8Array): bigint {
  const words = new DataView(buffer, byteOffset, length)
  let number = 0n
  let at = 0
  for (; at < length % 8; at++) number = (number << 8n) | BigInt(words.getUint8(at))
  for (; at < length; at += 8) number = (number << 64n) | words.getBigUint64(at)
  return number
}

/** The number in so many octets, big-endian; what is too large for them is cut off. */
function toOctets(number: bigint, length: number): Uint8Array {
  const words = new DataView(new ArrayBuffer(length + 7))
  // Of `rest` it takes the lowest 64 bits.
  for (let at = length - 1, rest = number; at >= 0; at -= 8, rest >>= 64n) {
    words.setBigUint64(at, rest)
  }
  return new Uint8Array(words.buffer, 7)
}

/** The key's public operation; undefined for what is no number below the modulus. */
type RaiseToKey = (value: Uint8Array) => Uint8Array | undefined

/**
 * Numbers that depend on the key alone, and what is done with them. Until its last step numbers are a
 * few moduli too large: two folds and a reciprocal take less time than a `%` for each product.
 */
function openRsa({ n, e }: RsaKeyMaterial): RaiseToKey {
  const modulus = bigInt(n)
  if (modulus === 0n) return () => undefined
  const exponent = bigInt(e).toString(2)
  // Of the modulus, in bits.
  const quarter = 2n * BigInt(n.length)
  // What stands above so many low bits counts as often as 2 to their number, modulo the modulus.
  const foldAt = (low: bigint): ((number: bigint) => bigint) => {
    const high = (1n << low) % modulus
    return (number) => (number >> low) * high + BigInt.asUintN(Number(low), number)
  }
  const first = foldAt(6n * quarter)
  const second = foldAt(5n * quarter)
  // 64 bits more than a folded number has leave no error that grows.
  const top = 4n * quarter - 64n
  const down = quarter + 128n
  const reciprocal = (1n << (top + down)) / modulus
  const reduce = (product: bigint): bigint => {
    const rest = second(first(product))
    return rest - (((rest >> top) * reciprocal) >> down) * modulus
  }
  // From the exponent's top bit down: that multiplies by the base itself, and squares no more often.
  return (value) => {
    const base = bigInt(value)
    if (value.length > n.length || base >= modulus) return undefined
    let result = 1n
    for (const bit of exponent) {
      result = reduce(result * result)
      if (bit === '1') result = reduce(result * base)
    }
    return toOctets(result % modulus, n.length)
  }
}

/** An imported one has it ready. */
type RsaKey = RsaKeyMaterial & { readonly raise?: RaiseToKey }

/** Hashes by their names, as @noble/hashes has them. */
export type NobleHashes = Readonly<Partial<Record<RevocationHash, { create(): NobleHash }>>>

/**
 * Primitives that run in every JavaScript that has BigInt, with these hashes and no others, for
 * programs that carry little: SHA-1 is for the fingerprints of version 4 keys. A hash that is not
 * among them is `unsupported`. Nothing secret passes through them.
 */
export function createPortable(hashes: NobleHashes): Primitives {
  return {
    ...curves,
    random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
    hasher(name) {
      const hash = hashes[name]
      if (!hash) throw new OpenPGPError('unsupported', `${name} is not in these primitives`)
      return wrap(hash.create())
    },
    importRsa: (key): RsaKey => ({ ...key, raise: openRsa(key) }),
    rsaPublic: (key: RsaKey, value) => (key.raise ?? openRsa(key))(value),
  }
}

/** The same with every hash that is signed or checked by. */
export const portable: Primitives = /* @__PURE__ */ createPortable({
  'SHA-1': sha1,
  'SHA-224': sha224,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
})

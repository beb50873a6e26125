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
  for (; at < length % 8; at += 1) number = (number << 8n) | BigInt(words.getUint8(at))
  for (; at < length; at += 8) number = (number << 64n) | words.getBigUint64(at)
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

/** An RSA key as numbers. */
interface RsaNumbers {
  readonly modulus: bigint
  /** In binary digits. */
  readonly exponent: string
  /** Three quarters of the bits of a product, and 2 to that power, modulo the modulus. */
  readonly low: number
  readonly high: bigint
}

/** Undefined for no modulus. */
function readNumbers({ n, e }: RsaKeyMaterial): RsaNumbers | undefined {
  const modulus = bigInt(n)
  if (modulus === 0n) return undefined
  const low = 12 * n.length
  return { modulus, exponent: bigInt(e).toString(2), low, high: (1n << BigInt(low)) % modulus }
}

type ImportedRsaKey = RsaKeyMaterial & { readonly numbers: RsaNumbers | undefined }

function numbersOf(key: RsaKeyMaterial | ImportedRsaKey): RsaNumbers | undefined {
  return 'numbers' in key ? key.numbers : readNumbers(key)
}

/** From the exponent's top bit down: that multiplies by the base itself, and squares no more often. */
function power(base: bigint, { modulus, exponent, low, high }: RsaNumbers): bigint {
  const shift = BigInt(low)
  // The highest quarter is folded in before: a shorter `%` and a multiplication take less time.
  const reduce = (product: bigint): bigint =>
    ((product >> shift) * high + BigInt.asUintN(low, product)) % modulus
  let result = 1n
  for (const bit of exponent) {
    result = reduce(result * result)
    if (bit === '1') result = reduce(result * base)
  }
  return result
}

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
    importRsa: (key): ImportedRsaKey => ({ ...key, numbers: readNumbers(key) }),
    rsaPublic(key, value) {
      const numbers = numbersOf(key)
      if (!numbers || value.length > key.n.length) return undefined
      const input = bigInt(value)
      if (input >= numbers.modulus) return undefined
      return toOctets(power(input, numbers), key.n.length)
    },
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

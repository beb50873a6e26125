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
  /** A product is folded at these bits, one after the other, before it is divided. */
  readonly folds: readonly Fold[]
  readonly reciprocal: Reciprocal
}

/** What stands above so many low bits counts as often as 2 to their number, modulo the modulus. */
interface Fold {
  readonly low: number
  readonly shift: bigint
  readonly high: bigint
}

/** The top of a number, times `scaled`, `down` so many bits, is its quotient or one less. */
interface Reciprocal {
  readonly top: bigint
  readonly scaled: bigint
  readonly down: bigint
}

/** Undefined for no modulus. */
function readNumbers({ n, e }: RsaKeyMaterial): RsaNumbers | undefined {
  const modulus = bigInt(n)
  if (modulus === 0n) return undefined
  const bits = 8 * n.length
  const folds = [1.5 * bits, 1.25 * bits].map((low) => {
    const shift = BigInt(low)
    return { low, shift, high: (1n << shift) % modulus }
  })
  // 64 bits more than a folded number has leave no error that grows.
  const scaled = (1n << BigInt(1.25 * bits + 64)) / modulus
  const reciprocal = { top: BigInt(bits - 64), scaled, down: BigInt(bits / 4 + 128) }
  return { modulus, exponent: bigInt(e).toString(2), folds, reciprocal }
}

type ImportedRsaKey = RsaKeyMaterial & { readonly numbers: RsaNumbers | undefined }

function numbersOf(key: RsaKeyMaterial | ImportedRsaKey): RsaNumbers | undefined {
  return 'numbers' in key ? key.numbers : readNumbers(key)
}

/**
 * From the exponent's top bit down: that multiplies by the base itself, and squares no more often.
 * Until the last step numbers are a few moduli too large: multiplications take less time than `%`.
 */
function power(base: bigint, numbers: RsaNumbers): bigint {
  const { modulus, exponent, folds, reciprocal } = numbers
  const { top, scaled, down } = reciprocal
  const reduce = (product: bigint): bigint => {
    let rest = product
    for (const { low, shift, high } of folds) {
      rest = (rest >> shift) * high + BigInt.asUintN(low, rest)
    }
    return rest - (((rest >> top) * scaled) >> down) * modulus
  }
  let result = 1n
  for (const bit of exponent) {
    result = reduce(result * result)
    if (bit === '1') result = reduce(result * base)
  }
  return result % modulus
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

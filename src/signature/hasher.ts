/** Hashing, and what else the engine needs from where it runs. */

import type {
  EcdsaKeyMaterial,
  Ed25519KeyMaterial,
  KeyMaterial,
  OpaqueKeyMaterial,
  RsaKeyMaterial,
} from '../packet/key-material.ts'
import { coordinateOctets } from '../packet/key-material.ts'
import type { FingerprintHash } from '../packet/public-key.ts'
import { hashAlgorithm } from '../registry.ts'

/** The hashes that Longhand signs with. */
export type DigestName = 'SHA-256' | 'SHA-384' | 'SHA-512'

/** The hashes whose signatures it checks; SHA-224 is not signed with, RFC 9580 §9.5. */
export type CheckedHash = DigestName | 'SHA-224'

/** The hashes of revocations that are checked: nobody gains by a collision here but to revoke. */
export type RevocationHash = CheckedHash | 'SHA-1'

/** A finished digest whose signature is checked; no signer is ever asked to sign one of SHA-1. */
export interface CheckedDigest {
  readonly algorithm: RevocationHash
  readonly octets: Uint8Array
}

/** A running hash. `digest` ends it. */
export interface Hasher {
  update(octets: Uint8Array): void
  /** An independent hash that has seen the same octets. */
  copy(): Hasher
  digest(): Uint8Array
}

/** What the engine needs from where it runs; `portable` runs anywhere, `longhand/node` is faster. */
export interface Primitives {
  /** SHA-1 serves version 4 fingerprints (RFC 9580 §5.5.4.2) and old revocations only. */
  hasher(name: RevocationHash): Hasher
  /** The RSA public operation, value^e mod n, as long as n; undefined when value >= n or longer. */
  rsaPublic(key: RsaKeyMaterial, value: Uint8Array): Uint8Array | undefined
  /** The same key made ready for more than one call of `rsaPublic`, where that makes them faster. */
  importRsa?(key: RsaKeyMaterial): RsaKeyMaterial
  /** ECDSA over a ready digest (FIPS 186-5 §6.4.2); r and s as wide as a coordinate each. */
  verifyEcdsa(key: EcdsaKeyMaterial, digest: Uint8Array, rs: Uint8Array): Promise<boolean>
  /** Ed25519 over a message (RFC 8032 §5.1.7), which in OpenPGP is the digest; S is below L. */
  verifyEd25519(key: Ed25519KeyMaterial, message: Uint8Array, rs: Uint8Array): Promise<boolean>
  /** Octets that nobody can guess, for the salts of version 6 signatures. */
  random(octets: number): Uint8Array
}

/** Digest length in octets, by name. */
export const digestOctets: Readonly<Record<DigestName, number>> = {
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
}

/**
 * Least octets of a digest that a key may sign; signatures over shorter ones are refused. RFC 9580
 * §5.2.3.2 (the width of the curve, P-521 excepted), §5.2.3.3 and §5.2.3.4.
 */
export function leastDigestOctets(material: KeyMaterial | OpaqueKeyMaterial): number {
  switch (material.kind) {
    case 'ecdsa':
      return Math.min(coordinateOctets[material.curve], 64)
    case 'ed25519':
      return 32
    case 'rsa':
    case 'opaque':
      return 0
  }
}

/**
 * What a key signs by when nothing is said: SHA-256, or the shortest that its curve allows; SHA-512
 * with Ed25519, which hashes by it itself.
 */
export function defaultHash(material: KeyMaterial | OpaqueKeyMaterial): DigestName {
  if (material.kind === 'ed25519') return 'SHA-512'
  const names: readonly DigestName[] = ['SHA-256', 'SHA-384', 'SHA-512']
  return names.find((name) => digestOctets[name] >= leastDigestOctets(material)) ?? 'SHA-512'
}

/** The name of a hash whose signatures are checked; undefined for any other number. */
export function checkedHash(algorithm: number): CheckedHash | undefined {
  const names: readonly CheckedHash[] = ['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']
  return names.find((name) => hashAlgorithm[name] === algorithm)
}

/** The same for a revocation: those that are found are old, and many are by SHA-1. */
export function revocationHash(algorithm: number): RevocationHash | undefined {
  return algorithm === hashAlgorithm['SHA-1'] ? 'SHA-1' : checkedHash(algorithm)
}

/** The hashes of fingerprints, by these primitives. */
export function fingerprintHash(primitives: Primitives): FingerprintHash {
  return (name, octets) => {
    const hasher = primitives.hasher(name)
    hasher.update(octets)
    return hasher.digest()
  }
}

/** Hashing, and what else the engine needs from where it runs. */

import type { RsaKeyMaterial } from '../packet/key-material.ts'
import { hashAlgorithm } from '../registry.ts'

/** The hashes that Longhand signs and verifies with. */
export type DigestName = 'SHA-256' | 'SHA-384' | 'SHA-512'

/** A running hash. `digest` ends it. */
export interface Hasher {
  update(octets: Uint8Array): void
  /** An independent hash that has seen the same octets. */
  copy(): Hasher
  digest(): Uint8Array
}

/** What the engine needs from where it runs; `portable` runs anywhere, `longhand/node` is faster. */
export interface Primitives {
  /** SHA-1 serves version 4 fingerprints only, RFC 9580 §5.5.4.2. */
  hasher(name: DigestName | 'SHA-1'): Hasher
  /** The RSA public operation, value^e mod n, as long as n; undefined when value >= n or longer. */
  rsaPublic(key: RsaKeyMaterial, value: Uint8Array): Uint8Array | undefined
}

/** Digest length in octets, by name. */
export const digestOctets: Readonly<Record<DigestName, number>> = {
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
}

/** The name of a hash that Longhand signs and verifies with; undefined for any other number. */
export function digestName(algorithm: number): DigestName | undefined {
  return (Object.keys(digestOctets) as DigestName[]).find(
    (name) => hashAlgorithm[name] === algorithm,
  )
}

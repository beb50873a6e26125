/** What every signer asks of a digest before it lets anything leave. */

import { OpenPGPError } from '../errors.ts'
import type { Digest } from '../signature/signer.ts'

/** Digest length in octets, FIPS 180-4. */
const octets: Readonly<Record<Digest['algorithm'], number>> = {
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
}

/** Refuses, with code `usage`, a digest that is not as long as its algorithm makes them. */
export function requireDigest(digest: Digest, id: string): void {
  const expected = Object.hasOwn(octets, digest.algorithm) ? octets[digest.algorithm] : undefined
  if (expected === undefined) {
    throw new OpenPGPError('usage', `${id} signs SHA-256, SHA-384 and SHA-512 digests only`)
  }
  if (digest.octets.length !== expected) {
    const found = digest.octets.length
    throw new OpenPGPError(
      'usage',
      `${id}: a ${digest.algorithm} digest has ${expected} octets, this one has ${found}`,
    )
  }
}

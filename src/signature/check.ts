/** Whether a signature value is the key's over a digest, RFC 9580 §5.2.3.1. */

import { equal } from '../octets.ts'
import type { RsaKeyMaterial } from '../packet/key-material.ts'
import type { PublicKey } from '../packet/public-key.ts'
import type { SignatureValue } from '../packet/signature.ts'
import { publicKeyAlgorithm } from '../registry.ts'
import { bitLength } from '../wire/mpi.ts'
import { digestInfo } from './digest-info.ts'
import type { Primitives } from './hasher.ts'
import type { Digest } from './signer.ts'

/**
 * Checks the number alone: not who owns the key, not times, not what the digest covers. A promise,
 * because other algorithms than RSA are loaded when a key of theirs is met.
 */
export async function checkValue(
  key: PublicKey,
  digest: Digest,
  value: SignatureValue,
  primitives: Primitives,
): Promise<boolean> {
  if (key.material.kind !== 'rsa' || value.kind !== 'rsa') return false
  if (key.algorithm === publicKeyAlgorithm.rsaEncryptOnly) return false // RFC 9580 §9.1
  return checkRsa(key.material, digest, value.s, primitives)
}

/** RFC 8017 §8.2.2: the whole expected block is built and compared; nothing is parsed. */
function checkRsa(
  key: RsaKeyMaterial,
  digest: Digest,
  s: Uint8Array,
  primitives: Primitives,
): boolean {
  const expected = emsaPkcs1(digest, key.n.length)
  // An exponent of 1 signs nothing, and a huge one costs the verifier's time.
  if (!expected || bitLength(key.e) < 2 || bitLength(key.e) > 64) return false
  const block = primitives.rsaPublic(key, s)
  return block !== undefined && equal(block, expected)
}

/** EMSA-PKCS1-v1_5, RFC 8017 §9.2; undefined when the key is too short to hold it. */
function emsaPkcs1(digest: Digest, octets: number): Uint8Array | undefined {
  const info = digestInfo(digest)
  const padding = octets - info.length - 3
  if (padding < 8) return undefined
  const block = new Uint8Array(octets).fill(0xff)
  block.set([0x00, 0x01])
  block[2 + padding] = 0x00
  block.set(info, 3 + padding)
  return block
}

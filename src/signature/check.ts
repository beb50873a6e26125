/** Whether a signature value is the key's over a digest, RFC 9580 §5.2.3.1 to §5.2.3.4. */

import { concat, equal } from '../octets.ts'
import { coordinateOctets } from '../packet/key-material.ts'
import type {
  EcdsaKeyMaterial,
  Ed25519KeyMaterial,
  RsaKeyMaterial,
} from '../packet/key-material.ts'
import type { PublicKey } from '../packet/public-key.ts'
import { padTo } from '../packet/signature-value.ts'
import type { SignatureValue } from '../packet/signature-value.ts'
import * as publicKeyAlgorithm from '../registry/public-key-algorithm.ts'
import { bitLength } from '../wire/mpi.ts'
import { digestInfo } from './digest-info.ts'
import { isSmallOrOdd } from './edwards-point.ts'
import { leastDigestOctets } from './hasher.ts'
import type { CheckedDigest, Primitives } from './hasher.ts'

/**
 * Checks the number alone: not who owns the key, not times, not what the digest covers. A promise,
 * because other algorithms than RSA are loaded when a key of theirs is met.
 */
export async function checkValue(
  key: PublicKey,
  digest: CheckedDigest,
  value: SignatureValue,
  primitives: Primitives,
): Promise<boolean> {
  const { material } = key
  if (key.algorithm === publicKeyAlgorithm.rsaEncryptOnly) return false // RFC 9580 §9.1
  if (digest.octets.length < leastDigestOctets(material)) return false
  switch (material.kind) {
    case 'rsa':
      return value.kind === 'rsa' && checkRsa(material, digest, value.s, primitives)
    case 'ecdsa':
      return value.kind === 'ecdsa' && checkEcdsa(material, digest, value, primitives)
    case 'ed25519':
      // RFC 9580 §5.2.3.4: the digest is the message.
      return value.kind === 'ed25519' && checkEd25519(material, digest, value.octets, primitives)
    case 'opaque':
      return false
  }
}

/** RFC 8017 §8.2.2: the whole expected block is built and compared; nothing is parsed. */
function checkRsa(
  key: RsaKeyMaterial,
  digest: CheckedDigest,
  s: Uint8Array,
  primitives: Primitives,
): boolean {
  const expected = emsaPkcs1(digest, key.n.length)
  // An exponent of 1 signs nothing, and a huge one costs the verifier's time.
  if (!expected || bitLength(key.e) < 2 || bitLength(key.e) > 64) return false
  const block = primitives.rsaPublic(key, s)
  return block !== undefined && equal(block, expected)
}

/** RFC 9580 §5.2.3.2; r and s lie between 1 and n - 1, which the curve's code checks. */
async function checkEcdsa(
  key: EcdsaKeyMaterial,
  digest: CheckedDigest,
  { r, s }: { readonly r: Uint8Array; readonly s: Uint8Array },
  primitives: Primitives,
): Promise<boolean> {
  const octets = coordinateOctets[key.curve]
  if (r.length > octets || s.length > octets) return false
  return primitives.verifyEcdsa(key, digest.octets, concat(padTo(octets, r), padTo(octets, s)))
}

/**
 * A point of small order fits every message, as a key or as R, and not every runtime minds; neither
 * do all of them mind a point's other spellings. RFC 8032 §5.1.3 and §5.1.7.
 */
async function checkEd25519(
  key: Ed25519KeyMaterial,
  digest: CheckedDigest,
  rs: Uint8Array,
  primitives: Primitives,
): Promise<boolean> {
  if (isSmallOrOdd(key.point) || isSmallOrOdd(rs.subarray(0, 32))) return false
  return primitives.verifyEd25519(key, digest.octets, rs)
}

/** EMSA-PKCS1-v1_5, RFC 8017 §9.2; undefined when the key is too short to hold it. */
function emsaPkcs1(digest: CheckedDigest, octets: number): Uint8Array | undefined {
  const info = digestInfo(digest)
  if (octets < info.length + 11) return undefined
  // 0x00 0x01, at least eight octets of 0xff, 0x00, and the DigestInfo.
  const block = new Uint8Array(octets).fill(0xff)
  const end = octets - info.length
  block.set([0x00, 0x01])
  block.set([0x00], end - 1)
  block.set(info, end)
  return block
}

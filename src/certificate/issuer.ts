/** Who made a signature: what it says, and what its number shows. */

import type { PublicKey } from '../packet/public-key.ts'
import { issuerHints } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import { checkValue } from '../signature/check.ts'
import { checkedHash } from '../signature/hasher.ts'
import type { Hasher, Primitives, RevocationHash } from '../signature/hasher.ts'
import { digestWithTrailer } from '../signature/preimage.ts'

/** Whether the issuer hints, if there are any, name this key. */
export function mayBeBy(key: PublicKey, signature: Signature): boolean {
  const { fingerprints, keyIds } = issuerHints(signature)
  if (fingerprints.length + keyIds.length === 0) return true
  return fingerprints.includes(key.fingerprint) || keyIds.includes(key.keyId)
}

/**
 * Whether the key made the signature over what a hash has seen, which is asked for only where key and
 * signature fit, and is ended. Nobody made one by a hash that `hashName` does not name: SHA-1 unless
 * it is `revocationHash`.
 */
export async function isMadeBy(
  key: PublicKey,
  signature: Signature,
  over: () => Hasher,
  primitives: Primitives,
  hashName: (algorithm: number) => RevocationHash | undefined = checkedHash,
): Promise<boolean> {
  // RFC 9580 §5.2.3.35: the version of a signature is bound to its key's.
  if (signature.version !== key.version) return false
  const algorithm = hashName(signature.hashAlgorithm)
  // RFC 9580 §9.1: the algorithm says what a key is for; a key for encryption signs nothing.
  if (!algorithm || signature.publicKeyAlgorithm !== key.algorithm) return false
  if (signature.value.kind !== key.material.kind) return false
  const octets = digestWithTrailer(over(), signature.signedPart)
  return checkValue(key, { algorithm, octets }, signature.value, primitives)
}

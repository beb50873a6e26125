/** What each type of signature hashes, octet for octet: RFC 9580 §5.2.4. */

import { concat, uint32 } from '../octets.ts'
import { keyPreimage } from '../packet/public-key.ts'
import type { KeyVersion, PublicKey } from '../packet/public-key.ts'
import type { UserId } from '../packet/user-id.ts'
import type { Hasher } from './hasher.ts'

/** What a signature in a certificate is about. Documents are hashed by document.ts. */
export type Target =
  /** Types 0x1F and 0x20. */
  | { readonly kind: 'key'; readonly primary: PublicKey }
  /** Types 0x18, 0x19 and 0x28. */
  | { readonly kind: 'subkey'; readonly primary: PublicKey; readonly subkey: PublicKey }
  /** Types 0x10 to 0x13 and 0x30. */
  | { readonly kind: 'user-id'; readonly primary: PublicKey; readonly userId: UserId }

/** Hashes what a signature of this version is about, before its own trailer. */
export function hashTarget(hasher: Hasher, target: Target, version: KeyVersion): void {
  hasher.update(keyPreimage(target.primary.body, version))
  switch (target.kind) {
    case 'key':
      break
    case 'subkey':
      hasher.update(keyPreimage(target.subkey.body, version))
      break
    case 'user-id':
      hasher.update(concat(Uint8Array.of(0xb4), uint32(target.userId.body.length)))
      hasher.update(target.userId.body)
      break
  }
}

/** Hashes a signature's own part, its version again and the count of its octets; ends the hash. */
export function digestWithTrailer(hasher: Hasher, signedPart: Uint8Array): Uint8Array {
  hasher.update(signedPart)
  hasher.update(concat(signedPart.subarray(0, 1), Uint8Array.of(0xff), uint32(signedPart.length)))
  return hasher.digest()
}

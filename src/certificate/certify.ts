/** One signature over a part of a certificate: one call of a signer. RFC 9580 §5.2.1. */

import type { PublicKey } from '../packet/public-key.ts'
import { signaturePacket } from '../packet/signature.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import { digestTarget, draftSignature, signDraft } from '../signature/draft.ts'
import { defaultHash } from '../signature/hasher.ts'
import type { DigestName, Primitives } from '../signature/hasher.ts'
import type { Target } from '../signature/preimage.ts'
import type { CallOptions, RemoteSigner } from '../signature/signer.ts'

export interface Certification {
  readonly type: number
  readonly target: Target
  readonly hashed: readonly RawSubpacket[]
}

/** Who certifies, and when. */
export interface Certifier extends CallOptions {
  readonly key: PublicKey
  readonly signer: RemoteSigner
  /** Whole seconds since 1970. */
  readonly created: number
  /** By default SHA-256, or what the key's curve asks for: see `defaultHash`. */
  readonly hash?: DigestName | undefined
  readonly primitives: Primitives
}

/** A framed Signature packet, checked under the key. */
export async function certifyTarget(
  { type, target, hashed }: Certification,
  certifier: Certifier,
): Promise<Uint8Array> {
  const { key, signer, created, primitives, hash = defaultHash(key.material) } = certifier
  const random = (octets: number): Uint8Array => primitives.random(octets)
  const draft = draftSignature({ type, hash, key, created, random, hashed })
  const digest = digestTarget(draft, target, primitives)
  return signaturePacket(await signDraft(draft, digest, signer, certifier))
}

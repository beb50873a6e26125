/** Signing by a key alone, for programs that carry little: no certificate is read, none is judged. */

import { signaturePacket } from '../packet/signature.ts'
import { createPublicKey } from '../packet/public-key.ts'
import type { NewKey } from '../packet/public-key.ts'
import * as signatureType from '../registry/signature-type.ts'
import { hashDocument } from '../signature/document.ts'
import type { Data } from '../signature/document.ts'
import { digestDraft, documentForm, draftSignature, signDraft } from '../signature/draft.ts'
import { defaultHash, fingerprintHash } from '../signature/hasher.ts'
import type { DigestName, Primitives } from '../signature/hasher.ts'
import type { CallOptions, RemoteSigner } from '../signature/signer.ts'
import { encodeArmor } from '../wire/armor.ts'

/** A key as its certificate states it: material, creation time and version make the fingerprint. */
export interface BareKey extends NewKey {
  readonly signer: RemoteSigner
}

export interface SignBareOptions extends CallOptions {
  /** The time that the signature states, in whole seconds since 1970. */
  readonly created: number
  /** By default SHA-256, or what the key's curve asks for: see `defaultHash`. */
  readonly hash?: DigestName
  /** Type 0x01: the signature holds whatever the line endings are. */
  readonly text?: boolean
  readonly primitives: Primitives
}

/**
 * A detached signature, armored, RFC 9580 §10.4: the octets that `signDetached` makes. The answer is
 * checked under the key; not checked is what the certificate says, so that a key that is expired or
 * revoked signs as well: a program knows its certificate, or uses `signDetached`.
 *
 * Errors: `signer-answer`, `usage`, `time-invalid`, and what the signer throws.
 *
 * @example
 * import { createPortable, signBare } from 'longhand'
 * import type { BareKey } from 'longhand'
 * import { sha1 } from '@noble/hashes/legacy.js'
 * import { sha256 } from '@noble/hashes/sha2.js'
 *
 * // SHA-1 makes the fingerprint of a version 4 key, and nothing else.
 * const primitives = createPortable({ 'SHA-1': sha1, 'SHA-256': sha256 })
 *
 * export function sign(file: Uint8Array, key: BareKey) {
 *   return signBare(file, key, { created: Math.floor(Date.now() / 1000), primitives })
 * }
 */
export async function signBare(
  data: Data,
  { signer, ...stated }: BareKey,
  options: SignBareOptions,
): Promise<string> {
  const { primitives, created, hash, text, signal } = options
  const key = createPublicKey(stated, fingerprintHash(primitives))
  const draft = draftSignature({
    type: text ? signatureType.text : signatureType.binary,
    hash: hash ?? defaultHash(key.material),
    key,
    created,
    random: (octets) => primitives.random(octets),
  })
  const form = documentForm(draft)
  const hashed = await hashDocument(data, [form], primitives, signal)
  const signature = await signDraft(draft, digestDraft(draft, hashed(form)), signer, options)
  return encodeArmor('SIGNATURE', signaturePacket(signature))
}

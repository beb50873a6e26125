/** Signatures over documents before one is read: which keys sign, and what they will say. */

import type { Certificate } from '../certificate/certificate.ts'
import { OpenPGPError } from '../errors.ts'
import { sameKeyMaterial } from '../packet/key-material.ts'
import type { PublicKey } from '../packet/public-key.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import type { Policy } from '../policy/policy.ts'
import { standardPolicy } from '../policy/standard.ts'
import * as signatureType from '../registry/signature-type.ts'
import { draftSignature } from '../signature/draft.ts'
import type { SignatureDraft } from '../signature/draft.ts'
import { defaultHash } from '../signature/hasher.ts'
import type { DigestName, Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import type { CallOptions, Digest, RemoteSigner } from '../signature/signer.ts'
import { toSeconds } from '../signature/time.ts'
import { signingComponent } from './component.ts'

/** A certificate, and where its secret is. */
export interface SigningKey {
  readonly certificate: Certificate
  readonly signer: RemoteSigner
  /** Fingerprint of the key to sign with; of several that may, the one that the signer holds. */
  readonly component?: string
}

export interface SignOptions extends CallOptions {
  /** By default SHA-256, or what the key's curve asks for: see `defaultHash`. */
  readonly hash?: DigestName | undefined
  /** Type 0x01: the signature holds whatever the line endings are. */
  readonly text?: boolean
  /** Further hashed subpackets of every signature, such as notations. */
  readonly subpackets?: readonly RawSubpacket[]
  /** The time that the signature states; `at` unless said otherwise. */
  readonly created?: Date
  /** Now. The certificate must be usable now, whatever `created` says. */
  readonly at?: Date
  /**
   * The signer's public key must be the certificate's, else `key-mismatch`; it takes one more call.
   * With `late` it is asked for only when an answer is not the signature, to say why.
   */
  readonly verifyKey?: boolean | 'late'
  /** Called for each signature when its answer has been checked; what it throws ends the run. */
  readonly onSigned?: (made: SigningRecord) => void
  readonly policy?: Policy
  readonly primitives?: Primitives
}

/** What a key was asked to sign, for whoever keeps a log of it. */
export interface SigningRecord {
  /** Fingerprint of the key that signed, upper case hexadecimal. */
  readonly fingerprint: string
  /** The signer's id. */
  readonly signer: string
  readonly digest: Digest
  /** What the service's own log calls the request, where it said so. */
  readonly requestId: string | undefined
}

/** What a key will sign, and where it is asked to. */
export interface KeyedDraft {
  readonly draft: SignatureDraft
  readonly signer: RemoteSigner
}

/** The drafts of signatures over one document, before it is read. */
export async function draftDocuments(
  keys: SigningKey | readonly SigningKey[],
  options: SignOptions,
): Promise<KeyedDraft[]> {
  const signing: readonly SigningKey[] = 'certificate' in keys ? [keys] : keys
  if (signing.length === 0) throw new OpenPGPError('usage', 'there is no key to sign with')
  const drafts: KeyedDraft[] = []
  for (const key of signing) {
    const draft = await draftDocument(key, options)
    const { fingerprint } = draft.key
    if (drafts.some((other) => other.draft.key.fingerprint === fingerprint)) {
      throw new OpenPGPError('usage', `key ${fingerprint} would sign twice`, {
        hint: 'one signature by it serves every certificate that it is in: give it once',
      })
    }
    if (options.verifyKey === true) await requireSameKey(key.signer, draft.key, options)
    drafts.push({ draft, signer: key.signer })
  }
  return drafts
}

/** The draft of a signature over a document, by the key that `signingComponent` chooses. */
export async function draftDocument(
  { certificate, component, signer }: Omit<SigningKey, 'signer'> & Partial<SigningKey>,
  options: SignOptions,
): Promise<SignatureDraft> {
  const { at = new Date(), policy = standardPolicy(), primitives = portable } = options
  const created = options.created ?? at
  const key = await signingComponent(certificate, {
    ...{ at, created, component, policy, primitives },
    ...(signer ? { held: () => signer.publicKey(options) } : {}),
  })
  return draftSignature({
    type: options.text ? signatureType.text : signatureType.binary,
    hash: options.hash ?? defaultHash(key.material),
    key,
    created: toSeconds(created),
    ...(options.subpackets && { hashed: options.subpackets }),
    random: (octets) => primitives.random(octets),
  })
}

/** The signer's public key is the certificate's, else `key-mismatch`. */
export async function requireSameKey(
  signer: RemoteSigner,
  { material, fingerprint }: PublicKey,
  options: CallOptions,
): Promise<void> {
  const held = await signer.publicKey(options)
  if (material.kind !== 'opaque' && sameKeyMaterial(held, material)) return
  throw new OpenPGPError('key-mismatch', `${signer.id} is not the key of ${fingerprint}`, {
    hint: 'give the certificate that was minted for this key, or the key that it was minted for',
  })
}

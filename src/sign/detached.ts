/** Detached signatures: one hash pass over the data, one remote call for each key. */

import { isOpenPGPError } from '../errors.ts'
import { concat } from '../octets.ts'
import type { PublicKey } from '../packet/public-key.ts'
import { readSignature, signaturePacket } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import { hashDocument } from '../signature/document.ts'
import type { Data, HashedDocument } from '../signature/document.ts'
import { digestDraft, documentForm, resalt, signDraft } from '../signature/draft.ts'
import type { SignatureDraft } from '../signature/draft.ts'
import type { Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import type { Digest, RemoteSigner } from '../signature/signer.ts'
import { encodeArmor } from '../wire/armor.ts'
import { draftDocuments, requireSameKey } from './drafts.ts'
import type { KeyedDraft, SigningKey, SignOptions } from './drafts.ts'

export type { SigningKey, SigningRecord, SignOptions } from './drafts.ts'

export interface DetachedSignature {
  /** One for each key, in the order of the keys. */
  readonly signatures: readonly Signature[]
  /** The Signature packets. */
  readonly binary: Uint8Array
  /** The same packets in one armored block. */
  readonly armored: string
}

/**
 * Signs data with one key or several, RFC 9580 §10.4. The data is read once and never held whole;
 * each signer is called once, and its answer is checked before anything is returned. Throws what
 * `signingComponent` and the signers throw, `usage` for a key that is given twice, though by two
 * certificates, and `signer-answer`.
 *
 * @example
 * import { parseCertificates, signDetached } from 'longhand'
 * import type { RemoteSigner } from 'longhand'
 *
 * export async function sign(file: Uint8Array, cert: Uint8Array, signer: RemoteSigner) {
 *   const [certificate] = parseCertificates(cert)
 *   return (await signDetached(file, { certificate: certificate!, signer })).armored
 * }
 */
export async function signDetached(
  data: Data,
  keys: SigningKey | readonly SigningKey[],
  options: SignOptions = {},
): Promise<DetachedSignature> {
  return detachedOf(await signDocument(data, keys, options))
}

/** What differs from one document to the next. */
export type NextOptions = Pick<SignOptions, 'signal' | 'onSigned'>

/** Signs one document more, as `signDetached` does. */
export type SignNext = (data: Data, next?: NextOptions) => Promise<DetachedSignature>

/**
 * Opens keys that sign many documents: certificates are judged, keys compared where `verifyKey` is
 * true, and times fixed, here and once. Throws what `signDetached` throws before it reads the data.
 *
 * @example
 * import { openDetached } from 'longhand'
 * import type { SigningKey } from 'longhand'
 *
 * export async function* signAll(files: Iterable<Uint8Array>, key: SigningKey) {
 *   const signNext = await openDetached(key)
 *   for (const file of files) yield (await signNext(file)).armored
 * }
 */
export async function openDetached(
  keys: SigningKey | readonly SigningKey[],
  options: SignOptions = {},
): Promise<SignNext> {
  const { primitives = portable } = options
  const opened = await draftDocuments(keys, options)
  return async (data, next = {}) => {
    const drafts = opened.map((each) => ({ ...each, draft: resalt(each.draft, primitives) }))
    return detachedOf(await signDrafts(data, drafts, { ...options, ...next }))
  }
}

/** Frames signatures over one document, in their order. */
export function detachedOf(
  signed: readonly Pick<SignedDocument, 'signature'>[],
): DetachedSignature {
  const signatures = signed.map(({ signature }) => signature)
  const binary = concat(...signatures.map(signaturePacket))
  return { signatures, binary, armored: encodeArmor('SIGNATURE', binary) }
}

/** A signature over a document and the key that it is by. */
export interface SignedDocument {
  readonly key: PublicKey
  readonly signature: Signature
}

/** One signature for each key, whatever they are framed in: one pass, one remote call for each. */
export async function signDocument(
  data: Data,
  keys: SigningKey | readonly SigningKey[],
  options: SignOptions,
): Promise<SignedDocument[]> {
  return signDrafts(data, await draftDocuments(keys, options), options)
}

async function signDrafts(
  data: Data,
  drafts: readonly KeyedDraft[],
  options: SignOptions,
): Promise<SignedDocument[]> {
  const { primitives = portable } = options
  const forms = drafts.map(({ draft }) => documentForm(draft))
  return signHashed(drafts, await hashDocument(data, forms, primitives, options.signal), options)
}

/** Signs each draft over the document that was hashed. */
export async function signHashed(
  drafts: readonly KeyedDraft[],
  hashed: HashedDocument,
  options: SignOptions,
): Promise<SignedDocument[]> {
  const { primitives = portable } = options
  const signed: SignedDocument[] = []
  for (const { draft, signer } of drafts) {
    const digest = digestDraft(draft, hashed(documentForm(draft)))
    const signature = await signWith(signer, draft, digest, { ...options, primitives })
    signed.push({ key: draft.key, signature })
  }
  return signed
}

async function signWith(
  signer: RemoteSigner,
  draft: SignatureDraft,
  digest: Digest,
  options: SignOptions & { readonly primitives: Primitives },
): Promise<Signature> {
  try {
    let requestId: string | undefined
    const onRequestId = (id: string): void => void (requestId = id)
    const { body } = await signDraft(draft, digest, signer, { ...options, onRequestId })
    options.onSigned?.({ fingerprint: draft.key.fingerprint, signer: signer.id, digest, requestId })
    return readSignature(body)
  } catch (error) {
    if (options.verifyKey === 'late' && isOpenPGPError(error, 'signer-answer')) {
      await requireSameKey(signer, draft.key, options)
    }
    throw error
  }
}

/** One more signature for a file that has some: those that are there are verified first. */

import { OpenPGPError, isOpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { detachedOf, signHashed } from '../sign/detached.ts'
import { draftDocuments } from '../sign/drafts.ts'
import type {
  DetachedSignature,
  SignedDocument,
  SignOptions,
  SigningKey,
} from '../sign/detached.ts'
import { hashDocument } from '../signature/document.ts'
import type { Data } from '../signature/document.ts'
import { documentForm } from '../signature/draft.ts'
import { readSignatureFile } from '../verify/detached.ts'
import { formsOf, judgeHashed } from '../verify/document.ts'
import type { ReadSignature } from '../verify/document.ts'
import type { Keyring } from '../verify/keyring.ts'
import type { SignatureVerdict } from '../verify/verdict.ts'

export interface AppendOptions extends Omit<SignOptions, 'primitives'> {
  /** Now. */
  readonly at: Date
  /** The certificates of the signatures that are there; it brings the primitives. */
  readonly keyring: Keyring
  /** What the file is, for messages. */
  readonly what?: string
}

export interface AppendedSignature extends DetachedSignature {
  /** Those that are new, in the order of the keys. */
  readonly added: readonly SignedDocument[]
}

/**
 * Adds signatures to a detached signature file, RFC 9580 §10.4: behind those that are there, whose
 * packets keep their bodies. The data is read once. Every signature that is there must be good by the
 * keyring, else its code is thrown and nothing is signed; a key that has signed already, and whose
 * signature is good, does not sign again. Throws what `signDetached` throws besides, and `limit` for
 * more than `limits.signaturesPerFile`.
 */
export async function appendSignatures(
  data: Data,
  existing: Uint8Array,
  keys: SigningKey | readonly SigningKey[],
  options: AppendOptions,
): Promise<AppendedSignature> {
  const { keyring, signal } = options
  const { primitives } = keyring
  const read = readSignatureFile(existing)
  const signing = { ...options, primitives }
  const drafts = await draftDocuments(keys, signing)
  const forms = [...formsOf(read), ...drafts.map(({ draft }) => documentForm(draft))]
  const hashed = await hashDocument(data, forms, primitives, signal)
  const { signatures } = await judgeHashed(read, hashed, options)
  const { what = 'the signature file' } = options
  const made = new Set(
    signatures.map((each, index) => requireGood(each, `signature ${index + 1} of ${what}`)),
  )
  const missing = drafts.filter(({ draft }) => !made.has(draft.key.fingerprint))
  if (read.length + missing.length > limits.signaturesPerFile) {
    throw new OpenPGPError('limit', `more than ${limits.signaturesPerFile} signatures in one file`)
  }
  const added = await signHashed(missing, hashed, signing)
  const all = [...read.flatMap(readable), ...added.map(({ signature }) => signature)]
  const result = detachedOf(all.map((signature) => ({ signature })))
  return { ...result, added }
}

/** The fingerprint of the key that made it. */
function requireGood(verdict: SignatureVerdict, name: string): string {
  if (verdict.good) return verdict.signer.key
  const { code, reason } = verdict
  const hint =
    code === 'signer-unknown'
      ? 'give the certificate of every signature that is there'
      : 'find out why; to sign anew instead, replace the file'
  throw new OpenPGPError(code, `${name}: ${reason}`, {
    hint,
  })
}

/** All of them are, once each was found good. */
function readable(read: ReadSignature): Exclude<ReadSignature, OpenPGPError>[] {
  return isOpenPGPError(read) ? [] : [read]
}

/** Signing in two places: what is to be signed is laid out here, approved and signed elsewhere. */

import type { Certificate } from '../certificate/certificate.ts'
import { OpenPGPError } from '../errors.ts'
import { equal, fromHex, toHex } from '../octets.ts'
import { readSignature, signaturePacket } from '../packet/signature.ts'
import { chunksOf, hashDocument } from '../signature/document.ts'
import type { Data } from '../signature/document.ts'
import { digestDraft, documentForm, sealDraft } from '../signature/draft.ts'
import type { SignatureDraft } from '../signature/draft.ts'
import type { Policy } from '../policy/policy.ts'
import { digestOctets } from '../signature/hasher.ts'
import type { DigestName, Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import type { Digest } from '../signature/signer.ts'
import { isoTime, toSeconds } from '../signature/time.ts'
import { encodeArmor } from '../wire/armor.ts'
import { draftDocument } from './drafts.ts'
import type { DetachedSignature, SignOptions } from './detached.ts'

/** Plain JSON without a secret, for an approver's eyes. Only finishing it proves what it says. */
export interface PreparedSignature {
  readonly format: 'longhand-prepared-signature'
  readonly version: 1
  readonly document: {
    /** What the caller called it. */
    readonly name: string
    readonly octets: number
    /** SHA-256 of the data itself, hexadecimal: what sha256sum prints. */
    readonly sha256: string
  }
  readonly signature: {
    readonly form: 'binary' | 'text'
    readonly hash: DigestName
    /** RFC 3339 in UTC, whole seconds. */
    readonly created: string
    /** Fingerprint of the certificate. */
    readonly certificate: string
    /** Fingerprint of its key that is to sign. */
    readonly key: string
    /** Hexadecimal; a version 6 signature has one, and for version 4 it is empty. */
    readonly salt: string
  }
  /** What the key signs, hexadecimal: the digest of data and signature fields. */
  readonly digest: string
}

export interface PrepareOptions extends Omit<SignOptions, 'subpackets'> {
  /** The document's name, for the approver. */
  readonly name: string
  /** Fingerprint of the key to sign with, where the certificate has several that may. */
  readonly component?: string
}

/**
 * Lays out a detached signature without signing it. The certificate must be usable now, as in
 * `signDetached`, and throws the same.
 */
export async function prepareDetached(
  data: Data,
  certificate: Certificate,
  options: PrepareOptions,
): Promise<PreparedSignature> {
  const { primitives = portable, created, at = new Date() } = options
  const draft = await draftDocument({ certificate, ...options }, { ...options, at })
  const { digest, octets, sha256 } = await digestDocument(data, draft, primitives, options.signal)
  return {
    format: 'longhand-prepared-signature',
    version: 1,
    document: { name: options.name, octets, sha256 },
    signature: {
      form: options.text ? 'text' : 'binary',
      hash: draft.hash,
      created: isoTime(toSeconds(created ?? at)),
      certificate: certificate.fingerprint,
      key: draft.key.fingerprint,
      salt: toHex(draft.salt),
    },
    digest: toHex(digest.octets),
  }
}

export interface FinishOptions {
  readonly data: Data
  readonly certificate: Certificate
  /** Now. The certificate must still be usable: it may have been revoked since. */
  readonly at?: Date
  readonly policy?: Policy
  readonly primitives?: Primitives
}

/**
 * Makes the signature from the value that was computed elsewhere (as long as the modulus, for RSA).
 * The draft and its digest are made anew from the data and the certificate: no digest in `prepared`
 * is believed. Throws `malformed` for a prepared form that is not one, `input-changed` when the data
 * is not what was approved, `key-mismatch`, `signer-answer` for a value that is not the signature, and
 * what `prepareDetached` throws for a certificate that may not sign now.
 */
export async function finishSignature(
  prepared: PreparedSignature,
  value: Uint8Array,
  options: FinishOptions,
): Promise<DetachedSignature> {
  const { data, primitives = portable } = options
  const draft = await redraft(prepared, options)
  const { digest, octets, sha256 } = await digestDocument(data, draft, primitives)
  const { document } = prepared
  if (document.octets !== octets || document.sha256 !== sha256) {
    throw new OpenPGPError(
      'input-changed',
      `the data is not the ${document.name} that was prepared`,
    )
  }
  if (!equal(fromHex(prepared.digest) ?? new Uint8Array(), digest.octets)) {
    throw new OpenPGPError('malformed', 'the prepared signature shows a digest that is not its own')
  }
  const { body } = await sealDraft(draft, digest, value, 'the approver', primitives)
  const signature = readSignature(body)
  const binary = signaturePacket(signature)
  return { signatures: [signature], binary, armored: encodeArmor('SIGNATURE', binary) }
}

/** The draft that the prepared form describes, by a key that may still sign. */
async function redraft(
  prepared: PreparedSignature,
  { certificate, ...options }: FinishOptions,
): Promise<SignatureDraft> {
  const { signature } = requirePrepared(prepared)
  if (signature.certificate !== certificate.fingerprint) {
    throw new OpenPGPError(
      'key-mismatch',
      `the signature was prepared for ${signature.certificate}, not ${certificate.fingerprint}`,
    )
  }
  const { form, hash, key, salt } = signature
  const created = new Date(signature.created)
  const random = (octets: number): Uint8Array => requireSalt(salt, octets)
  const primitives = { ...(options.primitives ?? portable), random }
  const draftOptions = { ...options, created, hash, text: form === 'text', primitives }
  const draft = await draftDocument({ certificate, component: key }, draftOptions)
  if (toHex(draft.salt) === salt) return draft
  throw new OpenPGPError('malformed', 'the prepared signature has a salt that is not its own')
}

function requireSalt(hex: string, octets: number): Uint8Array {
  const salt = fromHex(hex)
  if (salt?.length === octets) return salt
  throw new OpenPGPError('malformed', 'the prepared signature has a salt of another size')
}

/** The form of a file is not what its type says until it was looked at. */
function requirePrepared(prepared: PreparedSignature): PreparedSignature {
  // What a file holds is anything at all: null, a list where a word should stand.
  const form = prepared as Partial<PreparedSignature> | null
  const { format, version, document, signature, digest } = form ?? {}
  const { hash, created, certificate, key, salt } = signature ?? {}
  const strings = [document?.name, document?.sha256, digest, hash, created, certificate, key, salt]
  const whole =
    format === 'longhand-prepared-signature' &&
    version === 1 &&
    strings.every((text) => typeof text === 'string') &&
    Number.isSafeInteger(document?.octets) &&
    (signature?.form === 'binary' || signature?.form === 'text') &&
    Object.hasOwn(digestOctets, signature.hash) &&
    isCanonicalTime(signature.created)
  if (whole) return prepared
  throw new OpenPGPError('malformed', 'this is not a prepared signature of version 1')
}

/** One spelling for one moment: Date.parse takes many, some with words that it passes over. */
function isCanonicalTime(text: string): boolean {
  const date = new Date(text)
  return !Number.isNaN(date.getTime()) && isoTime(toSeconds(date)) === text
}

/** The digest to sign, and the size and SHA-256 of the data alone, from one pass. */
async function digestDocument(
  data: Data,
  draft: SignatureDraft,
  primitives: Primitives,
  signal?: AbortSignal,
): Promise<{ digest: Digest; octets: number; sha256: string }> {
  const form = documentForm(draft)
  const plain = { hash: 'SHA-256', text: false, salt: new Uint8Array() } as const
  let octets = 0
  async function* counted(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of chunksOf(data)) {
      octets += chunk.length
      yield chunk
    }
  }
  const hashed = await hashDocument(counted(), [form, plain], primitives, signal)
  const sha256 = toHex(hashed(plain).digest()).toLowerCase()
  return { digest: digestDraft(draft, hashed(form)), octets, sha256 }
}

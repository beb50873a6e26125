/** What will be signed, and how a signer's answer becomes a Signature packet. */

import { OpenPGPError } from '../errors.ts'
import { concat, fromHex, uint16, uint32 } from '../octets.ts'
import { keyKind } from '../packet/key-material.ts'
import type { KeyVersion, PublicKey } from '../packet/public-key.ts'
import { writeSignature } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import { rawSubpacket, writeSubpackets } from '../packet/subpacket.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import { hashAlgorithm } from '../registry.ts'
import * as signatureType from '../registry/signature-type.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import { answerHint, readAnswer, requireMaterial } from './answer.ts'
import { checkValue } from './check.ts'
import type { DocumentForm } from './document.ts'
import { defaultHash, digestOctets, leastDigestOctets } from './hasher.ts'
import type { DigestName, Hasher, Primitives } from './hasher.ts'
import { digestWithTrailer, hashTarget } from './preimage.ts'
import type { Target } from './preimage.ts'
import type { Digest, RemoteSigner, SignCallOptions, SigningSubject } from './signer.ts'
import { isoTime, lastTime } from './time.ts'

/** A signature without its number. Frozen: a retry signs the same octets. */
export interface SignatureDraft {
  /** The key's: version 4 keys make version 4 signatures, and 6 makes 6. */
  readonly version: KeyVersion
  /** Signature type ID, RFC 9580 §5.2.1. */
  readonly type: number
  readonly hash: DigestName
  /** Whole seconds since 1970. */
  readonly created: number
  /** The component key that signs and under which the answer is checked. */
  readonly key: PublicKey
  /** The body from its version to the end of the hashed area. */
  readonly signedPart: Uint8Array
  readonly unhashedArea: Uint8Array
  /** Hashed first; empty in version 4. */
  readonly salt: Uint8Array
}

/** What `readSignature` reads. Who only writes it down needs no reader. */
export type SealedSignature = Pick<Signature, 'body'>

export interface DraftFields {
  readonly type: number
  readonly hash: DigestName
  readonly key: PublicKey
  /** Whole seconds since 1970. */
  readonly created: number
  /** Hashed subpackets after the creation time and before the issuer fingerprint. */
  readonly hashed?: readonly RawSubpacket[]
  /** Makes the salt of a version 6 signature. */
  readonly random: Primitives['random']
}

/**
 * Lays out a signature: creation time and issuer fingerprint hashed, exactly once each, and in
 * version 4 the issuer key ID unhashed, which rpm 4 needs and version 6 forbids (RFC 9580
 * §5.2.3.11, §5.2.3.12, §5.2.3.35).
 */
export function draftSignature(fields: DraftFields): SignatureDraft {
  const { type, hash, key, created, hashed = [] } = fields
  if (!Object.hasOwn(digestOctets, hash)) {
    throw new OpenPGPError('usage', `${hash} is no hash to sign with`, {
      hint: `choose one of ${Object.keys(digestOctets).join(', ')}`,
    })
  }
  if (digestOctets[hash] < leastDigestOctets(key.material)) {
    throw new OpenPGPError('usage', `${hash} is too short for the curve of ${key.fingerprint}`, {
      hint: `sign with ${defaultHash(key.material)}`,
    })
  }
  if (created < key.created) {
    const made = isoTime(key.created)
    throw new OpenPGPError('time-invalid', `the time to sign at is before the key's own, ${made}`)
  }
  if (!(created <= lastTime)) {
    throw new OpenPGPError('time-invalid', `OpenPGP has no times after ${isoTime(lastTime)}`)
  }
  const { version } = key
  const empty = new Uint8Array()
  const fingerprint = concat(Uint8Array.of(version), fromHex(key.fingerprint) ?? empty)
  const hashedArea = writeSubpackets([
    rawSubpacket(subpacketType.signatureCreationTime, uint32(created)),
    ...hashed,
    rawSubpacket(subpacketType.issuerFingerprint, fingerprint),
  ])
  if (hashedArea.length > 0xffff) {
    throw new OpenPGPError('limit', `a hashed area of ${hashedArea.length} octets`) // RFC 9580 §5.2.3
  }
  const keyId = rawSubpacket(subpacketType.issuerKeyId, fromHex(key.keyId) ?? empty)
  const head = Uint8Array.of(version, type, key.algorithm, hashAlgorithm[hash])
  const count = version === 4 ? uint16(hashedArea.length) : uint32(hashedArea.length)
  return Object.freeze({
    version,
    type,
    hash,
    created,
    key,
    signedPart: concat(head, count, hashedArea),
    unhashedArea: writeSubpackets(version === 4 ? [keyId] : []),
    salt: version === 4 ? empty : fields.random(digestOctets[hash] / 2),
  })
}

/** The same for one more signature: each has a salt of its own, RFC 9580 §5.2.4. */
export function resalt(
  draft: SignatureDraft,
  { random }: Pick<Primitives, 'random'>,
): SignatureDraft {
  const { length } = draft.salt
  return length === 0 ? draft : Object.freeze({ ...draft, salt: random(length) })
}

/** How a document is hashed for this draft. */
export function documentForm({ type, hash, salt }: SignatureDraft): DocumentForm {
  return { hash, text: type === signatureType.text, salt }
}

/** The digest over a document whose running hash this is. The hash is ended. */
export function digestDraft(draft: SignatureDraft, hasher: Hasher): Digest {
  return { algorithm: draft.hash, octets: digestWithTrailer(hasher, draft.signedPart) }
}

/** The digest over a part of a certificate. */
export function digestTarget(
  draft: SignatureDraft,
  target: Target,
  primitives: Primitives,
): Digest {
  const hasher = primitives.hasher(draft.hash)
  hasher.update(draft.salt)
  hashTarget(hasher, target, draft.version)
  return digestDraft(draft, hasher)
}

/**
 * One remote call, and the check of what it answered: `signer-answer` unless it is the signature.
 * What comes back is the Signature packet, unread.
 */
export async function signDraft(
  draft: SignatureDraft,
  digest: Digest,
  signer: RemoteSigner,
  options: Omit<SignCallOptions, 'subject'> & { readonly primitives: Primitives },
): Promise<SealedSignature> {
  // A copy, so that a signer cannot change what its answer is checked against.
  const asked = { algorithm: digest.algorithm, octets: concat(digest.octets) }
  const { signal, onRequestId } = options
  const value: unknown = await signer.sign(asked, {
    ...(signal === undefined ? {} : { signal }),
    ...(onRequestId === undefined ? {} : { onRequestId }),
    subject: subjectOf(draft),
  })
  if (!(value instanceof Uint8Array)) {
    throw new OpenPGPError('signer-answer', `${signer.id} answered with no octets`)
  }
  return sealDraft(draft, digest, value, signer.id, options.primitives)
}

function subjectOf({ type, created, key }: SignatureDraft): SigningSubject {
  const { fingerprint } = key
  const kind = keyKind(requireMaterial(key))
  return { purpose: purposeOf(type), type, created, fingerprint, key: kind }
}

function purposeOf(type: number): SigningSubject['purpose'] {
  switch (type) {
    case signatureType.binary:
    case signatureType.text:
      return 'document'
    case signatureType.keyRevocation:
    case signatureType.subkeyRevocation:
    case signatureType.certificationRevocation:
      return 'revocation'
    default:
      return 'certification'
  }
}

/** Frames a signature value after checking it under the draft's key; `from` names its origin. */
export async function sealDraft(
  draft: SignatureDraft,
  digest: Digest,
  answer: Uint8Array,
  from: string,
  primitives: Primitives,
): Promise<SealedSignature> {
  if (digest.octets.length !== digestOctets[digest.algorithm]) {
    const octets = digest.octets.length
    throw new OpenPGPError('usage', `a ${digest.algorithm} digest of ${octets} octets`)
  }
  const value = readAnswer(answer, draft.key, from)
  if (!(await checkValue(draft.key, digest, value, primitives))) {
    throw new OpenPGPError(
      'signer-answer',
      `what ${from} answered is not a signature by ${draft.key.fingerprint}`,
      { hint: answerHint },
    )
  }
  const digestPrefix = digest.octets.subarray(0, 2)
  return { body: writeSignature({ ...draft, digestPrefix, value }) }
}

/** What will be signed, and how a signer's answer becomes a Signature packet. */

import { OpenPGPError } from '../errors.ts'
import { concat, uint16 } from '../octets.ts'
import type { PublicKey } from '../packet/public-key.ts'
import { readSignature, writeSignature } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import { subpacket, writeSubpackets } from '../packet/subpacket.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import { hashAlgorithm, subpacketType } from '../registry.ts'
import { checkValue } from './check.ts'
import { digestOctets } from './hasher.ts'
import type { DigestName, Hasher, Primitives } from './hasher.ts'
import { digestWithTrailer, hashTarget } from './preimage.ts'
import type { Target } from './preimage.ts'
import type { CallOptions, Digest, RemoteSigner } from './signer.ts'
import { isoTime, lastTime } from './time.ts'

/** A signature without its number. Frozen: a retry signs the same octets. */
export interface SignatureDraft {
  readonly version: 4
  /** Signature type ID, RFC 9580 §5.2.1. */
  readonly type: number
  readonly hash: DigestName
  /** The component key that signs and under which the answer is checked. */
  readonly key: PublicKey
  /** The body from its version to the end of the hashed area. */
  readonly signedPart: Uint8Array
  readonly unhashedArea: Uint8Array
}

export interface DraftFields {
  readonly type: number
  readonly hash: DigestName
  readonly key: PublicKey
  /** Whole seconds since 1970. */
  readonly created: number
  /** Hashed subpackets after the creation time and before the issuer fingerprint. */
  readonly hashed?: readonly RawSubpacket[]
}

/**
 * Lays out a version 4 signature: creation time and issuer fingerprint hashed, exactly once each,
 * and the issuer key ID unhashed, which rpm 4 needs (RFC 9580 §5.2.3.11, §5.2.3.12, §5.2.3.35).
 */
export function draftSignature(fields: DraftFields): SignatureDraft {
  const { type, hash, key, created, hashed = [] } = fields
  if (!Object.hasOwn(digestOctets, hash)) {
    throw new OpenPGPError('usage', `${hash} is no hash to sign with`, {
      hint: `choose one of ${Object.keys(digestOctets).join(', ')}`,
    })
  }
  if (created < key.created) {
    const made = isoTime(key.created)
    throw new OpenPGPError('time-invalid', `the time to sign at is before the key's own, ${made}`)
  }
  if (!(created <= lastTime)) {
    throw new OpenPGPError('time-invalid', `OpenPGP has no times after ${isoTime(lastTime)}`)
  }
  const hashedArea = writeSubpackets([
    subpacket({ type: subpacketType.signatureCreationTime, time: created }),
    ...hashed,
    subpacket({
      type: subpacketType.issuerFingerprint,
      version: key.version,
      fingerprint: key.fingerprint,
    }),
  ])
  if (hashedArea.length > 0xffff) {
    throw new OpenPGPError('limit', `a hashed area of ${hashedArea.length} octets`) // RFC 9580 §5.2.3
  }
  const head = Uint8Array.of(4, type, key.algorithm, hashAlgorithm[hash])
  return Object.freeze({
    version: 4,
    type,
    hash,
    key,
    signedPart: concat(head, uint16(hashedArea.length), hashedArea),
    unhashedArea: writeSubpackets([
      subpacket({ type: subpacketType.issuerKeyId, keyId: key.keyId }),
    ]),
  })
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
  hashTarget(hasher, target)
  return digestDraft(draft, hasher)
}

/** One remote call, and the check of what it answered: `signer-answer` unless it is the signature. */
export async function signDraft(
  draft: SignatureDraft,
  digest: Digest,
  signer: RemoteSigner,
  options: CallOptions & { readonly primitives: Primitives },
): Promise<Signature> {
  // A copy, so that a signer cannot change what its answer is checked against.
  const asked = { algorithm: digest.algorithm, octets: concat(digest.octets) }
  const value: unknown = await signer.sign(asked, options)
  if (!(value instanceof Uint8Array)) {
    throw new OpenPGPError('signer-answer', `${signer.id} answered with no octets`)
  }
  return sealDraft(draft, digest, value, signer.id, options.primitives)
}

/** Frames a signature value after checking it under the draft's key; `from` names its origin. */
export async function sealDraft(
  draft: SignatureDraft,
  digest: Digest,
  value: Uint8Array,
  from: string,
  primitives: Primitives,
): Promise<Signature> {
  const { material } = draft.key
  if (material.kind !== 'rsa') {
    throw new OpenPGPError('unsupported', `signing with a key of kind ${material.kind}`)
  }
  if (digest.octets.length !== digestOctets[digest.algorithm]) {
    throw new OpenPGPError(
      'usage',
      `a ${digest.algorithm} digest of ${digest.octets.length} octets`,
    )
  }
  if (value.length !== material.n.length) {
    throw new OpenPGPError(
      'signer-answer',
      `${from} answered ${value.length} octets where a signature has ${material.n.length}`,
      { hint: answerHint },
    )
  }
  const number = { kind: 'rsa', s: concat(value) } as const // what is checked is what is written
  if (!(await checkValue(draft.key, digest, number, primitives))) {
    throw new OpenPGPError(
      'signer-answer',
      `what ${from} answered is not a signature by ${draft.key.fingerprint}`,
      { hint: answerHint },
    )
  }
  const { signedPart, unhashedArea } = draft
  const digestPrefix = digest.octets.subarray(0, 2)
  return readSignature(writeSignature({ signedPart, unhashedArea, digestPrefix, value: number }))
}

const answerHint = 'is this the key that the certificate was minted for? try --verify-key'

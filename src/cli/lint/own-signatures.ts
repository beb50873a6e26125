/** The self-signatures on one component, and what is the matter with the newest of them. */

import type { Rejection } from '../../certificate/self-signature.ts'
import { equal } from '../../octets.ts'
import type { PublicKey } from '../../packet/public-key.ts'
import { creationTime, expirationTime, readSignature } from '../../packet/signature.ts'
import type { Signature } from '../../packet/signature.ts'
import { findValue } from '../../packet/subpacket.ts'
import { isOpenPGPError } from '../../errors.ts'
import { hashAlgorithm, signatureType, subpacketType } from '../../registry.ts'

export type Fault =
  | 'weak-hash'
  | 'critical'
  | 'untimed'
  | 'two-times'
  | 'before-key'
  | 'in-future'
  | 'expired'
  | 'no-back-signature'
  | 'back-signature-weak'
  | 'invalid'

export interface OwnSignatures {
  /** The newest that counts at the time of linting. */
  readonly current: Signature | undefined
  /** The newest that claims to be the primary key's, whether it counts or not. */
  readonly newest: Signature | undefined
  /** Why the newest does not count. */
  readonly fault: Fault | undefined
}

export interface Judging {
  readonly primary: PublicKey
  readonly rejected: readonly Rejection[]
  /** Whole seconds since 1970. */
  readonly at: number
}

/** Looks at signatures of the types that bind the component, by the primary key's own hints. */
export function readOwnSignatures(
  signatures: readonly Signature[],
  judging: Judging,
): OwnSignatures {
  const byAge = [...signatures].sort((a, b) => timeOf(b) - timeOf(a))
  const current = byAge.find((signature) => faultOf(signature, judging) === undefined)
  const [newest] = byAge
  return { current, newest, fault: newest && faultOf(newest, judging) }
}

function timeOf(signature: Signature): number {
  return creationTime(signature) ?? -1
}

function faultOf(signature: Signature, { primary, rejected, at }: Judging): Fault | undefined {
  const created = creationTime(signature)
  const rejection = rejected.find(
    (each) => each.signature && equal(each.signature.body, signature.body),
  )
  if (rejection) {
    if (isWeak(signature)) return 'weak-hash'
    if (created === undefined) return 'untimed'
    if (criticalUnknown(signature) !== undefined) return 'critical'
    if (timesIn(signature) > 1) return 'two-times'
    if (created < primary.created) return 'before-key'
    return backFault(signature, rejection) ?? 'invalid'
  }
  if (created !== undefined && created > at) return 'in-future'
  const until = expirationTime(signature)
  return until !== undefined && until <= at ? 'expired' : undefined
}

/** RFC 9580 §9.5: MD5, SHA-1 and RIPEMD-160 are not to be trusted. */
function isWeak({ hashAlgorithm: hash }: Signature): boolean {
  const { MD5, 'SHA-1': sha1, 'RIPEMD-160': ripemd } = hashAlgorithm
  return hash === MD5 || hash === sha1 || hash === ripemd
}

/** What a critical subpacket is that no verifier knows; undefined when there is none. */
export function criticalUnknown({ hashed }: Signature): string | undefined {
  for (const { critical, type, value } of hashed) {
    if (!critical) continue
    if (value.type === subpacketType.notationData) return `the notation ${value.name}`
    if (value.type === 'unknown') return `a subpacket of type ${type}`
  }
  return undefined
}

function timesIn({ hashed }: Signature): number {
  return hashed.filter(({ type }) => type === subpacketType.signatureCreationTime).length
}

/** RFC 9580 §5.2.1.8: what is wrong with the signature that the subkey itself should have made. */
function backFault(binding: Signature, { reason }: Rejection): Fault | undefined {
  if (binding.type !== signatureType.subkeyBinding || !reason.includes('back signature')) {
    return undefined
  }
  const octets = [...binding.hashed, ...binding.unhashed].flatMap(({ value }) =>
    value.type === subpacketType.embeddedSignature ? [value.octets] : [],
  )
  const backs = octets.flatMap(tryRead)
  return backs.some(isWeak) ? 'back-signature-weak' : 'no-back-signature'
}

function tryRead(octets: Uint8Array): Signature[] {
  try {
    return [readSignature(octets)]
  } catch (error) {
    if (isOpenPGPError(error)) return []
    throw error
  }
}

/** First octet of the key flags that a signature states; undefined for none. */
export function keyFlagsOf(signature: Signature | undefined): number | undefined {
  return signature && findValue(signature.hashed, subpacketType.keyFlags)?.octets[0]
}

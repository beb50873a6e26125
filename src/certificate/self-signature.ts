/** What the self-signatures of a certificate say, once they are known to be its key's. */

import { creationTime, expirationTime, nameOfSignature } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import { findValue } from '../packet/subpacket.ts'
import type { Objection } from '../policy/policy.ts'
import { keyFlag, revocationReason } from '../registry.ts'
import * as subpacketType from '../registry/subpacket-type.ts'

/** A signature by which the primary key vouches for a component. */
export interface SelfSignature {
  readonly signature: Signature
  readonly created: number
  /** When it stops to count, by its own expiry or its back signature's; undefined for never. */
  readonly until: number | undefined
  /** First octet of the key flags; undefined when the subpacket is not there. */
  readonly keyFlags: number | undefined
  /** Seconds after the key's creation, 0 for never; undefined when not there. RFC 9580 §5.2.3.13. */
  readonly keyExpiration: number | undefined
}

export interface Revocation {
  readonly signature: Signature
  readonly created: number
  /** When a soft one stops to count; undefined for never. */
  readonly until: number | undefined
  /** RFC 9580 §5.2.3.31; undefined when none is given. */
  readonly reason: number | undefined
  readonly text: string
  /** Without a reason, or compromised: void at any time. Soft ones count from their own date on. */
  readonly hard: boolean
}

/** A signature that does not count. */
export interface Rejection extends Objection {
  /** Undefined when it could not even be read. */
  readonly signature: Signature | undefined
}

/** `until` is when its back signature expires, for a subkey that signs. */
export function readSelfSignature(signature: Signature, until?: number): SelfSignature {
  return {
    signature,
    created: creationTime(signature) ?? 0,
    until: sooner(expirationTime(signature), until),
    keyFlags: findValue(signature.hashed, subpacketType.keyFlags)?.octets[0],
    keyExpiration: findValue(signature.hashed, subpacketType.keyExpirationTime)?.seconds,
  }
}

export function readRevocation(signature: Signature): Revocation {
  const created = creationTime(signature)
  const given = findValue(signature.hashed, subpacketType.reasonForRevocation)
  const soft: readonly (number | undefined)[] = [
    revocationReason.superseded,
    revocationReason.retired,
    revocationReason.userIdInvalid,
  ]
  return {
    signature,
    created: created ?? 0,
    until: expirationTime(signature),
    reason: given?.reason,
    text: given?.text ?? '',
    // One that does not say since when leaves no time at which the key could be trusted.
    hard: created === undefined || !soft.includes(given?.reason),
  }
}

/** Whether a binding gives a subkey the right to sign data. */
export function allowsSigning(signature: Signature): boolean {
  const flags = findValue(signature.hashed, subpacketType.keyFlags)?.octets[0] ?? 0
  return (flags & keyFlag.sign) !== 0
}

/** The self-signature that counts at a time: the newest made by then that has not expired. */
export function currentBinding(
  bindings: readonly SelfSignature[],
  at: number,
): SelfSignature | undefined {
  return newest(bindings.filter(({ created, until = Infinity }) => created <= at && at < until))
}

/**
 * The newest, RFC 9580 §5.2.3.10. The RFC does not say which counts of several of one second: it is the
 * last in the order of `nameOfSignature`, where a longer hashed area, which says more, comes after a
 * shorter one; of the same with different unhashed areas, the one that counts longer. Where they stand
 * never matters, so that neither who merges copies nor who puts packets in another order changes what a
 * certificate says.
 */
export function newest(bindings: readonly SelfSignature[]): SelfSignature | undefined {
  return [...bindings].sort((a, b) => b.created - a.created || compareContent(a, b))[0]
}

/** The oldest, and of several of one second the same one as `newest` gives. */
export function oldest(revocations: readonly Revocation[]): Revocation | undefined {
  return [...revocations].sort((a, b) => a.created - b.created || compareContent(a, b))[0]
}

type Dated = Pick<SelfSignature, 'signature' | 'until'>

function compareContent(a: Dated, b: Dated): number {
  const [nameA, nameB] = [nameOfSignature(a.signature), nameOfSignature(b.signature)]
  if (nameA !== nameB) return nameA > nameB ? -1 : 1
  const [untilA, untilB] = [a.until ?? Infinity, b.until ?? Infinity]
  return untilA === untilB ? 0 : untilA > untilB ? -1 : 1
}

/**
 * The revocation that takes back what a self-signature said, of several the oldest; one made after it
 * puts that in force again. RFC 9580 §5.2.3.31 for the reasons; hard ones of keys are judged apart.
 */
export function softRevocation(
  revocations: readonly Revocation[],
  binding: SelfSignature | undefined,
  at: number,
): Revocation | undefined {
  const since = binding?.created ?? 0
  return oldest(
    revocations.filter(
      ({ created, until = Infinity }) => created <= at && created >= since && at < until,
    ),
  )
}

function sooner(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

/** How one key or User ID stands at one moment, given the self-signatures on it that count. */

import type { PublicKey } from '../packet/public-key.ts'
import { findValue } from '../packet/subpacket.ts'
import type { UserId } from '../packet/user-id.ts'
import { ask } from '../policy/policy.ts'
import type { Objection } from '../policy/policy.ts'
import { nameOf, revocationReason } from '../registry.ts'
import * as signatureType from '../registry/signature-type.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import { isoTime } from '../signature/time.ts'
import type { Checking } from './binding.ts'
import type { CheckedSignatures } from './check.ts'
import { currentBinding, newest, oldest, softRevocation } from './self-signature.ts'
import type { Revocation, SelfSignature } from './self-signature.ts'

/** A component key as it stands at the moment of the evaluation. */
export interface EvaluatedKey {
  readonly role: 'primary' | 'subkey'
  readonly key: PublicKey
  /** First octet of the key flags, RFC 9580 §5.2.3.29; 0 when the certificate states none. */
  readonly keyFlags: number
  /** When the key expires, whole seconds since 1970; undefined for never. */
  readonly expires: number | undefined
  readonly revocation: Revocation | undefined
  /** Why the key may not be used at that moment; undefined when it may, within its flags. */
  readonly objection: Objection | undefined
}

export interface EvaluatedUserId {
  readonly userId: UserId
  /** Why it does not count at that moment. */
  readonly objection: Objection | undefined
}

type Judging = Pick<Checking, 'now' | 'policy'> & { readonly at: number }

/** Whether a User ID counts, and if so by which self-signature. */
export function judgeUserId(
  userId: UserId,
  { bindings, revocations }: CheckedSignatures,
  at: number,
): EvaluatedUserId & { readonly binding: SelfSignature | undefined } {
  const binding = currentBinding(bindings, at)
  const revocation = softRevocation(revocations, binding, at)
  const objection = revocation
    ? revokedBy('User ID', revocation)
    : binding
      ? undefined
      : invalid('the User ID has no valid self-signature at that time')
  return { userId, objection, binding: objection ? undefined : binding }
}

/** Judges the primary key by its User IDs and the direct key signature. */
export function judgePrimary(
  key: PublicKey,
  direct: CheckedSignatures,
  userIds: readonly { readonly binding: SelfSignature | undefined }[],
  judging: Judging,
): EvaluatedKey {
  const ofKey = direct.revocations.filter(isKeyRevocation)
  const ofDirectKey = direct.revocations.filter((revocation) => !isKeyRevocation(revocation))
  const directKey = currentBinding(direct.bindings, judging.at)
  const directStands = !softRevocation(ofDirectKey, directKey, judging.at)
  const valid = userIds.map(({ binding }) => binding).filter((binding) => binding !== undefined)
  const ofUserId = primaryBinding(valid)
  const ofDirect = directStands ? directKey : undefined
  // RFC 9580 §5.2.3.10: in version 4 the primary User ID's self-signature speaks first, in version 6
  // the direct key signature, which has to be there: who takes a self-signature away gains nothing.
  const speaking = key.version === 4 ? [ofUserId, ofDirect] : ofDirect ? [ofDirect, ofUserId] : []
  return judgeKey({ role: 'primary', key }, speaking, ofKey, undefined, judging)
}

/** Judges a subkey; `inherited` is what already stands against its primary key. */
export function judgeSubkey(
  key: PublicKey,
  { bindings, revocations }: CheckedSignatures,
  inherited: Objection | undefined,
  judging: Judging,
): EvaluatedKey {
  const speaking = [currentBinding(bindings, judging.at)]
  return judgeKey({ role: 'subkey', key }, speaking, revocations, inherited, judging)
}

/** `speaking` are the self-signatures that speak for the key, the one that speaks first in front. */
function judgeKey(
  { role, key }: Pick<EvaluatedKey, 'key' | 'role'>,
  speaking: readonly (SelfSignature | undefined)[],
  revocations: readonly Revocation[],
  inherited: Objection | undefined,
  { at, now, policy }: Judging,
): EvaluatedKey {
  const bindings = speaking.filter((binding) => binding !== undefined)
  const seconds = bindings.find((each) => each.keyExpiration !== undefined)?.keyExpiration
  const expires = seconds ? key.created + seconds : undefined
  const keyFlags = bindings.find((each) => each.keyFlags !== undefined)?.keyFlags ?? 0
  const revocation =
    oldest(revocations.filter(({ hard }) => hard)) ??
    softRevocation(revocations, newest(bindings), at)
  const name = role === 'primary' ? 'primary key' : 'subkey'
  const objection = ((): Objection | undefined => {
    if (revocation) return revokedBy(name, revocation)
    if (inherited) return inherited
    if (key.created > at) {
      const reason = `the ${name} was made later, ${isoTime(key.created)}`
      return { code: 'time-invalid', reason }
    }
    if (bindings.length === 0) {
      return invalid(`the ${name} has no valid self-signature at that time`)
    }
    if (expires !== undefined && expires <= at) {
      return { code: 'certificate-expired', reason: `the ${name} expired ${isoTime(expires)}` }
    }
    return ask(() => policy.key(key, { use: 'certificate', at: now }))
  })()
  return { role, key, keyFlags, expires, revocation, objection }
}

/** The self-signature on the primary User ID, RFC 9580 §5.2.3.27: flagged first, then the newest. */
export function primaryBinding(bindings: readonly SelfSignature[]): SelfSignature | undefined {
  const flagged = bindings.filter(
    ({ signature }) => findValue(signature.hashed, subpacketType.primaryUserId)?.value,
  )
  return newest(flagged) ?? newest(bindings)
}

function isKeyRevocation({ signature }: Revocation): boolean {
  return signature.type === signatureType.keyRevocation
}

function revokedBy(what: string, { created, reason }: Revocation): Objection {
  const name = reason === undefined ? 'noReason' : nameOf(revocationReason, reason)
  const why = name === undefined ? `reason ${reason}` : reasonWords[name]
  return {
    code: 'certificate-revoked',
    reason: `the ${what} was revoked ${isoTime(created)} (${why})`,
  }
}

const reasonWords: Readonly<Record<keyof typeof revocationReason, string>> = {
  noReason: 'no reason given',
  superseded: 'superseded',
  compromised: 'the key was compromised',
  retired: 'retired',
  userIdInvalid: 'no longer valid',
}

function invalid(reason: string): Objection {
  return { code: 'certificate-invalid', reason }
}

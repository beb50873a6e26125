/** A certificate at one moment: which of its keys and User IDs are valid, and why others are not. */

import type { PublicKey } from '../packet/public-key.ts'
import type { Signature } from '../packet/signature.ts'
import type { UserId } from '../packet/user-id.ts'
import type { Objection, Policy } from '../policy/policy.ts'
import { keyFlag, signatureType } from '../registry.ts'
import type { Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import { toSeconds } from '../signature/time.ts'
import type { Checking } from './binding.ts'
import type { Certificate, ComponentSignatures } from './certificate.ts'
import { checkSignatures } from './check.ts'
import type { CheckedSignatures } from './check.ts'
import { joinCopies } from './copies.ts'
import type { CertificateParts } from './copies.ts'
import { judgePrimary, judgeSubkey, judgeUserId } from './judge.ts'
import type { EvaluatedKey, EvaluatedUserId } from './judge.ts'
import type { Rejection } from './self-signature.ts'

export type { EvaluatedUserId }

export interface EvaluateOptions {
  /** The moment to judge at: now, or when a signature was made. */
  readonly at: Date
  /** The judge's own time, which the policy goes by; `at` unless said otherwise. */
  readonly now?: Date
  readonly policy: Policy
  readonly primitives?: Primitives
}

export interface EvaluatedCertificate {
  readonly certificate: Certificate
  readonly primary: EvaluatedKey
  /** In the certificate's order. */
  readonly subkeys: readonly EvaluatedKey[]
  /** In the certificate's order. */
  readonly userIds: readonly EvaluatedUserId[]
  /** Signatures that do not count, with the reason. Those by other keys are not among them. */
  readonly rejected: readonly Rejection[]
}

/**
 * Judges a certificate at a moment by its self-signatures: RFC 9580 §5.2.3.10 and §10.1. Checked:
 * every self-signature and back signature, key flags, expiry, revocations, policy. Not checked: who
 * owns it, certifications and revocations by other keys. Throws `limit` for one that is flooded.
 */
export async function evaluateCertificate(
  certificate: Certificate,
  options: EvaluateOptions,
): Promise<EvaluatedCertificate> {
  const { at, now = at, policy, primitives = portable } = options
  const [parts = certificate] = joinCopies([certificate])
  const checked = await checkCertificate(parts, { now: toSeconds(now), policy, primitives })
  return { certificate, ...checked.evaluateAt(toSeconds(at)) }
}

/** The keys that may sign data at the moment of the evaluation, the primary first. */
export function signingKeys(
  evaluated: Pick<EvaluatedCertificate, 'primary' | 'subkeys'>,
): EvaluatedKey[] {
  return [evaluated.primary, ...evaluated.subkeys].filter(
    ({ keyFlags, objection }) => !objection && keyFlags & keyFlag.sign,
  )
}

/** A certificate whose signatures are checked; to judge it at a time then costs no arithmetic. */
export interface CheckedCertificate {
  evaluateAt(at: number): Omit<EvaluatedCertificate, 'certificate'>
}

/** Checks every self-signature once. */
export async function checkCertificate(
  { primary, userIds, subkeys }: CertificateParts,
  checking: Checking,
): Promise<CheckedCertificate> {
  const { key } = primary
  // A key revocation can only mean the primary key, wherever in the certificate it has got to.
  const astray = [...userIds, ...subkeys].flatMap(keyRevocations)
  const signatures = [...primary.signatures, ...astray]
  const target = { kind: 'key', primary: key } as const
  const direct = await checkSignatures({ ...primary, signatures }, target, onPrimary, checking)

  const checkedUserIds: { userId: UserId; checked: CheckedSignatures }[] = []
  for (const { userId, ...component } of userIds) {
    const about = { kind: 'user-id', primary: key, userId } as const
    const checked = await checkSignatures(withoutAstray(component), about, onUserId, checking)
    checkedUserIds.push({ userId, checked })
  }
  const checkedSubkeys: { key: PublicKey; checked: CheckedSignatures }[] = []
  for (const { key: subkey, ...component } of subkeys) {
    const about = { kind: 'subkey', primary: key, subkey } as const
    const checked = await checkSignatures(withoutAstray(component), about, onSubkey, checking)
    checkedSubkeys.push({ key: subkey, checked })
  }
  const rejected = [direct, ...[...checkedUserIds, ...checkedSubkeys].map((each) => each.checked)]

  return {
    evaluateAt(at) {
      const judging = { ...checking, at }
      const judged = checkedUserIds.map((each) => judgeUserId(each.userId, each.checked, at))
      const evaluated = judgePrimary(key, direct, judged, judging)
      const inherited: Objection | undefined = evaluated.objection
      return {
        primary: evaluated,
        subkeys: checkedSubkeys.map((each) =>
          judgeSubkey(each.key, each.checked, inherited, judging),
        ),
        userIds: judged.map(({ userId, objection }) => ({ userId, objection })),
        rejected: rejected.flatMap((each) => each.rejected),
      }
    },
  }
}

const onPrimary = {
  binding: [signatureType.directKey],
  // RFC 9580 §5.2.1.13: a certification revocation may revoke a direct key signature.
  revocation: [signatureType.keyRevocation, signatureType.certificationRevocation],
}
const onUserId = {
  binding: [
    signatureType.genericCertification,
    signatureType.personaCertification,
    signatureType.casualCertification,
    signatureType.positiveCertification,
  ],
  revocation: [signatureType.certificationRevocation],
}
const onSubkey = {
  binding: [signatureType.subkeyBinding],
  revocation: [signatureType.subkeyRevocation],
}

function keyRevocations({ signatures }: ComponentSignatures): Signature[] {
  return signatures.filter(({ type }) => type === signatureType.keyRevocation)
}

function withoutAstray({ signatures, unreadable }: ComponentSignatures): ComponentSignatures {
  const own = signatures.filter(({ type }) => type !== signatureType.keyRevocation)
  return { signatures: own, unreadable }
}

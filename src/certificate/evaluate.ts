/** A certificate at one moment: which of its keys and User IDs are valid, and why others are not. */

import type { Policy } from '../policy/policy.ts'
import { keyFlag } from '../registry.ts'
import type { Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import { toSeconds } from '../signature/time.ts'
import type { Checking } from './binding.ts'
import type { Certificate } from './certificate.ts'
import { checkComponents } from './components.ts'
import type { CheckedComponents } from './components.ts'
import { joinOwn } from './copies.ts'
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
  const parts = await joinOwn(certificate, primitives)
  const checking = { now: toSeconds(now), policy, primitives }
  const checked = await checkCertificate(parts, checking)
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
  parts: CertificateParts,
  checking: Checking,
): Promise<CheckedCertificate> {
  return evaluateChecked(parts, await checkComponents(parts, checking), checking)
}

/** The same for a certificate whose components are checked already. */
export function evaluateChecked(
  parts: CertificateParts,
  components: CheckedComponents,
  { now, policy }: Checking,
): CheckedCertificate {
  const rejected = components.flatMap(({ checked }) => checked.rejected)
  return {
    evaluateAt(at) {
      const judging = { at, now, policy }
      const judged: ReturnType<typeof judgeUserId>[] = []
      for (const { target, checked } of components) {
        if (target.kind === 'user-id') judged.push(judgeUserId(target.userId, checked, at))
      }
      const primary = judgePrimary(parts.primary.key, components[0].checked, judged, judging)
      const subkeys: EvaluatedKey[] = []
      for (const { target, checked } of components) {
        if (target.kind !== 'subkey') continue
        subkeys.push(judgeSubkey(target.subkey, checked, primary.objection, judging))
      }
      const userIds = judged.map(({ userId, objection }) => ({ userId, objection }))
      return { primary, subkeys, userIds, rejected }
    },
  }
}

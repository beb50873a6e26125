/** What a certificate that was fetched is good for now. */

import type { Certificate } from '../../certificate/certificate.ts'
import { evaluateCertificate, signingKeys } from '../../certificate/evaluate.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import type { Objection } from '../../policy/policy.ts'
import { standardPolicy } from '../../policy/standard.ts'
import { keyFlag } from '../../registry.ts'

export interface Found {
  readonly fingerprint: string
  /** Why it signs nothing now: it is revoked or expired, say. */
  readonly problem: Objection | undefined
  /** When the last of its signing keys expires, whole seconds since 1970; undefined for never. */
  readonly expires: number | undefined
}

export async function judgeFound(certificate: Certificate, at: Date): Promise<Found> {
  const policy = standardPolicy()
  const judged = await evaluateCertificate(certificate, { at, policy, primitives: nodePrimitives })
  const signing = signingKeys(judged)
  const { primary, subkeys } = judged
  const last = Math.max(
    ...signing.map(({ expires = Infinity }) => Math.min(expires, primary.expires ?? Infinity)),
  )
  const meant = subkeys.find(({ keyFlags, objection }) => objection && keyFlags & keyFlag.sign)
  return {
    fingerprint: certificate.fingerprint,
    problem: primary.objection ?? (signing.length === 0 ? meant?.objection : undefined),
    expires: Number.isFinite(last) ? last : undefined,
  }
}

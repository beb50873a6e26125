/** What a verifier or a signer may object to, beyond what is wrong by itself. */

import { errorCodes } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import type { PublicKey } from '../packet/public-key.ts'
import type { Signature } from '../packet/signature.ts'

/** Why something does not count. */
export interface Objection {
  readonly code: ErrorCode
  /** One line, without a full stop. */
  readonly reason: string
}

export interface PolicyContext {
  /** Whether the signature is over a document or holds a certificate together. */
  readonly use: 'document' | 'certificate'
  /** The judge's own time in whole seconds since 1970: a forger picks the signature's. */
  readonly at: number
}

/**
 * A pure object, asked last and synchronously. Its answers may only take away: it is not asked about
 * revocations, for to drop one would give.
 */
export interface Policy {
  /** Names of the critical notations that the caller acts on; any other makes a signature void. */
  readonly criticalNotations?: readonly string[]
  signature(signature: Signature, context: PolicyContext): Objection | undefined
  key(key: PublicKey, context: PolicyContext): Objection | undefined
}

/** What the policy says; one that throws, or answers with anything but an objection, objects. */
export function ask(question: () => Objection | undefined): Objection | undefined {
  try {
    const answer: unknown = question()
    if (answer === undefined || isObjection(answer)) return answer
  } catch {
    // The same as an answer that is none.
  }
  return { code: 'signature-weak', reason: 'the policy failed to judge' }
}

function isObjection(answer: unknown): answer is Objection {
  if (typeof answer !== 'object' || answer === null) return false
  const { code, reason } = answer as Partial<Objection>
  return code !== undefined && Object.hasOwn(errorCodes, code) && typeof reason === 'string'
}

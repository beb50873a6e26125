/** Who may sign a release: what whoever is asked gets, and what he says. */

import type { ErrorCode } from '../errors.ts'
import type { Signer, Verdict } from '../verify/verdict.ts'

/**
 * Whose of the good signatures count, or why none does. It is asked again of some of the signatures alone,
 * to find out whether those would do by themselves.
 */
export type DecideSigners = (verdict: Verdict, at: Date) => Promise<SignerDecision>

export type SignerDecision =
  | {
      /** Certificates with the keys of theirs that signed. */
      readonly accepted: readonly Signer[]
      /** Lines for people: who vouched for whom. */
      readonly vouched?: readonly string[]
      /** Lines for people: what nobody has looked at. */
      readonly notChecked?: readonly string[]
    }
  | {
      readonly refused: {
        readonly code: ErrorCode
        readonly reason: string
        readonly hint?: string
      }
    }

/** Whoever gives the certificates answers for them. */
export const acceptGiven: DecideSigners = ({ signatures }) =>
  Promise.resolve({
    accepted: signatures.flatMap((each) => (each.good ? [each.signer] : [])),
  })

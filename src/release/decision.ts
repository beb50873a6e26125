/** Who may sign a release: what whoever is asked gets, and what he says. */

import type { ErrorCode } from '../errors.ts'
import type { Verdict } from '../verify/verdict.ts'

/** Which of the certificates whose signatures are good count, or why they do not. */
export type DecideSigners = (verdict: Verdict, at: Date) => Promise<SignerDecision>

export type SignerDecision =
  | {
      /** Fingerprints of certificates. */
      readonly accepted: readonly string[]
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
    accepted: signatures.flatMap((each) => (each.good ? [each.signer.certificate] : [])),
  })

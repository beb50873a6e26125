/** What trust makes of good signatures: who vouched for the signers, and what was not checked. */

import type { ErrorCode } from '../errors.ts'

export interface AcceptedSigner {
  /** Fingerprint of the certificate, which is its primary key's. */
  readonly certificate: string
  /** Fingerprint of the key that signed. */
  readonly key: string
  /** Fingerprints from an embedded certificate to this one: itself alone when it is embedded. */
  readonly path: readonly string[]
  /** The directory that has the certificate too; undefined when none was asked, or reached. */
  readonly confirmedBy: string | undefined
}

export interface RefusedSigner {
  readonly certificate: string
  readonly key: string
  readonly code: ErrorCode
  /** One line. */
  readonly reason: string
}

export interface TrustVerdict {
  readonly good: boolean
  /** Good signatures by trusted signers, in the order of the file. */
  readonly accepted: readonly AcceptedSigner[]
  /** Signatures that are good and do not count. */
  readonly refused: readonly RefusedSigner[]
  /** Why it is not good; undefined when it is. */
  readonly code: ErrorCode | undefined
  readonly reason: string | undefined
  /** The remedy, as one line. */
  readonly hint: string | undefined
  /** Lines for people: who vouched for whom. */
  readonly vouched: readonly string[]
  /** Lines for people: what nobody has looked at. */
  readonly notChecked: readonly string[]
}

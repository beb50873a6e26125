/** What judging a document's signatures comes to. */

import type { ErrorCode } from '../errors.ts'

/** Whose key made a signature. */
export interface Signer {
  /** Fingerprint of the certificate, which is its primary key's. */
  readonly certificate: string
  /** Fingerprint of the key that signed: the primary's or a subkey's. */
  readonly key: string
}

interface Finding {
  /** Signature type ID, RFC 9580 §5.2.1; undefined when the packet could not be read. */
  readonly type: number | undefined
  /** The registry's name of the hash; undefined likewise. */
  readonly hash: string | undefined
  /** What the signature says of its time, whole seconds since 1970. */
  readonly created: number | undefined
}

export type GoodSignature = Finding & { readonly good: true; readonly signer: Signer }

export type BadSignature = Finding & {
  readonly good: false
  readonly code: ErrorCode
  /** One line. */
  readonly reason: string
  /** Known when the signature itself is that key's, and does not count all the same. */
  readonly signer: Signer | undefined
}

export type SignatureVerdict = GoodSignature | BadSignature

/** Good when at least one signature is. Every signature of the file is reported, in its order. */
export interface Verdict {
  readonly good: boolean
  readonly signatures: readonly SignatureVerdict[]
}

/** What a successful verification is worth: the signatures that are good, one at least. */
export interface Evidence {
  readonly signatures: readonly [GoodSignature, ...GoodSignature[]]
  readonly verdict: Verdict
}

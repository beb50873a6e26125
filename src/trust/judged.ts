/** The certificates that a client knows of, each merged from its copies and judged once. */

import type { Checking } from '../certificate/binding.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { joinCopies } from '../certificate/copies.ts'
import type { CertificateParts } from '../certificate/copies.ts'
import { checkCertificate } from '../certificate/evaluate.ts'
import type { CheckedCertificate } from '../certificate/evaluate.ts'
import { onlyRevocations } from './copies.ts'

/** A certificate as all of its copies have it. */
export interface KnownCertificate {
  readonly parts: CertificateParts
  readonly checked: CheckedCertificate
}

export type Known = ReadonlyMap<string, KnownCertificate>

/** Copies by what they may do. */
export interface Copies {
  /** Embedded, remembered as endorsed, and from the directory: they bring certificates. */
  readonly giving: readonly Certificate[]
  /** From anywhere else: their revocations count, and nothing besides. */
  readonly taking: readonly Certificate[]
}

/** Merges the copies, then judges: a revocation that one source lacks another one may have. */
export async function judgeCopies(copies: Copies, checking: Checking): Promise<Known> {
  const giving = new Set(copies.giving.map(({ fingerprint }) => fingerprint))
  const taking = copies.taking
    .filter(({ fingerprint }) => giving.has(fingerprint))
    .flatMap((copy) => onlyRevocations(copy, checking.primitives))
  const known = new Map<string, KnownCertificate>()
  for (const parts of joinCopies([...copies.giving, ...taking], checking.primitives)) {
    known.set(parts.fingerprint, { parts, checked: await checkCertificate(parts, checking) })
  }
  return known
}

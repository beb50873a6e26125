/** What a lint rule is, and what it finds. */

import type { LintCode } from './codes.ts'
import type { FileForm } from './form.ts'
import type { Subject } from './subject.ts'

/**
 * `error`: a verifier refuses the certificate or what it signs. `warning`: one shows it wrongly,
 * complains, or will refuse it later. `note`: a choice with a limit that is good to know.
 */
export type Severity = 'error' | 'warning' | 'note'

/** The tools whose own output proves the dislike, in test/cli/lint/proofs.test.ts. */
export type ToolName = 'gpg' | 'gosop' | 'openpgp.js' | 'rnp' | 'rpm' | 'sq' | 'sqv' | 'x/crypto'

/** Where in the file or certificate, and what is said there beyond the rule's own words. */
export interface Hit {
  readonly component: string
  readonly detail?: string
}

/** One row of the table; `what` completes "NAME has ...". */
export interface Rule<About> {
  readonly severity: Severity
  /** What is found, in a few words. */
  readonly what: string
  /** What each tool does that dislikes it. */
  readonly dislikes: Readonly<Partial<Record<ToolName, string>>>
  /** A rule that somebody has written down and that cannot be run here: whose, and where. */
  readonly documented?: string
  readonly remedy: string
  find(about: About): readonly Hit[]
}

export type FileRules = Readonly<Partial<Record<LintCode, Rule<FileForm>>>>
export type CertificateRules = Readonly<Partial<Record<LintCode, Rule<Subject>>>>

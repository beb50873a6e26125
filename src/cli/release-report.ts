/** What `longhand release verify` says. */

import type { Certificate } from '../certificate/certificate.ts'
import { OpenPGPError } from '../errors.ts'
import type { FileFindings } from '../release/files.ts'
import type { ManifestEvidence } from '../release/verify-manifest.ts'
import { isoTime } from '../signature/time.ts'
import { escapeText } from './escape.ts'
import { verdictLines } from './verdict-lines.ts'

/** What the folder comes to: the findings, and names that neither the manifest nor the release has. */
export interface FolderFindings extends FileFindings {
  readonly extra: readonly string[]
}

/** For people. */
export async function reportLines(
  evidence: ManifestEvidence,
  findings: FolderFindings,
  certificates: readonly Certificate[],
  at: Date,
): Promise<string[]> {
  const { statement, verdict, vouched, notChecked } = evidence
  const said = statement
    ? [`release: ${statement.product} ${statement.version} of ${statement.domain}\n`]
    : []
  const list = (what: string, names: readonly string[]): string[] =>
    names.map((name) => `${what}: ${escapeText(name)}\n`)
  return [
    ...(await verdictLines(verdict, certificates, at)),
    ...said,
    ...list('vouched', vouched),
    ...list('not checked', notChecked),
    ...list('missing', findings.missing),
    ...list('changed', findings.changed),
    ...list('not in the manifest', findings.unlisted),
    ...list('extra', findings.extra),
    `files as signed: ${findings.same.length} of ${evidence.entries.length}\n`,
  ]
}

/** For programs. */
export function reportRecord(evidence: ManifestEvidence, findings: FolderFindings): object {
  const { statement, signatures, signedAt, sha256, vouched, notChecked } = evidence
  const said = { statement, signedAt: isoTime(signedAt), manifest: sha256, signatures }
  const trust = { vouched, notChecked }
  return { good: wrongOf(findings).length === 0, ...said, ...trust, ...findings }
}

/** What of it is not as it was signed, the worst first. */
export function wrongOf({ changed, missing, unlisted, extra }: FolderFindings): string[] {
  return Object.entries({ changed, missing, 'not in the manifest': unlisted, extra })
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${names.length} ${what}`)
}

/** Throws `release-files` where something is wrong with the files. */
export function conclude(findings: FolderFindings, folder: string): void {
  const wrong = wrongOf(findings)
  if (wrong.length === 0) return
  const { changed, missing, unlisted } = findings
  const hint =
    changed.length > 0
      ? 'do not use what was changed: it is not what was signed'
      : missing.length > 0
        ? 'get the files that are missing, or name those that are needed'
        : unlisted.length > 0
          ? 'the names are those in the manifest, without a folder'
          : 'nobody signed what is extra; --allow-extra passes over it'
  const message = `the release in ${folder} is not as it was signed: ${wrong.join(', ')}`
  throw new OpenPGPError('release-files', message, { hint })
}

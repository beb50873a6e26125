/** What `longhand release verify` does. */

import { join } from 'node:path'
import type { Certificate } from '../certificate/certificate.ts'
import { OpenPGPError, isOpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { readBounded } from '../node/files.ts'
import { nodePrimitives as primitives } from '../node/primitives.ts'
import { openInFolder, othersInFolder } from '../node/release-folder.ts'
import { compareFiles } from '../release/files.ts'
import type { FileFindings } from '../release/files.ts'
import { verifyReleaseManifest } from '../release/verify.ts'
import type { DecideSigners, ManifestEvidence } from '../release/verify.ts'
import { isoTime } from '../signature/time.ts'
import { certificateFiles, readTrusted } from './certificates.ts'
import { usageError } from './command.ts'
import { escapeText } from './escape.ts'
import { timeoutMs } from './inputs.ts'
import type { Io } from './io.ts'
import { jsonText } from './json.ts'
import { withProgress } from './progress.ts'
import { releaseNames } from './release-options.ts'
import type { ReleaseNames } from './release-options.ts'
import { parseRequired } from './required.ts'
import { parseDuration, parseTime } from './time.ts'
import { verdictLines } from './verdict-lines.ts'

export interface ReleaseVerifyValues {
  readonly cert: readonly string[]
  readonly dir: string | undefined
  readonly manifest: string | undefined
  readonly signature: string | undefined
  readonly domain: string | undefined
  readonly product: string | undefined
  readonly 'min-version': string | undefined
  readonly 'max-age': string | undefined
  readonly require: string | undefined
  readonly 'allow-extra': boolean
  readonly at: string | undefined
  readonly timeout: string | undefined
  readonly quiet: boolean
  readonly json: boolean
}

export interface ReleaseVerify {
  readonly options: ReleaseVerifyValues
  readonly operands: readonly string[]
  readonly io: Io
}

/** What the folder comes to: the findings, and names that neither the manifest nor the release has. */
interface FolderFindings extends FileFindings {
  readonly extra: readonly string[]
}

/** Nothing but the manifest and its signature is opened before they are found good. */
export async function verifyReleaseFolder(given: ReleaseVerify): Promise<void> {
  const { options, operands } = given
  const io = options.quiet ? { ...given.io, interactive: false } : given.io
  if (options.json && options.quiet) {
    throw usageError('release verify', '--json and --quiet do not go together')
  }
  const folder = options.dir ?? '.'
  const names = releaseNames(options.manifest)
  const idleTimeoutMs = timeoutMs(options.timeout)
  const maxAge = options['max-age']
  const wanted = {
    domain: options.domain,
    product: options.product,
    minVersion: options['min-version'],
    maxAge: maxAge === undefined ? undefined : parseDuration('max-age', maxAge),
    at: options.at === undefined ? io.now : parseTime('at', options.at),
    decide: requireSigners(parseRequired(options.require)),
  }
  const certificates = await readTrusted(certificateFiles(options.cert, io), idleTimeoutMs, io)
  const limit = limits.manifestOctets
  const path = join(folder, names.manifest)
  const manifest = await readBounded(path, { limit, what: 'manifest', idleTimeoutMs })
  const signature = await readSignature(folder, names, { ...options, idleTimeoutMs })

  const judging = { ...wanted, certificates, primitives }
  const evidence = await verifyReleaseManifest(manifest, signature, judging)
  const open = (name: string): AsyncIterable<Uint8Array> | undefined => {
    const data = openInFolder(folder, name, { idleTimeoutMs })
    return data && withProgress(data, name, io)
  }
  const only = operands.length > 0 ? operands : undefined
  const found = await compareFiles(evidence.entries, open, { names: only, primitives })
  const own = [names.manifest, names.armored, names.binary]
  const known = new Set([...own, ...evidence.entries.map(({ name }) => name)])
  const passed = only !== undefined || options['allow-extra']
  const findings = { ...found, extra: passed ? [] : othersInFolder(folder, known) }

  if (options.json) io.out(jsonText(record(evidence, findings)))
  else if (!options.quiet)
    io.out((await lines(evidence, findings, certificates, wanted.at)).join(''))
  conclude(findings, folder)
}

async function readSignature(
  folder: string,
  names: ReleaseNames,
  options: { readonly signature: string | undefined; readonly idleTimeoutMs: number },
): Promise<Uint8Array> {
  const limit = limits.signatureFileOctets
  const reading = { limit, what: 'signature file', idleTimeoutMs: options.idleTimeoutMs }
  if (options.signature !== undefined) return readBounded(options.signature, reading)
  try {
    return await readBounded(join(folder, names.armored), reading)
  } catch (error) {
    if (!isOpenPGPError(error, 'input-missing')) throw error
  }
  return readBounded(join(folder, names.binary), reading).catch((error: unknown) => {
    if (!isOpenPGPError(error, 'input-missing')) throw error
    const missing = `there is no signature of ${names.manifest} in ${folder}`
    throw new OpenPGPError('signature-missing', missing, {
      hint: `it is called ${names.armored} or ${names.binary}; or name it with --signature`,
    })
  })
}

/** Each of the certificates that are given may sign, and so many of them have to. */
function requireSigners(count: number): DecideSigners {
  return ({ signatures }) => {
    const accepted = [...new Set(signatures.map(({ signer }) => signer.certificate))]
    if (accepted.length >= count) return Promise.resolve({ accepted })
    const reason = `good signatures by ${accepted.length} of the ${count} certificates required`
    return Promise.resolve({ refused: { code: 'signature-missing', reason } })
  }
}

async function lines(
  evidence: ManifestEvidence,
  findings: FolderFindings,
  certificates: readonly Certificate[],
  at: Date,
): Promise<string[]> {
  const { statement, verdict, notes } = evidence
  const said = statement
    ? [`release: ${statement.product} ${statement.version} of ${statement.domain}\n`]
    : []
  const list = (what: string, names: readonly string[]): string[] =>
    names.map((name) => `${what}: ${escapeText(name)}\n`)
  return [
    ...(await verdictLines(verdict, certificates, at)),
    ...said,
    ...list('note', notes),
    ...list('missing', findings.missing),
    ...list('changed', findings.changed),
    ...list('not in the manifest', findings.unlisted),
    ...list('extra', findings.extra),
    `files as signed: ${findings.same.length} of ${evidence.entries.length}\n`,
  ]
}

function record(evidence: ManifestEvidence, findings: FolderFindings): object {
  const { statement, signatures, signedAt, sha256, notes } = evidence
  const said = { statement, signedAt: isoTime(signedAt), manifest: sha256, signatures, notes }
  return { good: wrongOf(findings).length === 0, ...said, ...findings }
}

/** What of it is not as it was signed, the worst first. */
function wrongOf({ changed, missing, unlisted, extra }: FolderFindings): string[] {
  return Object.entries({ changed, missing, 'not in the manifest': unlisted, extra })
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${names.length} ${what}`)
}

function conclude(findings: FolderFindings, folder: string): void {
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

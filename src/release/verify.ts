/** Verifying a release: who signed its manifest, what that says, and whether the files are those. */

import { OpenPGPError, isOpenPGPError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { limits } from '../limits.ts'
import { concat } from '../octets.ts'
import { creationTime } from '../packet/signature.ts'
import { portable } from '../signature/portable.ts'
import { readSignatureFile } from '../verify/detached.ts'
import { judgeDocument, requireEvidence } from '../verify/document.ts'
import type { KeyringOptions, VerifyOptions } from '../verify/document.ts'
import type { Evidence, GoodSignature } from '../verify/verdict.ts'
import { digestData } from './digest.ts'
import { compareFiles } from './files.ts'
import type { FileFindings, ReadFile } from './files.ts'
import { readManifest } from './manifest.ts'
import type { ManifestEntry } from './manifest.ts'
import { readStatement } from './statement.ts'
import type { ReleaseStatement } from './statement.ts'
import { agreedStatement, requireWanted, requireWish } from './wanted.ts'
import type { WantedRelease } from './wanted.ts'

/** Who may sign a release: which of the certificates whose signatures are good count, or why none does. */
export type DecideSigners = (evidence: Evidence, at: Date) => Promise<SignerDecision>

export type SignerDecision =
  | {
      /** Fingerprints of certificates. */
      readonly accepted: readonly string[]
      /** Lines for people: who vouched, what was not checked. */
      readonly notes?: readonly string[]
    }
  | {
      readonly refused: {
        readonly code: ErrorCode
        readonly reason: string
        readonly hint?: string
      }
    }

export type VerifyManifestOptions = (VerifyOptions | KeyringOptions) &
  WantedRelease & {
    /** Every given certificate may sign unless this says otherwise. */
    readonly decide?: DecideSigners
  }

/** What a verified manifest is worth. */
export interface ManifestEvidence extends Evidence {
  /** Those that count: good, and by a certificate that may sign. */
  readonly signatures: readonly [GoodSignature, ...GoodSignature[]]
  readonly entries: readonly ManifestEntry[]
  /** Of the manifest: what the next release names as the one before it. */
  readonly sha256: string
  /** What the signatures that count say; undefined when none says anything. */
  readonly statement: ReleaseStatement | undefined
  /** The newest time that one of them states: the signer's claim, in seconds since 1970. */
  readonly signedAt: number
  readonly notes: readonly string[]
}

/**
 * Verifies a manifest (a file SHA256SUMS) and its detached signature. Checked, in this order: the
 * signatures as by `verifyDetached`; whether their certificates may sign; the form of the manifest, in
 * the octets that were signed; product, version and age, by the hashed areas of the signatures that
 * count (RFC 9580 §5.2.3.24). Not checked: the files; whether there is a newer release; with no
 * `decide`, whose the certificates are. Throws what `verifyDetached` and `readManifest` throw,
 * `release-other` and `release-old`, and the code of a refusal.
 */
export async function verifyReleaseManifest(
  manifest: Uint8Array,
  signature: Uint8Array,
  options: VerifyManifestOptions,
): Promise<ManifestEvidence> {
  const { at = new Date(), decide = acceptGiven } = options
  requireWish(options)
  if (manifest.length > limits.manifestOctets) {
    throw new OpenPGPError('limit', `a manifest of ${manifest.length} octets`)
  }
  const octets = concat(manifest) // nobody else may change what is verified first and read later
  const read = readSignatureFile(signature)
  const evidence = requireEvidence(await judgeDocument(octets, read, { ...options, at }))
  const decision = await decide(evidence, at)
  const counting = requireAccepted(evidence, decision)
  const entries = readManifest(octets)
  const { verdict } = evidence
  const packets = counting.flatMap((each) => {
    const packet = read[verdict.signatures.indexOf(each)]
    return packet === undefined || isOpenPGPError(packet) ? [] : [packet]
  })
  const statement = agreedStatement(packets.map((each) => readStatement(each, options.domain)))
  const signedAt = Math.max(...packets.map((each) => creationTime(each) ?? 0))
  requireWanted({ statement, signedAt }, options, at)
  const primitives = options.keyring?.primitives ?? options.primitives ?? portable
  const sha256 = await digestData(octets, primitives)
  const notes = 'refused' in decision ? [] : (decision.notes ?? [])
  return { entries, sha256, statement, signatures: counting, verdict, signedAt, notes }
}

/** A release, wherever its files are. */
export interface Release {
  readonly manifest: Uint8Array
  /** Armored or binary. */
  readonly signature: Uint8Array
  /**
   * Gives what is in a file of the release, or undefined when it is not there. It is called once for
   * each, in the order of the manifest; what it gives is read once and to its end. Nothing of it may be
   * used before `verifyRelease` resolves.
   */
  readonly read: ReadFile
  /** The files that are needed, by name; every file of the manifest unless it is given. */
  readonly names?: readonly string[]
}

export interface ReleaseEvidence extends ManifestEvidence {
  /** The files whose digests are those of the manifest. */
  readonly files: readonly string[]
}

/**
 * Verifies a release: its manifest, as `verifyReleaseManifest`, and then SHA-256 of each file that is
 * needed. Resolves to evidence, or throws; `release-files` when one is missing, changed, or not in the
 * manifest. Needs no network, disk or clock but what it is given. Not checked: what else lies there.
 *
 * @example
 * import { parseCertificates, verifyRelease } from 'longhand'
 *
 * export async function update(cert: Uint8Array, get: (name: string) => Promise<Uint8Array>) {
 *   const name = 'tool-linux-x64'
 *   const file = await get(name)
 *   const { statement } = await verifyRelease(
 *     {
 *       manifest: await get('SHA256SUMS'),
 *       signature: await get('SHA256SUMS.asc'),
 *       names: [name],
 *       read: () => file,
 *     },
 *     { certificates: parseCertificates(cert), product: 'tool', minVersion: '1.4.0' },
 *   )
 *   return { file, version: statement?.version }
 * }
 */
export async function verifyRelease(
  { manifest, signature, read, names }: Release,
  options: VerifyManifestOptions,
): Promise<ReleaseEvidence> {
  const evidence = await verifyReleaseManifest(manifest, signature, options)
  const primitives = options.keyring?.primitives ?? options.primitives ?? portable
  const findings = await compareFiles(evidence.entries, read, { names, primitives })
  return { ...evidence, files: requireFiles(findings) }
}

/** Throws `release-files`, which names the first of each kind, unless all files are the signed ones. */
export function requireFiles({
  same,
  missing,
  changed,
  unlisted,
}: FileFindings): readonly string[] {
  const wrong = Object.entries({ missing, changed, 'not in the manifest': unlisted })
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what}: ${names.slice(0, 3).join(', ')}${names[3] ? ', …' : ''}`)
  if (wrong.length === 0) return same
  throw new OpenPGPError('release-files', `the release is not complete: ${wrong.join('; ')}`)
}

/** Whoever gives the certificates answers for them. */
const acceptGiven: DecideSigners = (evidence) =>
  Promise.resolve({ accepted: evidence.signatures.map(({ signer }) => signer.certificate) })

function requireAccepted(
  { signatures }: Evidence,
  decision: SignerDecision,
): readonly [GoodSignature, ...GoodSignature[]] {
  if ('refused' in decision) {
    const { code, reason, hint } = decision.refused
    throw new OpenPGPError(code, reason, hint === undefined ? {} : { hint })
  }
  const { accepted } = decision
  const [first, ...others] = signatures.filter((each) => accepted.includes(each.signer.certificate))
  if (first) return [first, ...others]
  throw new OpenPGPError('signer-unknown', 'none of those who signed the release may sign it')
}

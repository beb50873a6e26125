/** Verifying a release: its manifest, and whether the files are those. */

import { OpenPGPError } from '../errors.ts'
import { compareFiles } from './files.ts'
import type { FileFindings, ReadFile } from './files.ts'
import { rememberSeen } from './trusted.ts'
import { primitivesOf, verifyReleaseManifest } from './verify-manifest.ts'
import type { ManifestEvidence, VerifyManifestOptions } from './verify-manifest.ts'

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
  /** The files that are needed, by name; every file of the manifest unless it is given, and one at least. */
  readonly names?: readonly string[]
}

export interface ReleaseEvidence extends ManifestEvidence {
  /** The files whose digests are those of the manifest. */
  readonly files: readonly string[]
}

/**
 * Verifies a release: its manifest, as `verifyReleaseManifest`, and then SHA-256 of each file that is
 * needed; at last the release is remembered, where `trust` has a memory. Resolves to evidence, or
 * throws; `release-files` when a file is missing, changed, or not in the manifest. Needs no network,
 * disk or clock but what it is given. Not checked: what else lies there, and what `notChecked` says.
 *
 * @example
 * import { crossCheck, embedded, fromWkd, openTrust, parseCertificates, verifyRelease } from 'longhand'
 * import type { TrustState } from 'longhand'
 *
 * export async function update(
 *   cert: Uint8Array,
 *   state: TrustState,
 *   get: (name: string) => Promise<Uint8Array>,
 * ) {
 *   const rule = crossCheck(embedded(parseCertificates(cert)), fromWkd('release@acme.example'))
 *   const trust = await openTrust(rule, { state })
 *   const name = 'tool-linux-x64'
 *   const file = await get(name)
 *   const { statement } = await verifyRelease(
 *     {
 *       manifest: await get('SHA256SUMS'),
 *       signature: await get('SHA256SUMS.asc'),
 *       names: [name],
 *       read: () => file,
 *     },
 *     { trust, product: 'tool', minVersion: '1.4.0' },
 *   )
 *   return { file, version: statement?.version }
 * }
 */
export async function verifyRelease(
  { manifest, signature, read, names }: Release,
  options: VerifyManifestOptions,
): Promise<ReleaseEvidence> {
  if (names?.length === 0) {
    throw new OpenPGPError(
      'usage',
      'no file of the release is asked for, so nothing would be verified',
    )
  }
  const evidence = await verifyReleaseManifest(manifest, signature, options)
  const primitives = primitivesOf(options)
  const findings = await compareFiles(evidence.entries, read, { names, primitives })
  const files = requireFiles(findings)
  if (options.trust) await rememberSeen(evidence, options.trust, options.domain)
  return { ...evidence, files }
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

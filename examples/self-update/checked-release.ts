/** Whether a file is one of the release that was signed: the same in Node and in a browser. */

import { compareVersions, parseCertificates, parseVersion, verifyRelease } from 'longhand'
import { crossCheck, embedded, openTrust, verifyReleaseManifest } from 'longhand'
import type { Data, Directory, Primitives, TrustState } from 'longhand'

export interface ReleaseCheck {
  /** The certificates that the program carries: who may sign a release of it. Never fetch them. */
  readonly certificates: Uint8Array
  /** The owner's directory, which has to vouch for who signed too. */
  readonly directory?: Directory | undefined
  /** What was seen before: revocations, successors, the newest release. */
  readonly state?: TrustState | undefined
  readonly product: string
  /** The version that runs now: an older one is refused. Without it any version will do. */
  readonly installed?: string | undefined
  /** The file of the release that is wanted. */
  readonly file: string
  /** How old a release may be, in days, before somebody should ask why there is no newer one. */
  readonly maxAgeDays?: number
  /** Small files of the release: the manifest and its signature. */
  readonly get: (name: string) => Promise<Uint8Array>
  /** The file itself. It is read once and to its end; use nothing of it before this resolves. */
  readonly open: (name: string) => Data | Promise<Data>
  /** Faster ones than those in plain JavaScript, where there are such. */
  readonly primitives?: Primitives
}

export interface CheckedRelease {
  readonly version: string
  /**
   * Whether the file was read and is the one that was signed: not so where the release is the version that
   * runs now. Use no file for which this is false.
   */
  readonly verified: boolean
  /** Lines for people: what nobody has looked at. */
  readonly notChecked: readonly string[]
}

/** Resolves when the release is good; throws otherwise, with a code and a remedy. */
export async function checkRelease(check: ReleaseCheck): Promise<CheckedRelease> {
  const { product, installed, file, maxAgeDays, primitives, directory, state } = check
  const roots = embedded(parseCertificates(check.certificates, primitives ? { primitives } : {}))
  const trust = await openTrust(directory ? crossCheck(roots, directory) : roots, {
    ...(state ? { state } : {}),
    ...(primitives ? { primitives } : {}),
  })
  const options = {
    trust,
    product,
    ...(installed === undefined ? {} : { minVersion: installed }),
    ...(maxAgeDays === undefined ? {} : { maxAge: maxAgeDays * 86_400 }),
    ...(primitives ? { primitives } : {}),
  }
  const manifest = await check.get('SHA256SUMS')
  const signature = await check.get('SHA256SUMS.asc')
  const { statement, notChecked } = await verifyReleaseManifest(manifest, signature, options)
  const offered = parseVersion(statement?.version ?? '')
  if (!offered) throw new Error('the release says no version')
  const current = installed === undefined ? undefined : parseVersion(installed)
  const isWanted = !current || compareVersions(offered, current) > 0
  if (isWanted) {
    await verifyRelease({ manifest, signature, names: [file], read: check.open }, options)
  }
  return { version: offered.text, verified: isWanted, notChecked }
}

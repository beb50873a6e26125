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
  /** The version that runs now, or the least that will do. */
  readonly installed: string
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
  /** Whether it comes after the version that runs now; the file was read only then. */
  readonly newer: boolean
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
    minVersion: installed,
    ...(maxAgeDays === undefined ? {} : { maxAge: maxAgeDays * 86_400 }),
    ...(primitives ? { primitives } : {}),
  }
  const manifest = await check.get('SHA256SUMS')
  const signature = await check.get('SHA256SUMS.asc')
  const { statement, notChecked } = await verifyReleaseManifest(manifest, signature, options)
  const [offered, current] = [parseVersion(statement?.version ?? ''), parseVersion(installed)]
  if (!offered || !current) throw new Error('the release says no version')
  const newer = compareVersions(offered, current) > 0
  if (newer) {
    await verifyRelease({ manifest, signature, names: [file], read: check.open }, options)
  }
  return { version: offered.text, newer, notChecked }
}

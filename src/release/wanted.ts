/** What a release has to be, by what its signatures say and by nothing else. */

import { OpenPGPError } from '../errors.ts'
import { isoTime, toSeconds } from '../signature/time.ts'
import type { ReleaseStatement } from './statement.ts'
import { compareVersions, parseVersion } from '../trust/version.ts'
import type { Version } from '../trust/version.ts'

export interface WantedRelease {
  /** Read only statements in the name space of this domain. */
  readonly domain?: string | undefined
  readonly product?: string | undefined
  /** The version, or one that comes after it: Semantic Versioning 2.0.0 §11. */
  readonly minVersion?: string | undefined
  /** Seconds since the newest signature that counts. */
  readonly maxAge?: number | undefined
}

/** What is held against it. */
export interface ClaimedRelease {
  readonly statement: ReleaseStatement | undefined
  /** The newest time that a signature states, in seconds since 1970. */
  readonly signedAt: number
}

/** Throws `usage` for a wish that cannot be compared, before anything is read. */
export function requireWish({ minVersion, maxAge }: WantedRelease): Version | undefined {
  if (maxAge !== undefined && !(maxAge >= 0)) {
    throw new OpenPGPError('usage', 'the greatest age of a release is a number of seconds')
  }
  const version = minVersion === undefined ? undefined : parseVersion(minVersion)
  if (minVersion === undefined || version) return version
  const shown = JSON.stringify(minVersion.slice(0, 100))
  throw new OpenPGPError('usage', `${shown} is not a version of Semantic Versioning`, {
    hint: 'write it as 1.4.0 or 2.0.0-rc.1, without a v',
  })
}

/** Throws `release-other` or `release-old` when the release is not the one that is wanted. */
export function requireWanted(
  { statement, signedAt }: ClaimedRelease,
  wanted: WantedRelease,
  at: Date,
): void {
  const { domain, product, maxAge } = wanted
  const least = requireWish(wanted)
  if ((domain ?? product ?? least) !== undefined && !statement) {
    const whose = domain === undefined ? '' : ` in the name space of ${domain}`
    throw new OpenPGPError('release-other', `the signature says no product and version${whose}`)
  }
  if (statement && product !== undefined && statement.product !== product) {
    throw new OpenPGPError(
      'release-other',
      `the release is of ${statement.product}, not ${product}`,
    )
  }
  const version = statement && parseVersion(statement.version)
  if (version && least && compareVersions(version, least) < 0) {
    const versions = `version ${version.text}, which comes before ${least.text}`
    throw new OpenPGPError('release-old', `the release is ${versions}`, {
      hint: 'an old release may have been put in place of the newest one',
    })
  }
  if (maxAge === undefined || toSeconds(at) - signedAt <= maxAge) return
  throw new OpenPGPError('release-old', `the release was signed ${isoTime(signedAt)}`, {
    hint: 'that is longer ago than was asked for; see whether there is a newer one',
  })
}

/** What trust has to do with a release: who may sign it, and which releases were seen before. */

import { OpenPGPError } from '../errors.ts'
import type { Use } from '../trust/decide.ts'
import { compareReleases } from '../trust/join.ts'
import { releaseKey } from '../trust/state.ts'
import type { ReleaseName, Remembered, RememberedRelease } from '../trust/state.ts'
import type { Trust } from '../trust/trust.ts'
import type { DecideSigners, SignerDecision } from './decision.ts'
import type { ReleaseStatement } from './statement.ts'
import type { WantedRelease } from './wanted.ts'

/** A release whose signatures count. */
export interface KnownRelease {
  readonly statement: ReleaseStatement | undefined
  /** SHA-256 of the manifest. */
  readonly sha256: string
  /** Seconds since 1970, as the signers say. */
  readonly signedAt: number
}

/** The decision of trust as one on a release. */
export function decideByTrust(trust: Trust, use: Use): DecideSigners {
  return (verdict) => {
    const { good, accepted, code, reason, hint, vouched, notChecked } = trust.decide(verdict, use)
    const decision: SignerDecision = good
      ? { accepted, vouched, notChecked }
      : {
          refused: {
            code: code ?? 'signer-unknown',
            reason: reason ?? 'nobody vouches for those who signed',
            ...(hint === undefined ? {} : { hint }),
          },
        }
    return Promise.resolve(decision)
  }
}

/**
 * Throws `release-old` for a release that comes before the one that is remembered of its product, by
 * version or, with the same version and another manifest, by time; `release-other` for one that does not
 * say what it is, once others did.
 */
export function requireNotBefore(
  { statement, sha256, signedAt }: KnownRelease,
  releases: Remembered['releases'],
  domain?: string,
): void {
  if (!statement) {
    if (Object.keys(releases).length === 0) return
    const message = 'the signature says no product and version, to be compared with what was seen'
    throw new OpenPGPError('release-other', message)
  }
  const { version } = statement
  for (const seen of rememberedOf(statement, releases, domain)) {
    const order = compareReleases({ version, signedAt: 0 }, { ...seen, signedAt: 0 })
    if (order > 0 || (order === 0 && (seen.manifest === sha256 || signedAt > seen.signedAt)))
      continue
    const message =
      order < 0
        ? `the release is version ${version}, and ${seen.version} was seen before`
        : `the release is another ${version} than was seen before, and not newer`
    throw new OpenPGPError('release-old', message, {
      hint: 'an old release may have been put in place of the newest one',
    })
  }
}

/**
 * Remembers a release once it was found good; what says nothing of itself is not remembered. Throws
 * `release-old` where another client of the same memory has seen a newer one meanwhile.
 */
export async function rememberSeen(
  release: KnownRelease,
  trust: Trust,
  domain?: string,
): Promise<void> {
  const { statement, sha256, signedAt } = release
  if (!statement) return
  const { version } = statement
  await trust.rememberRelease(statement, { version, manifest: sha256, signedAt })
  requireNotBefore(release, trust.remembered.releases, domain)
}

/** Lines for people: what of the release nobody asked for. */
export function notAsked(
  { statement, sha256 }: KnownRelease,
  { domain, product, minVersion, maxAge }: WantedRelease,
  releases: Remembered['releases'],
): string[] {
  const seen = statement ? rememberedOf(statement, releases, domain) : []
  const asked = {
    'which product it is of': product !== undefined,
    'whether an older release was put in its place': minVersion !== undefined || seen.length > 0,
    'whether there is a newer release': maxAge !== undefined,
  }
  const open = Object.entries(asked).flatMap(([what, isAsked]) => (isAsked ? [] : [what]))
  const digests = [sha256, statement?.previous]
  const isNext = seen.some(({ manifest }) => digests.includes(manifest))
  const [last] = seen
  if (!last || isNext || statement?.previous === undefined) return open
  return [...open, `what was released between ${last.version}, which was seen, and this`]
}

/**
 * The releases that this one is compared with: of the product in the domain that is asked for, and where
 * none is, in every domain. Who signs chooses what domain he says, and must not choose by it what is
 * remembered.
 */
function rememberedOf(
  { domain, product }: ReleaseName,
  releases: Remembered['releases'],
  asked: string | undefined,
): RememberedRelease[] {
  const own = releaseKey({ domain, product })
  return Object.entries(releases).flatMap(([key, release]) => {
    const isOf = asked === undefined ? key.slice(key.indexOf('/') + 1) === product : key === own
    return isOf ? [release] : []
  })
}

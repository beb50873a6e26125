/** What trust has to do with a release: who may sign it, and which releases were seen before. */

import { OpenPGPError } from '../errors.ts'
import type { Use } from '../trust/decide.ts'
import type { Remembered } from '../trust/state.ts'
import type { Trust } from '../trust/trust.ts'
import type { DecideSigners, SignerDecision } from './decision.ts'
import type { ReleaseStatement } from './statement.ts'
import { compareVersions, parseVersion } from './version.ts'
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
      ? { accepted: accepted.map(({ certificate }) => certificate), vouched, notChecked }
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
 * version or, with the same version, as an earlier manifest; `release-other` for one that does not
 * say what it is, once others did.
 */
export function requireNotBefore(
  { statement, sha256, signedAt }: KnownRelease,
  { releases }: Pick<Remembered, 'releases'>,
): void {
  if (!statement) {
    if (Object.keys(releases).length === 0) return
    const message = 'the signature says no product and version, to be compared with what was seen'
    throw new OpenPGPError('release-other', message)
  }
  const { product, version } = statement
  const seen = rememberedOf(product, releases)
  if (!seen || seen.manifest === sha256) return
  const [offered, before] = [parseVersion(version), parseVersion(seen.version)]
  const order = offered && before ? compareVersions(offered, before) : -1
  if (order > 0 || (order === 0 && signedAt > seen.signedAt)) return
  const message =
    order < 0
      ? `the release is version ${version}, and ${seen.version} was seen before`
      : `the release is another ${version} than was seen before, and not newer`
  throw new OpenPGPError('release-old', message, {
    hint: 'an old release may have been put in place of the newest one',
  })
}

/** Remembers a release once it was found good; what says nothing of itself is not remembered. */
export async function rememberSeen(
  { statement, sha256, signedAt }: KnownRelease,
  trust: Trust,
): Promise<void> {
  if (!statement) return
  const { product, version } = statement
  const seen = rememberedOf(product, trust.remembered.releases)
  if (seen?.version === version && seen.manifest === sha256) return
  await trust.rememberRelease(product, { version, manifest: sha256, signedAt })
}

/** Lines for people: what of the release nobody asked for. */
export function notAsked(
  { statement }: KnownRelease,
  { product, minVersion, maxAge }: WantedRelease,
  releases: Remembered['releases'],
): string[] {
  const seen = statement && rememberedOf(statement.product, releases)
  const asked = {
    'which product it is of': product !== undefined,
    'whether an older release was put in its place': minVersion !== undefined || seen !== undefined,
    'whether there is a newer release': maxAge !== undefined,
  }
  return Object.entries(asked).flatMap(([what, isAsked]) => (isAsked ? [] : [what]))
}

function rememberedOf(
  product: string,
  releases: Remembered['releases'],
): Remembered['releases'][string] | undefined {
  return Object.hasOwn(releases, product) ? releases[product] : undefined
}

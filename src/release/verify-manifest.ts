/** Verifying the manifest of a release: who signed it, and what that says. */

import { OpenPGPError, isOpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { concat } from '../octets.ts'
import { creationTime } from '../packet/signature.ts'
import type { Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import type { Use } from '../trust/decide.ts'
import type { Trust } from '../trust/trust.ts'
import { readSignatureFile } from '../verify/detached.ts'
import { judgeDocument, requireEvidence } from '../verify/document.ts'
import type { KeyringOptions, VerifyOptions } from '../verify/document.ts'
import type { Evidence, GoodSignature, Verdict } from '../verify/verdict.ts'
import { acceptGiven } from './decision.ts'
import type { DecideSigners, SignerDecision } from './decision.ts'
import { digestData } from './digest.ts'
import { readManifest } from './manifest.ts'
import type { ManifestEntry } from './manifest.ts'
import { readStatement } from './statement.ts'
import type { ReleaseStatement } from './statement.ts'
import { decideByTrust, notAsked, requireNotBefore } from './trusted.ts'
import { agreeOn, refusal } from './agreed.ts'
import type { Said } from './agreed.ts'
import { requireWanted, requireWish } from './wanted.ts'
import type { WantedRelease } from './wanted.ts'

/** By certificates that are given; every one of them may sign unless `decide` says otherwise. */
export type GivenSigners = (VerifyOptions | KeyringOptions) & {
  readonly decide?: DecideSigners
  readonly trust?: undefined
}

/** By what `openTrust` worked out for the same time `at`. */
export interface TrustedSigners extends Pick<VerifyOptions, 'at' | 'policy' | 'primitives'> {
  readonly trust: Trust
  /** `update` unless said: a signer has to be valid today as well. */
  readonly use?: Use
  readonly certificates?: undefined
  readonly keyring?: undefined
}

export type VerifyManifestOptions = (GivenSigners | TrustedSigners) & WantedRelease

/** What a verified manifest is worth. */
export interface ManifestEvidence extends Evidence {
  /** Those that count: good, and by a certificate that may sign. */
  readonly signatures: readonly [GoodSignature, ...GoodSignature[]]
  readonly entries: readonly ManifestEntry[]
  /** Of the manifest: what the next release names as the one before it. */
  readonly sha256: string
  /** What the signatures that count say, by as many as have to sign; undefined when none does. */
  readonly statement: ReleaseStatement | undefined
  /** The newest time that as many as have to sign state, or a later one: in seconds since 1970. */
  readonly signedAt: number
  /** Lines for people: who vouched for whom; empty where no trust was asked. */
  readonly vouched: readonly string[]
  /** Lines for people: what nobody has looked at. */
  readonly notChecked: readonly string[]
}

/**
 * Verifies a manifest (a file SHA256SUMS) and its detached signature. Checked, in this order: the
 * signatures as by `verifyDetached`; whether their certificates may sign, with `trust` by all rules of
 * docs/trust-and-rotation.md; the form of the manifest, in the octets that were signed; product,
 * version and age, by the hashed areas of the signatures that count (RFC 9580 §5.2.3.24); with a memory
 * in `trust`, that no newer release was seen. Not checked: the files; what `notChecked` says. What is
 * seen here is not remembered, for the files are not known. Throws what `verifyDetached` and
 * `readManifest` throw, `release-other` and `release-old`, and the code of a refusal.
 */
export async function verifyReleaseManifest(
  manifest: Uint8Array,
  signature: Uint8Array,
  options: VerifyManifestOptions,
): Promise<ManifestEvidence> {
  const { at = new Date(), trust } = options
  requireWish(options)
  if (manifest.length > limits.manifestOctets) {
    throw new OpenPGPError('limit', `a manifest of ${manifest.length} octets`)
  }
  const octets = concat(manifest) // nobody else may change what is verified first and read later
  const read = readSignatureFile(signature)
  const verdict = await judgeDocument(octets, read, { ...judging(options), at })
  const decide = deciding(options)
  const decision = await decide(verdict, at)
  const { counting, vouched = [], notChecked = [] } = requireAccepted(verdict, decision)
  const entries = readManifest(octets)
  const said = counting.map((signature): Said => {
    const packet = read[verdict.signatures.indexOf(signature)]
    const own = packet === undefined || isOpenPGPError(packet) ? undefined : packet
    const statement = own && readStatement(own, options.domain)
    return { signature, statement, created: (own && creationTime(own)) ?? 0 }
  })
  const ask = (some: readonly Said[]): Promise<SignerDecision> =>
    decide({ good: true, signatures: some.map((each) => each.signature) }, at)
  const { statement, signedAt } = await agreeOn(said, ask)
  requireWanted({ statement, signedAt }, options, at)
  const sha256 = await digestData(octets, primitivesOf(options))
  const signed = { statement, sha256, signedAt }
  const releases = trust?.remembered.releases ?? {}
  requireNotBefore(signed, releases, options.domain)
  const open = [...notChecked, ...notAsked(signed, options, releases)]
  return { ...signed, entries, signatures: counting, verdict, vouched, notChecked: open }
}

function judging(options: VerifyManifestOptions): VerifyOptions | KeyringOptions {
  if (!options.trust) return options
  const { trust, at, policy, primitives } = options
  return {
    certificates: trust.certificates,
    ...(at && { at }),
    ...(policy && { policy }),
    ...(primitives && { primitives }),
  }
}

function deciding(options: VerifyManifestOptions): DecideSigners {
  if (options.trust) return decideByTrust(options.trust, options.use ?? 'update')
  return options.decide ?? acceptGiven
}

/** Those that the options bring, in whatever way. */
export function primitivesOf({
  keyring,
  primitives = portable,
}: VerifyManifestOptions): Primitives {
  return keyring?.primitives ?? primitives
}

type Accepted = Exclude<SignerDecision, { readonly refused: unknown }> & {
  readonly counting: readonly [GoodSignature, ...GoodSignature[]]
}

function requireAccepted(verdict: Verdict, decision: SignerDecision): Accepted {
  if ('refused' in decision) throw refusal(decision)
  const { accepted } = decision
  const [first, ...others] = requireEvidence(verdict).signatures.filter(({ signer }) =>
    accepted.some(
      ({ certificate, key }) => certificate === signer.certificate && key === signer.key,
    ),
  )
  if (first) return { ...decision, counting: [first, ...others] }
  throw new OpenPGPError('signer-unknown', 'none of those who signed the release may sign it')
}

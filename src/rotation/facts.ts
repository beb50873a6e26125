/** What a certificate says of itself to a rotation, and who has endorsed it. */

import { isRotationAuthority } from '../certificate/authority.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { endorsementObjection, endorsementsOn, findWithdrawal } from '../certificate/endorsed.ts'
import { evaluateCertificate } from '../certificate/evaluate.ts'
import type { EvaluatedCertificate } from '../certificate/evaluate.ts'
import { isOpenPGPError } from '../errors.ts'
import { emailOf } from '../packet/user-id.ts'
import type { PublicKey } from '../packet/public-key.ts'
import type { Objection, Policy } from '../policy/policy.ts'
import { keyFlag } from '../registry.ts'
import { signingComponent } from '../sign/component.ts'
import type { Primitives } from '../signature/hasher.ts'
import { toSeconds } from '../signature/time.ts'
import type { FactualEndorsement, KeyFacts } from './situation.ts'

export interface FactsOptions {
  readonly at: Date
  /** Fingerprint of the key that signs data, where the certificate has several that may. */
  readonly component?: string | undefined
  /** By which clients look the certificate up, if they do. */
  readonly address?: string | undefined
  /** The certificates whose endorsements are looked for. */
  readonly endorsers: readonly Certificate[]
  readonly policy: Policy
  readonly primitives: Primitives
}

/** Judges a certificate as it is in one file; copies elsewhere may say more. */
export async function factsOf(certificate: Certificate, options: FactsOptions): Promise<KeyFacts> {
  const evaluated = await evaluateCertificate(certificate, options)
  const { primary } = evaluated
  const { key, objection } = await signerOf(certificate, options)
  const ends = [primary, ...evaluated.subkeys]
    .filter((each) => each === primary || each.key.fingerprint === key?.fingerprint)
    .flatMap(({ expires }) => expires ?? [])
  const { revocation } = primary
  return {
    objection: primary.objection ?? objection,
    certifies: !primary.objection && (primary.keyFlags & keyFlag.certify) !== 0,
    expires: ends.length === 0 ? undefined : Math.min(...ends),
    revoked: revocation && (revocation.hard ? 'hard' : 'soft'),
    addressed: isAddressed(evaluated, options.address),
    endorsements: await endorsementsOf(certificate, options),
  }
}

/** Why a certificate, as clients embed it, is no authority whose word counts now. */
export async function authorityObjection(
  certificate: Certificate,
  judging: Pick<FactsOptions, 'at' | 'policy' | 'primitives'>,
): Promise<Objection | undefined> {
  const { primary } = await evaluateCertificate(certificate, judging)
  if (primary.objection) return primary.objection
  if (await isRotationAuthority(certificate, judging)) return undefined
  return { code: 'usage', reason: 'it is no rotation authority' }
}

async function signerOf(
  certificate: Certificate,
  { at, component, policy, primitives }: FactsOptions,
): Promise<{ readonly key?: PublicKey; readonly objection?: Objection }> {
  try {
    const asking = { at, created: at, component, policy, primitives }
    return { key: await signingComponent(certificate, asking) }
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    return { objection: { code: error.code, reason: error.message } }
  }
}

function isAddressed({ userIds }: EvaluatedCertificate, address: string | undefined): boolean {
  if (address === undefined) return true
  return userIds.some(
    ({ userId, objection }) =>
      !objection && emailOf(userId)?.toLowerCase() === address.toLowerCase(),
  )
}

async function endorsementsOf(
  certificate: Certificate,
  { at, endorsers, policy, primitives }: FactsOptions,
): Promise<FactualEndorsement[]> {
  const checking = { now: toSeconds(at), policy, primitives }
  const found: FactualEndorsement[] = []
  for (const carried of endorsementsOn(certificate)) {
    const by = endorsers.find(({ fingerprint }) => fingerprint === carried.old)?.primary.key
    if (!by) continue
    const of = certificate.primary.key
    if (await endorsementObjection(carried, { by, of }, checking)) continue
    if (await findWithdrawal(carried, { by, of: certificate }, checking)) continue
    const { serial, expires, replaces } = carried
    found.push({ by: by.fingerprint, serial, expires, replaces: replaces?.fingerprint })
  }
  return found
}

/** The serial for an endorsement of a certificate: what others gave it, else a new one. */
export function serialFor(certificate: Certificate, others: readonly Certificate[]): number {
  const own = endorsementsOn(certificate).map(({ serial }) => serial)
  if (own.length > 0) return Math.max(...own)
  // The first certificate of an owner is number 1, and nobody endorsed it. Of two successors with one
  // serial neither counts, so that one that was given up keeps its own.
  const given = others.flatMap((each) => endorsementsOn(each)).map(({ serial }) => serial)
  return 1 + Math.max(1, ...given)
}

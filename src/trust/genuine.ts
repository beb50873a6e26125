/** Endorsements that the named endorsers made, and no more of them than lead on from a root. */

import type { Checking } from '../certificate/binding.ts'
import { endorsementObjection, endorsementsOn } from '../certificate/endorsed.ts'
import type { CarriedEndorsement } from '../certificate/endorsed.ts'
import { OpenPGPError } from '../errors.ts'
import { trustLimits } from '../limits.ts'
import { toHex } from '../octets.ts'
import { nameOfSignature } from '../packet/signature.ts'
import type { Known, KnownCertificate } from './judged.ts'
import { bareSignature } from './signatures.ts'

/** Most endorsements between an embedded certificate and a signer. */
export const mostHops = 3

/** An endorsement that the named endorser made; of its signature the unhashed area is left out. */
export interface GenuineEndorsement {
  readonly endorsement: CarriedEndorsement
  readonly of: KnownCertificate
  readonly by: KnownCertificate
}

export interface Genuine {
  readonly endorsements: readonly GenuineEndorsement[]
  /** Fingerprints of the roots, and of what they or these endorsed: in whatever order, valid or not. */
  readonly reached: ReadonlySet<string>
}

/**
 * Every endorsement of a known certificate by a root, or by what a root endorsed, three hops far. Those
 * that only say of each other that they endorse are not looked at. `limit` for more than
 * `trustLimits.endorsements` that would have to be verified.
 */
export async function genuineEndorsements(
  known: Known,
  { roots, domain }: { readonly roots: readonly string[]; readonly domain: string | undefined },
  checking: Checking,
): Promise<Genuine> {
  const candidates = candidatesIn(known, domain)
  const endorsements: GenuineEndorsement[] = []
  const reached = new Set(roots)
  let last: ReadonlySet<string> = new Set(roots)
  let tried = 0
  for (let hops = 0; hops < mostHops; hops += 1) {
    const next = new Set<string>()
    for (const { endorsement, of } of [...last].flatMap((old) => candidates.get(old) ?? [])) {
      const by = known.get(endorsement.old)
      if (!by) continue
      tried += 1
      if (tried > trustLimits.endorsements) {
        const message = `more than ${trustLimits.endorsements} endorsements by ${endorsement.old}`
        throw new OpenPGPError('limit', `${message} and its like`)
      }
      const keys = { by: by.parts.primary.key, of: of.parts.primary.key }
      if (await endorsementObjection(endorsement, keys, checking)) continue
      endorsements.push({ endorsement, of, by })
      if (!reached.has(endorsement.new)) next.add(endorsement.new)
    }
    for (const fingerprint of next) reached.add(fingerprint)
    last = next
  }
  return { endorsements, reached }
}

type Candidate = Pick<GenuineEndorsement, 'endorsement' | 'of'>

/** What has the form of an endorsement, by who is said to have made it; each once. */
function candidatesIn(known: Known, domain: string | undefined): Map<string, Candidate[]> {
  const candidates = new Map<string, Candidate[]>()
  for (const of of known.values()) {
    const seen = new Set<string>()
    for (const carried of endorsementsOn(of.parts, domain)) {
      const name = `${toHex(carried.userId.body)} ${nameOfSignature(carried.signature)}`
      if (seen.has(name)) continue
      seen.add(name)
      const endorsement = { ...carried, signature: bareSignature(carried.signature) }
      const those = candidates.get(carried.old)
      if (those) those.push({ endorsement, of })
      else candidates.set(carried.old, [{ endorsement, of }])
    }
  }
  return candidates
}

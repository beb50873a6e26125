/** Who follows whom: chains of endorsements that start at an embedded certificate. */

import { keyFlag } from '../registry.ts'
import { futureTolerance } from '../verify/judge.ts'
import type { Known, GenuineEndorsement } from './judged.ts'

/** Most endorsements between an embedded certificate and a signer. */
export const mostHops = 3

/** How an embedded certificate vouches for another one, or for itself by a chain of one. */
export interface Chain {
  /** Fingerprints, from the embedded certificate to the one that is vouched for. */
  readonly path: readonly [root: string, ...others: string[]]
}

export interface Succession {
  /** Fingerprints of the embedded certificates. */
  readonly roots: readonly string[]
  /** Certificates that are void at any time. */
  readonly void: ReadonlySet<string>
  readonly known: Known
  readonly endorsements: readonly GenuineEndorsement[]
  /** Whether the client held an endorsement before it asked anybody. */
  isHeld(endorsement: GenuineEndorsement): boolean
  /** The judge's own time, whole seconds since 1970. */
  readonly now: number
}

/** Every chain by the fingerprint at its end, shorter ones first. */
export function findChains(succession: Succession): ReadonlyMap<string, readonly Chain[]> {
  const counting = withoutForks(
    succession.endorsements.filter((each) => counts(each, succession)),
    succession,
  )
  const chains = new Map<string, Chain[]>()
  let last: readonly Reached[] = succession.roots
    .filter((root) => !succession.void.has(root))
    .map((root): Reached => ({ path: [root], serial: 0 }))
  for (let hops = 0; last.length > 0; hops += 1) {
    for (const { path } of last) {
      const end = path.at(-1) ?? ''
      chains.set(end, [...(chains.get(end) ?? []), { path }])
    }
    last = hops < mostHops ? last.flatMap((each) => follow(each, counting)) : []
  }
  return chains
}

interface Reached extends Chain {
  /** Of the last endorsement; 0 at a root, which needs none. */
  readonly serial: number
}

/** One hop further; serials rise, so that no chain leads back to an older certificate. */
function follow({ path, serial }: Reached, endorsements: readonly GenuineEndorsement[]): Reached[] {
  return endorsements
    .map(({ endorsement }) => endorsement)
    .filter((each) => each.old === path.at(-1) && each.serial > serial && !path.includes(each.new))
    .map((each): Reached => ({ path: [...path, each.new], serial: each.serial }))
}

/** Whether the endorsement stands now, by its own dates and its endorser's. */
function counts(genuine: GenuineEndorsement, succession: Succession): boolean {
  const { endorsement, by, of, withdrawal } = genuine
  const { now } = succession
  if (withdrawal) return false
  if (succession.void.has(endorsement.old) || succession.void.has(of.parts.fingerprint))
    return false
  if (endorsement.created > now + futureTolerance || endorsement.expires <= now) return false
  const then = by.checked.evaluateAt(endorsement.created).primary
  if (then.objection || (then.keyFlags & keyFlag.certify) === 0) return false
  const { objection } = by.checked.evaluateAt(now).primary
  if (!objection) return true
  // Whoever has an old key dates an endorsement back. What was held before cannot be new.
  const isPast = ['certificate-expired', 'certificate-revoked'].includes(objection.code)
  return isPast && succession.isHeld(genuine)
}

/**
 * Of two certificates that one endorser gave one serial, somebody else made one. The one that was
 * held before counts; of several that are new none does.
 */
function withoutForks(
  counting: readonly GenuineEndorsement[],
  succession: Succession,
): readonly GenuineEndorsement[] {
  return counting.filter((each) => {
    const rivals = counting.filter(
      ({ endorsement: { old, serial, ...other } }) =>
        old === each.endorsement.old &&
        serial === each.endorsement.serial &&
        other.new !== each.endorsement.new,
    )
    if (rivals.length === 0) return true
    return succession.isHeld(each) && !rivals.some((rival) => succession.isHeld(rival))
  })
}

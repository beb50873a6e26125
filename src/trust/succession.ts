/** Who follows whom: chains of endorsements that start at an embedded certificate. */

import { keyFlag } from '../registry.ts'
import { futureTolerance } from '../verify/judge.ts'
import { mostHops } from './genuine.ts'
import type { GenuineEndorsement } from './genuine.ts'
import { groupBy } from './group.ts'

/** How an embedded certificate vouches for another one, or for itself by a chain of one. */
export interface Chain {
  /** Fingerprints, from the embedded certificate to the one that is vouched for. */
  readonly path: readonly [root: string, ...others: string[]]
}

export interface Succession {
  /** Fingerprints of the embedded certificates. */
  readonly roots: readonly string[]
  /** Certificates that are void at any time. */
  readonly void: { has(fingerprint: string): boolean }
  readonly endorsements: readonly GenuineEndorsement[]
  /** Whether the endorser took it back. */
  isWithdrawn(endorsement: GenuineEndorsement): boolean
  /** Whether the client held an endorsement before it asked anybody. */
  isHeld(endorsement: GenuineEndorsement): boolean
  /** The judge's own time, whole seconds since 1970. */
  readonly now: number
}

export interface Chains {
  /** By the fingerprint at the end: of each root the shortest ones, those with lower serials. */
  readonly chains: ReadonlyMap<string, readonly Chain[]>
  /** The endorsements that lead on from a root. */
  readonly counted: readonly GenuineEndorsement[]
}

/** Works out who is vouched for; what it costs grows with the endorsements, and not with the paths. */
export function findChains(succession: Succession): Chains {
  const from = groupBy(withoutForks(edgesOf(succession)), ({ old }) => old)
  const chains = new Map<string, Chain[]>()
  const counted = new Set<GenuineEndorsement>()
  const lowest = new Map<string, number>()
  let last: readonly Reached[] = succession.roots
    .filter((root) => !succession.void.has(root))
    .map((root): Reached => ({ path: [root], serial: 0 }))
  for (let hops = 0; last.length > 0; hops += 1) {
    for (const { path, serial } of last) {
      const end = path.at(-1) ?? ''
      lowest.set(`${path[0]} ${end}`, serial)
      const others = chains.get(end)
      if (others) others.push({ path })
      else chains.set(end, [{ path }])
    }
    if (hops === mostHops) break
    const next = new Map<string, Reached>()
    for (const { path, serial } of last) {
      // Serials rise, so that no chain leads back to an older certificate.
      const edges = from.get(path.at(-1) ?? '') ?? []
      for (const edge of edges.filter((each) => each.serial > serial)) {
        counted.add(edge.endorsement)
        // Whatever goes on from a higher serial goes on from a lower one, too.
        const ends = `${path[0]} ${edge.new}`
        const known = Math.min(lowest.get(ends) ?? Infinity, next.get(ends)?.serial ?? Infinity)
        if (edge.serial < known) next.set(ends, { path: [...path, edge.new], serial: edge.serial })
      }
    }
    last = [...next.values()]
  }
  return { chains, counted: [...counted] }
}

interface Reached extends Chain {
  /** Of the last endorsement; 0 at a root, which needs none. */
  readonly serial: number
}

/** That one certificate gave another one a serial, however often it said so. */
interface Edge {
  readonly old: string
  readonly new: string
  readonly serial: number
  /** Of those that count the one that lasts longest. */
  readonly endorsement: GenuineEndorsement
  readonly isHeld: boolean
}

function edgesOf(succession: Succession): Edge[] {
  const same = groupBy(succession.endorsements, ({ endorsement }) =>
    [endorsement.old, endorsement.new, endorsement.serial].join(' '),
  )
  return [...same.values()].flatMap((each) => {
    const [first, ...others] = each.filter((one) => counts(one, succession))
    if (!first) return []
    const expires = ({ endorsement }: GenuineEndorsement): number => endorsement.expires
    const longest = others.reduce((a, b) => (expires(b) > expires(a) ? b : a), first)
    const { old, new: next, serial } = longest.endorsement
    const isHeld = each.some((one) => succession.isHeld(one))
    return [{ old, new: next, serial, endorsement: longest, isHeld }]
  })
}

/** Whether the endorsement stands now, by its own dates and its endorser's. */
function counts(genuine: GenuineEndorsement, succession: Succession): boolean {
  const { endorsement, by, of } = genuine
  const { now } = succession
  if (succession.isWithdrawn(genuine)) return false
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
function withoutForks(edges: readonly Edge[]): Edge[] {
  const forks = groupBy(edges, ({ old, serial }) => `${old} ${serial}`)
  return [...forks.values()].flatMap((rivals) => {
    if (rivals.length === 1) return rivals
    const held = rivals.filter(({ isHeld }) => isHeld)
    return held.length === 1 ? held : []
  })
}

/** The way out when a key is lost or stolen: the authority names another in its place. */

import type { Plan, PlanKey } from '../plan/plan.ts'
import { keyIn, moveKey } from './situation.ts'
import type { Situation } from './situation.ts'
import { lastRetired, outOfTurn, refuseStranded } from './steps.ts'
import type { Candidate, Step } from './steps.ts'
import { strandedByStart } from './stranded.ts'
import type { Stranded } from './stranded.ts'

export interface BreakGlassOptions {
  /** The key that is new, or the one that is incoming already. */
  readonly candidate: Candidate
  /** Fingerprint of the authority, which clients embed. */
  readonly authority: string
  /** Fingerprint of the key that is lost or stolen; the active one unless said. */
  readonly replaces?: string | undefined
  readonly reason: 'compromised' | 'lost'
}

/**
 * The key that is replaced signs no more, and the candidate signs at once. A key that is outgoing
 * and not the one that is replaced goes on signing, and endorses the candidate too.
 */
export function breakGlass(situation: Situation, options: BreakGlassOptions): Step {
  const { plan, at } = situation
  const { candidate, authority, reason } = options
  const done = replacedBefore(plan, options)
  const old = done ?? requireReplaceable(plan, options)
  refuseStranded('start', strandedByStart(undefined, candidate, [authority])(situation))
  const retired = done ? plan : moveKey(plan, old, { state: 'retired', at, reason })
  const replaced = keyIn(retired, 'active')
    ? retired
    : moveKey(retired, keyIn(plan, 'incoming') ?? candidate, { state: 'active', at })
  const key = keyIn(replaced, 'active')
  const other = keyIn(replaced, 'outgoing')
  const endorse = key
    ? [
        { key, by: authority, replaces: { fingerprint: old.fingerprint, reason } },
        ...(other ? [{ key, by: other.fingerprint }] : []),
      ]
    : []
  return { name: 'start', already: done !== undefined, plan: replaced, endorse, revoke: [] }
}

/**
 * The key that an earlier run of the same command has replaced already: the one that is named, else the
 * one in whose place the candidate came. An older incident is none of it, and while another key is
 * outgoing that one may be meant, so that it has to be named.
 */
function replacedBefore(plan: Plan, options: BreakGlassOptions): PlanKey | undefined {
  const { candidate, reason, replaces } = options
  if (keyIn(plan, 'active')?.fingerprint !== candidate.fingerprint) return undefined
  if (replaces === undefined) {
    const { old } = justReplaced(plan) ?? {}
    return old?.reason === reason && !keyIn(plan, 'outgoing') ? old : undefined
  }
  return plan.keys.find(
    (key) => key.state === 'retired' && key.reason === reason && key.fingerprint === replaces,
  )
}

/** The active key and the one in whose place it came, lost or stolen at that very time. */
export function justReplaced(
  plan: Plan,
): { readonly old: PlanKey; readonly next: PlanKey } | undefined {
  const next = keyIn(plan, 'active')
  const old = lastRetired(plan)
  if (!next || (old?.reason !== 'compromised' && old?.reason !== 'lost')) return undefined
  return next.dates.active === old.dates.retired ? { old, next } : undefined
}

/** The key to be replaced: one that signs, so that the candidate, and nothing else, comes for it. */
function requireReplaceable(plan: Plan, options: BreakGlassOptions): PlanKey {
  const { candidate, replaces } = options
  const [active, incoming] = [keyIn(plan, 'active'), keyIn(plan, 'incoming')]
  const named = replaces ?? active?.fingerprint
  const old = plan.keys.find(({ fingerprint }) => fingerprint === named)
  if (!old) {
    throw outOfTurn('start', 'the plan has no such key to be replaced', {
      hint: 'name one of the plan by --replaces FINGERPRINT',
    })
  }
  if (old.state === 'incoming' || old.state === 'retired') {
    throw outOfTurn('start', `${old.fingerprint} is ${old.state}, and needs no replacement`, {
      hint: 'one that is incoming is given up by: longhand rotate abort --reason compromised',
    })
  }
  if (incoming && incoming.fingerprint !== candidate.fingerprint) {
    throw outOfTurn('start', `a rotation to ${incoming.fingerprint} is under way`, {
      hint: `let that be the new key: --cert ${incoming.certificate}; or abort first`,
    })
  }
  if (old.state === 'outgoing' && active && active.fingerprint !== candidate.fingerprint) {
    throw outOfTurn('start', `${active.fingerprint} is active, and follows the outgoing key`, {
      hint: `let that be the new key: --cert ${active.certificate}`,
    })
  }
  const known = plan.keys.find(({ fingerprint }) => fingerprint === candidate.fingerprint)
  if (known && (known === old || known.state === 'outgoing' || known.state === 'retired')) {
    const other = known === active && keyIn(plan, 'outgoing')
    throw outOfTurn('start', `${candidate.fingerprint} cannot be the new key`, {
      hint: other
        ? 'if another key than that is lost or stolen, name it by --replaces FINGERPRINT'
        : 'a rotation is to another key than those before',
    })
  }
  return old
}

/** Those that no break-glass rotation saves. */
export function strandedByBreakGlass(old: string): Stranded {
  return {
    clients: `clients that embed ${old} and not the authority`,
    why: 'nobody whom they believe can tell them of the new key',
    remedy: 'their users have to install a program that embeds it, from a source that they trust',
  }
}

/**
 * Whom a step would leave behind. A client embeds certificates and accepts what one of them signed,
 * or a successor that one of them endorsed; most also want the signer in the directory.
 */

import { isoTime } from '../signature/time.ts'
import { lagOf, sinceOf, waitOf } from './situation.ts'
import type { KeyFacts, Situation } from './situation.ts'
import type { PlanKey } from '../plan/plan.ts'

export interface Stranded {
  /** `clients that embed only FEB1…`. */
  readonly clients: string
  readonly why: string
  readonly remedy: string
  /** When that is over, whole seconds since 1970; undefined where waiting does not help. */
  readonly until?: number
  /** The option by which the one who rotates says that those clients may be left. */
  readonly accepted?: '--leave-behind'
}

type Check = (situation: Situation) => readonly Stranded[]

const embedding = (fingerprint: string): string => `clients that embed only ${fingerprint}`

/** The key has to sign for those that know it alone. */
function unusable(fingerprint: string, facts: KeyFacts | undefined): Stranded[] {
  const objection = facts?.objection
  if (!objection) return []
  const why = `it cannot sign: ${objection.reason}`
  return [{ clients: embedding(fingerprint), why, remedy: remedyOf(objection.code) }]
}

/** It has to be found by those that ask the directory. */
function unfound(fingerprint: string, { plan, facts }: Situation): Stranded[] {
  const address = plan.wkd?.address
  if (address === undefined || facts.get(fingerprint)?.addressed !== false) return []
  return [
    {
      clients: `clients that look up ${address}`,
      why: `${fingerprint} has no valid User ID of that address`,
      remedy: `add the User ID to the certificate, or mint it with --email ${address}`,
    },
  ]
}

function remedyOf(code: string): string {
  if (code === 'certificate-expired') return 'extend it first: longhand keys extend'
  return 'take another key; where a key is lost or stolen, longhand rotate start --break-glass'
}

/** They look it up where the plan's tree is uploaded from. */
function unpublished({ plan, tree }: Situation): Stranded[] {
  if (!plan.wkd || !tree || tree.complete) return []
  return [
    {
      clients: `clients that look up ${plan.wkd.address}`,
      why: `${plan.wkd.tree ?? ''} does not hold what the plan publishes`,
      remedy:
        'run longhand rotate start again, which writes it, and upload it; what was never in it counts from then on',
    },
  ]
}

/** Whether somebody whom the old key's clients believe has endorsed the new one. */
function unendorsed(old: PlanKey, next: PlanKey, situation: Situation): Stranded[] {
  const { at, facts } = situation
  const counts = facts
    .get(next.fingerprint)
    ?.endorsements.some(({ by, expires }) => by === old.fingerprint && expires > at)
  if (counts || hasAuthority(next, situation)) return []
  return [
    {
      clients: embedding(old.fingerprint),
      why: `${next.fingerprint} is not endorsed by it, nor by the authority`,
      remedy:
        'run longhand rotate start again, which has it endorsed, with --authority URI perhaps',
    },
  ]
}

/** Before a key comes in beside the active one. `endorsers` are those that will endorse it. */
export function strandedByStart(
  old: PlanKey | undefined,
  next: { readonly fingerprint: string },
  endorsers: readonly string[],
): Check {
  return (situation) => {
    const { plan, at, facts } = situation
    const own = [
      ...unusable(next.fingerprint, facts.get(next.fingerprint)),
      ...unfound(next.fingerprint, situation),
    ]
    if (!old) return own
    const oldFacts = facts.get(old.fingerprint)
    const end = oldFacts?.expires
    const finish = at + Math.max(lagOf(plan), waitOf(plan))
    const clients = embedding(old.fingerprint)
    const early: Stranded[] =
      end !== undefined && end < finish && !oldFacts?.objection
        ? [
            {
              clients,
              why: `it expires ${isoTime(end)}, and they get until ${isoTime(finish)} to see the new key`,
              remedy: 'extend it first: longhand keys extend; or plan a shorter wait',
            },
          ]
        : []
    const silent: Stranded[] =
      endorsers.length === 0
        ? [
            {
              clients,
              why: 'nobody whom they believe can endorse the new key: it may not certify',
              remedy: 'have the authority endorse it: --authority URI',
            },
          ]
        : []
    return [...unusable(old.fingerprint, oldFacts), ...own, ...early, ...silent]
  }
}

/** Before the incoming key becomes the active one, and programs are built that embed it alone. */
export function strandedBySwitch(old: PlanKey, next: PlanKey): Check {
  return (situation) => {
    const { plan, at, facts } = situation
    const seen = (sinceOf(next, 'incoming') ?? at) + lagOf(plan)
    const late: Stranded = {
      clients: embedding(next.fingerprint),
      why: `a directory may still be without it until ${isoTime(seen)}`,
      remedy: 'wait until then, or plan a shorter lag',
      until: seen,
    }
    return [
      ...unusable(next.fingerprint, facts.get(next.fingerprint)),
      ...unfound(next.fingerprint, situation),
      ...unendorsed(old, next, situation),
      ...unpublished(situation),
      ...(at < seen ? [late] : []),
    ]
  }
}

/** Before the outgoing key signs no more and is revoked. */
export function strandedByFinish(old: PlanKey, next: PlanKey): Check {
  return (situation) => {
    const { plan, at, facts } = situation
    const known = (sinceOf(next, 'incoming') ?? sinceOf(next, 'active') ?? at) + waitOf(plan)
    const settled = (sinceOf(next, 'active') ?? at) + lagOf(plan)
    const seen = Math.max(known, settled)
    const late: Stranded = {
      clients: embedding(old.fingerprint),
      why: `they have until ${isoTime(seen)} to see ${next.fingerprint}`,
      remedy: 'wait until then, or plan a shorter wait',
      until: seen,
    }
    return [
      ...unusable(next.fingerprint, facts.get(next.fingerprint)),
      ...unfound(next.fingerprint, situation),
      ...unendorsed(old, next, situation),
      ...unpublished(situation),
      ...(at < seen ? [late] : []),
      ...(hasAuthority(next, situation) ? [] : [forgetful(old, next, situation)]),
    ]
  }
}

/** Whether clients that embed the authority believe the key by its word. */
export function hasAuthority(next: PlanKey, situation: Situation): boolean {
  const { plan, at, facts, authority } = situation
  if (authority) return false
  const endorsements = facts.get(next.fingerprint)?.endorsements ?? []
  return endorsements.some(({ by, expires }) => by === plan.authority?.fingerprint && expires > at)
}

/** A revoked key's word counts only for those that have kept it: it could be dated back. */
function forgetful(old: PlanKey, next: PlanKey, { plan, authority }: Situation): Stranded {
  const gone = 'once those programs are gone, --leave-behind'
  return {
    clients: `${embedding(old.fingerprint)} and remember nothing`,
    why: `its word on ${next.fingerprint} ends with it, and no authority has endorsed that`,
    remedy:
      plan.authority && !authority
        ? `longhand rotate start --authority URI has it endorsed; ${gone}`
        : `let an authority endorse the next one; ${gone}`,
    accepted: '--leave-behind',
  }
}

/** After the switch the old key alone is not enough any more. */
export function strandedByAbort(next: PlanKey): Stranded {
  return {
    clients: embedding(next.fingerprint),
    why: 'since the switch, programs may be built that know no other key',
    remedy: 'finish, and then rotate to another key; a stolen key is replaced by --break-glass',
  }
}

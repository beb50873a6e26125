/** Where a rotation stands: the plan, the time, and what the certificates say. */

import { secondsOf } from '../plan/duration.ts'
import type { KeyState, Plan, PlanKey, Retirement } from '../plan/plan.ts'
import type { Objection } from '../policy/policy.ts'
import { isoTime } from '../signature/time.ts'

/** An endorsement that counts, by a certificate that is at hand. */
export interface FactualEndorsement {
  /** Fingerprint of the endorser. */
  readonly by: string
  readonly serial: number
  /** Whole seconds since 1970. */
  readonly expires: number
  /** The fingerprint that an authority says is replaced. */
  readonly replaces: string | undefined
}

/** What a rotation asks of a certificate, at its time. */
export interface KeyFacts {
  /** Why it signs no data now. */
  readonly objection: Objection | undefined
  /** Whether its primary key may certify now. */
  readonly certifies: boolean
  /** When it ends by itself, whole seconds since 1970. */
  readonly expires: number | undefined
  readonly revoked: 'soft' | 'hard' | undefined
  /** Whether it is found by the plan's address: by a valid User ID, or because there is no address. */
  readonly addressed: boolean
  readonly endorsements: readonly FactualEndorsement[]
}

/** What stands in the plan's own copy of the directory, which is uploaded from there. */
export interface PublishedTree {
  /** Whether every file is there as the plan wants it. */
  readonly complete: boolean
  /** Fingerprints of the certificates in it; of one that is endorsed, where it says so there too. */
  readonly held: ReadonlySet<string>
}

export interface Situation {
  readonly plan: Plan
  /** Whole seconds since 1970. */
  readonly at: number
  /** Of each key of the plan, and of the one that is to come in; by fingerprint. */
  readonly facts: ReadonlyMap<string, KeyFacts>
  /** Why the authority of the plan endorses nothing now. */
  readonly authority?: Objection | undefined
  /** Undefined where the plan has no tree. */
  readonly tree?: PublishedTree | undefined
}

/** `empty`: no key signs; `steady`: one does; `started`: a new one too; `switched`: an old one still. */
export type Phase = 'empty' | 'steady' | 'started' | 'switched'

/** The one key of a state. */
export function keyIn({ keys }: Plan, state: Exclude<KeyState, 'retired'>): PlanKey | undefined {
  return keys.find((key) => key.state === state)
}

export function phaseOf(plan: Plan): Phase {
  if (keyIn(plan, 'incoming')) return 'started'
  if (keyIn(plan, 'outgoing')) return 'switched'
  return keyIn(plan, 'active') ? 'steady' : 'empty'
}

/** The plan with a key in another state from now on; the key is added where it is not there. */
export function moveKey(
  plan: Plan,
  key: Omit<PlanKey, 'state' | 'dates'> & Partial<Pick<PlanKey, 'dates'>>,
  to: { readonly state: KeyState; readonly at: number; readonly reason?: Retirement },
): Plan {
  const { state, at, reason } = to
  const dates = { ...key.dates, [state]: isoTime(at) }
  const moved: PlanKey = { ...key, state, dates, ...(reason === undefined ? {} : { reason }) }
  const isIt = ({ fingerprint }: PlanKey): boolean => fingerprint === key.fingerprint
  if (!plan.keys.some(isIt)) return { ...plan, keys: [...plan.keys, moved] }
  return { ...plan, keys: plan.keys.map((each) => (isIt(each) ? moved : each)) }
}

/** Seconds that what is published may take to reach everybody. */
export function lagOf({ rotation }: Plan): number {
  return secondsOf(rotation?.lag ?? '1d')
}

/** Seconds that clients get to see a new key before the old one goes. */
export function waitOf({ rotation }: Plan): number {
  return secondsOf(rotation?.wait ?? '90d')
}

/** When the key came into a state; undefined when it never did. */
export function sinceOf({ dates }: PlanKey, state: KeyState): number | undefined {
  const date = dates[state]
  return date === undefined ? undefined : Date.parse(date) / 1000
}

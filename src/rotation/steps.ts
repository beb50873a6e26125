/** The steps of a rotation, as changes of the plan; nothing is signed or written here. */

import { OpenPGPError } from '../errors.ts'
import type { ErrorDetails } from '../errors.ts'
import type { Plan, PlanKey, Retirement } from '../plan/plan.ts'
import { isoTime } from '../signature/time.ts'
import { keyIn, moveKey, sinceOf } from './situation.ts'
import type { Situation } from './situation.ts'
import { strandedByAbort, strandedByFinish, strandedByStart, strandedBySwitch } from './stranded.ts'
import type { Stranded } from './stranded.ts'

export type StepName = 'start' | 'switch' | 'finish' | 'abort'

/** A key that is to come in, and has no state yet. */
export type Candidate = Omit<PlanKey, 'state' | 'dates' | 'reason'>

/** An endorsement that a step needs, where it is not there yet. */
export interface Endorsing {
  readonly key: PlanKey
  /** Fingerprint of the endorser. */
  readonly by: string
  /** What an authority says of the key that it replaces. */
  readonly replaces?: { readonly fingerprint: string; readonly reason: 'compromised' | 'lost' }
}

/** A revocation that a step needs, where it is not there yet. */
export interface Revoking {
  readonly key: PlanKey
  readonly reason: Exclude<Retirement, 'lost'>
}

/** What a step makes of the plan, and which signatures it needs. */
export interface Step {
  readonly name: StepName
  /** The plan was so already; what follows from it may still have to be done. */
  readonly already: boolean
  readonly plan: Plan
  readonly endorse: readonly Endorsing[]
  readonly revoke: readonly Revoking[]
}

export interface StartOptions {
  readonly candidate: Candidate
  /** Fingerprint of the authority that is at hand. */
  readonly authority?: string | undefined
}

/** The new key comes in: the first one at once, any other beside the active one. */
export function startRotation(situation: Situation, options: StartOptions): Step {
  const { plan, at, facts } = situation
  const { candidate, authority } = options
  const nothing = { name: 'start', revoke: [] } as const
  if (isFirst(plan, candidate)) return { ...nothing, plan, already: true, endorse: [] }
  const under = underWay(plan)
  requireFree(plan, candidate)
  const old = under?.old ?? keyIn(plan, 'active')
  const oldEndorses = old !== undefined && facts.get(old.fingerprint)?.certifies !== false
  const by = [
    ...(oldEndorses ? [old.fingerprint] : []),
    ...(old && authority !== undefined ? [authority] : []),
  ]
  refuseStranded('start', strandedByStart(old, candidate, by)(situation))
  const state = old ? 'incoming' : 'active'
  const started = under ? datedAnew(situation, under.next) : moveKey(plan, candidate, { state, at })
  const key = under?.next ?? keyIn(started, state)
  const endorse = key ? by.map((fingerprint) => ({ key, by: fingerprint })) : []
  return { ...nothing, plan: started, already: under !== undefined, endorse }
}

/** Nobody could see a key that the tree does not hold: the time that clients get begins again. */
function datedAnew({ plan, at, tree }: Situation, next: PlanKey): Plan {
  if (!tree || tree.held.has(next.fingerprint)) return plan
  const dated = { ...next, dates: { ...next.dates, incoming: isoTime(at) } }
  return { ...plan, keys: plan.keys.map((key) => (key === next ? dated : key)) }
}

/** The two keys of a rotation that is under way. */
export function underWay(
  plan: Plan,
): { readonly old: PlanKey; readonly next: PlanKey } | undefined {
  const active = keyIn(plan, 'active')
  const [incoming, outgoing] = [keyIn(plan, 'incoming'), keyIn(plan, 'outgoing')]
  if (active && incoming) return { old: active, next: incoming }
  return active && outgoing ? { old: outgoing, next: active } : undefined
}

/** Whether it is the only key that there ever was. */
function isFirst({ keys }: Plan, { fingerprint }: Candidate): boolean {
  return keys.length === 1 && keys[0]?.state === 'active' && keys[0].fingerprint === fingerprint
}

/** Nothing else is under way, and the key is not one of those before. */
function requireFree(plan: Plan, { fingerprint }: Candidate): void {
  const next = underWay(plan)?.next
  if (next?.fingerprint === fingerprint) return
  if (next) {
    throw outOfTurn('start', `a rotation to ${next.fingerprint} is under way`, {
      hint: 'longhand rotate status says how it ends',
    })
  }
  if (plan.keys.some((key) => key.fingerprint === fingerprint)) {
    throw outOfTurn('start', `${fingerprint} is in the plan already`, {
      hint: 'a rotation is to another key than those before',
    })
  }
}

/** The incoming key becomes the active one; both go on signing. */
export function switchKeys(situation: Situation): Step {
  const { plan, at } = situation
  const nothing = { name: 'switch', endorse: [], revoke: [] } as const
  const [active, incoming] = [keyIn(plan, 'active'), keyIn(plan, 'incoming')]
  if (active && keyIn(plan, 'outgoing')) {
    return { ...nothing, plan: datedAnew(situation, active), already: true }
  }
  if (!active || !incoming) throw noRotation('switch')
  refuseStranded('switch', strandedBySwitch(active, incoming)(situation))
  const outgoing = moveKey(plan, active, { state: 'outgoing', at })
  const switched = moveKey(outgoing, incoming, { state: 'active', at })
  return { ...nothing, plan: switched, already: false }
}

/** The outgoing key signs no more, and says itself that it was superseded. */
export function finishRotation(
  situation: Situation,
  options: { readonly leaveBehind?: boolean } = {},
): Step {
  const { plan, at } = situation
  const nothing = { name: 'finish', endorse: [] } as const
  const [active, outgoing] = [keyIn(plan, 'active'), keyIn(plan, 'outgoing')]
  if (outgoing && active) {
    const stranded = strandedByFinish(outgoing, active)(situation)
    refuseStranded(
      'finish',
      stranded.filter(({ accepted }) => !(accepted && options.leaveBehind)),
    )
    const finished = moveKey(plan, outgoing, { state: 'retired', at, reason: 'superseded' })
    const revoke = [{ key: outgoing, reason: 'superseded' }] as const
    return { ...nothing, plan: finished, already: false, revoke }
  }
  if (keyIn(plan, 'incoming')) {
    throw outOfTurn('finish', 'the new key is not the active one yet', {
      hint: 'longhand rotate switch comes first',
    })
  }
  const last = lastRetired(plan)
  if (last?.reason !== 'superseded') throw noRotation('finish')
  return { ...nothing, plan, already: true, revoke: unrevoked(situation, last) }
}

/** The incoming key goes again. */
export function abortRotation(
  situation: Situation,
  reason: Exclude<Retirement, 'superseded'>,
): Step {
  const { plan, at } = situation
  const nothing = { name: 'abort', endorse: [] } as const
  const [active, incoming] = [keyIn(plan, 'active'), keyIn(plan, 'incoming')]
  if (incoming) {
    const aborted = moveKey(plan, incoming, { state: 'retired', at, reason })
    return { ...nothing, plan: aborted, already: false, revoke: revoking(incoming, reason) }
  }
  if (active && keyIn(plan, 'outgoing')) refuseStranded('abort', [strandedByAbort(active)])
  const last = lastRetired(plan)
  if (last?.reason !== reason) throw noRotation('abort')
  return { ...nothing, plan, already: true, revoke: unrevoked(situation, last) }
}

/** What a retired key still has to say of itself. */
function unrevoked({ facts }: Situation, key: PlanKey): Revoking[] {
  const revoked = facts.get(key.fingerprint)?.revoked !== undefined
  return revoked || key.reason === undefined ? [] : revoking(key, key.reason)
}

/** Who lost a key cannot say anything by it. */
function revoking(key: PlanKey, reason: Retirement): Revoking[] {
  return reason === 'lost' ? [] : [{ key, reason }]
}

/** Throws `rotation-refused` with those that would be left behind. */
export function refuseStranded(step: StepName, stranded: readonly Stranded[]): void {
  const [first, ...more] = stranded
  if (!first) return
  const others = more.map(({ clients, why }) => `; and ${clients}: ${why}`).join('')
  const message = `rotate ${step} would leave behind ${first.clients}: ${first.why}${others}`
  throw new OpenPGPError('rotation-refused', message, { hint: first.remedy })
}

/** The key that was retired last. */
export function lastRetired({ keys }: Plan): PlanKey | undefined {
  const since = (key: PlanKey): number => sinceOf(key, 'retired') ?? 0
  const retired = keys.filter((key) => key.state === 'retired')
  return retired.reduce<PlanKey | undefined>(
    (last, key) => (last && since(last) > since(key) ? last : key),
    undefined,
  )
}

function noRotation(step: StepName): OpenPGPError {
  return outOfTurn(step, 'no rotation is under way', {
    hint: 'longhand rotate start begins one; longhand rotate status says where it stands',
  })
}

export function outOfTurn(step: StepName, why: string, details: ErrorDetails): OpenPGPError {
  return new OpenPGPError('rotation-refused', `rotate ${step}: ${why}`, details)
}

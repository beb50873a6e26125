/** Where a rotation stands, and what comes next and when. */

import type { PlanKey } from '../plan/plan.ts'
import { publishCommand } from './published.ts'
import { keyIn, phaseOf } from './situation.ts'
import type { Phase, Situation } from './situation.ts'
import type { StepName } from './steps.ts'
import { strandedByFinish, strandedBySwitch } from './stranded.ts'
import type { Stranded } from './stranded.ts'

/** The next step of a rotation that is under way. */
export interface NextStep {
  readonly step: Extract<StepName, 'switch' | 'finish'>
  /** When waiting is over, whole seconds since 1970. */
  readonly notBefore: number
  /** Whom it would leave behind if it were done now. */
  readonly stranded: readonly Stranded[]
}

export interface Status {
  readonly phase: Phase
  readonly next: NextStep | undefined
  /** What an earlier run did not come to; the step that does it when it is run again. */
  readonly unfinished: readonly { readonly step: StepName; readonly what: string }[]
  /** The command that publishes, where the tree lacks something and no rotation is under way. */
  readonly publish: string | undefined
}

export function statusOf(situation: Situation): Status {
  const { plan } = situation
  const next = nextStep(situation)
  const lacks = situation.tree?.complete === false && plan.keys.length > 0
  return {
    phase: phaseOf(plan),
    next,
    unfinished: unfinishedOf(situation),
    publish: lacks && !next ? publishCommand(situation) : undefined,
  }
}

function nextStep(situation: Situation): NextStep | undefined {
  const { plan, at } = situation
  const active = keyIn(plan, 'active')
  const [incoming, outgoing] = [keyIn(plan, 'incoming'), keyIn(plan, 'outgoing')]
  const next = (step: NextStep['step'], stranded: readonly Stranded[]): NextStep => {
    const times = stranded.map(({ until }) => until ?? at)
    return { step, stranded, notBefore: Math.max(at, ...times) }
  }
  if (active && incoming) return next('switch', strandedBySwitch(active, incoming)(situation))
  if (active && outgoing) return next('finish', strandedByFinish(outgoing, active)(situation))
  return undefined
}

/** Signatures that the plan's states imply and the certificates do not have. */
function unfinishedOf({ plan, facts }: Situation): Status['unfinished'] {
  const lacks = (key: PlanKey): boolean => facts.get(key.fingerprint)?.revoked === undefined
  return plan.keys.flatMap((key): Status['unfinished'] => {
    if (key.state !== 'retired' || !lacks(key)) return []
    if (key.reason === 'superseded') {
      return [{ step: 'finish', what: `${key.fingerprint} is retired, and not yet revoked` }]
    }
    if (key.reason === 'withdrawn') {
      return [{ step: 'abort', what: `${key.fingerprint} is withdrawn, and not yet revoked` }]
    }
    return []
  })
}

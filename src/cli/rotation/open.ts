/** What every rotate command begins with: the plan, its certificates, and how they stand. */

import type { Certificate } from '../../certificate/certificate.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import type { Plan, PlanKey } from '../../plan/plan.ts'
import { standardPolicy } from '../../policy/standard.ts'
import { factsOf } from '../../rotation/facts.ts'
import type { KeyFacts, Situation } from '../../rotation/situation.ts'
import { toSeconds } from '../../signature/time.ts'
import type { Io } from '../io.ts'
import type { PlanOptionValues } from '../plan-options.ts'
import { openPlan, readPlanned } from '../plans.ts'
import type { OpenPlan } from '../plans.ts'

export interface OpenRotation {
  readonly file: OpenPlan
  /** Those of the plan, the authority's too, by fingerprint. */
  readonly certificates: ReadonlyMap<string, Certificate>
  readonly at: Date
}

export async function openRotation(
  options: PlanOptionValues,
  io: Io,
  idleTimeoutMs: number,
): Promise<OpenRotation> {
  const file = await openPlan(options, io)
  const { keys, authority } = file.plan
  const certificates = new Map<string, Certificate>()
  for (const entry of [...keys, ...(authority ? [authority] : [])]) {
    certificates.set(entry.fingerprint, await readPlanned(file, entry, idleTimeoutMs))
  }
  return { file, certificates, at: io.now }
}

/** How things stand with a plan, by these certificates. */
export async function situationOf(
  plan: Plan,
  { certificates, at }: Pick<OpenRotation, 'certificates' | 'at'>,
): Promise<Situation> {
  const facts = new Map<string, KeyFacts>()
  for (const key of plan.keys) {
    const certificate = certificates.get(key.fingerprint)
    if (certificate)
      facts.set(key.fingerprint, await keyFacts(certificate, key, plan, { certificates, at }))
  }
  return { plan, at: toSeconds(at), facts }
}

/** How one certificate stands, which need not be of the plan. */
export function keyFacts(
  certificate: Certificate,
  { component }: Pick<PlanKey, 'component'>,
  plan: Plan,
  { certificates, at }: Pick<OpenRotation, 'certificates' | 'at'>,
): Promise<KeyFacts> {
  return factsOf(certificate, {
    at,
    component,
    address: plan.wkd?.address,
    endorsers: [...certificates.values()],
    policy: standardPolicy(),
    primitives: nodePrimitives,
  })
}

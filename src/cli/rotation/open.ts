/** What every rotate command begins with: the plan, its certificates, and how they stand. */

import type { Certificate } from '../../certificate/certificate.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import type { Plan, PlanKey } from '../../plan/plan.ts'
import type { Objection } from '../../policy/policy.ts'
import { standardPolicy } from '../../policy/standard.ts'
import { authorityObjection, factsOf } from '../../rotation/facts.ts'
import type { KeyFacts, Situation } from '../../rotation/situation.ts'
import { toSeconds } from '../../signature/time.ts'
import type { Io } from '../io.ts'
import type { PlanOptionValues } from '../plan-options.ts'
import { openPlan, readPlanned } from '../plans.ts'
import type { OpenPlan } from '../plans.ts'
import { treeOf } from './publish.ts'

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

/** How things stand with a plan, by these certificates and the tree on the disk. */
export async function situationOf(plan: Plan, rotation: OpenRotation): Promise<Situation> {
  const { certificates, at } = rotation
  const facts = new Map<string, KeyFacts>()
  for (const key of plan.keys) {
    const certificate = certificates.get(key.fingerprint)
    if (certificate)
      facts.set(key.fingerprint, await keyFacts(certificate, key, plan, { certificates, at }))
  }
  const authority = await objectionTo(certificates.get(plan.authority?.fingerprint ?? ''), at)
  const situation = { plan, at: toSeconds(at), facts, authority }
  return { ...situation, tree: await treeOf(situation, certificates, rotation) }
}

/** Why the word of the authority would not count now. */
export async function objectionTo(
  authority: Certificate | undefined,
  at: Date,
): Promise<Objection | undefined> {
  if (!authority) return undefined
  return authorityObjection(authority, { at, policy: standardPolicy(), primitives: nodePrimitives })
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

/** Situations of a rotation for tests, without a certificate. */

import type { Plan } from '../../../src/plan/plan.ts'
import type { FactualEndorsement, KeyFacts, Situation } from '../../../src/rotation/situation.ts'
import { first, planKey } from './plans.ts'

export const day = 86_400
/** 2026-01-31T12:00:00Z, since when the keys of `planKey` are what they are. */
export const began = 1_769_860_800

export const sound: KeyFacts = {
  objection: undefined,
  certifies: true,
  expires: undefined,
  revoked: undefined,
  addressed: true,
  endorsements: [],
}

export function endorsedBy(by: string, more: Partial<FactualEndorsement> = {}): KeyFacts {
  const expires = began + 730 * day
  return { ...sound, endorsements: [{ by, serial: 2, expires, replaces: undefined, ...more }] }
}

/** A plan with one active key, and what else is given. */
export function planOf(...keys: Plan['keys']): Plan {
  return { longhand: 1, keys: keys.length > 0 ? keys : [planKey(first)] }
}

/** So many days after the keys began; facts are sound where none are given. */
export function situation(
  plan: Plan,
  { days = 0, facts = {} }: { days?: number; facts?: Readonly<Record<string, KeyFacts>> } = {},
): Situation {
  const all = plan.keys.map(({ fingerprint }) => [fingerprint, sound] as const)
  return {
    plan,
    at: began + days * day,
    facts: new Map([...all, ...Object.entries(facts)]),
  }
}

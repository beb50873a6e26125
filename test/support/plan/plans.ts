/** Plans for tests. */

import type { JsonValue } from '../../../src/plan/json.ts'
import type { Plan, PlanKey } from '../../../src/plan/plan.ts'

export const [first, second, third] = ['A', 'B', 'C'].map((digit) => digit.repeat(40)) as [
  string,
  string,
  string,
]

/** A key in some state; the same letter gives the same key. */
export function planKey(fingerprint: string, more: Partial<PlanKey> = {}): PlanKey {
  const { state = 'active' } = more
  return {
    certificate: `keys/${fingerprint.charAt(0).toLowerCase()}.asc`,
    fingerprint,
    signer: `awskms:///alias/release-${fingerprint.charAt(0).toLowerCase()}`,
    state,
    dates: { [state]: '2026-01-31T12:00:00Z' },
    ...(state === 'retired' ? { reason: 'superseded' } : {}),
    ...more,
  }
}

/** A plan with every member. */
export const fullPlan: Plan = {
  $schema: 'https://example.org/longhand-plan.schema.json',
  longhand: 1,
  product: 'acme-cli',
  manifest: 'SHA256SUMS',
  hash: 'SHA-256',
  wkd: { domain: 'acme.example', address: 'release@acme.example', tree: 'public' },
  authority: { certificate: 'keys/authority.asc', fingerprint: third },
  rotation: { lag: '1d', wait: '90d' },
  keys: [
    planKey(first, { service: 'arn:aws:kms:eu-west-2:111122223333:key/1234', component: third }),
    planKey(second, { state: 'incoming', primary: 'pkcs11:token=safe' }),
  ],
}

export function jsonOf(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue
}

/** As a person would have it. */
export function planText(plan: unknown): string {
  return `${JSON.stringify(plan, undefined, 2)}\n`
}

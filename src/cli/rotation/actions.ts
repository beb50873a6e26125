/** What a step does, as records and as sentences. */

import type { Plan, PlanKey } from '../../plan/plan.ts'
import type { Candidate, Step } from '../../rotation/steps.ts'
import type { Needed } from './signing.ts'

export type Action =
  | { readonly action: 'mint'; readonly certificate: string; readonly signer: string }
  | { readonly action: 'adopt'; readonly certificate: string; readonly fingerprint: string }
  | {
      readonly action: 'endorse'
      readonly fingerprint: string
      readonly by: string
      readonly replaces?: string
    }
  | { readonly action: 'revoke'; readonly fingerprint: string; readonly reason: string }
  | {
      readonly action: 'state'
      readonly fingerprint: string
      readonly from: string | undefined
      readonly to: string
    }
  | { readonly action: 'date'; readonly fingerprint: string; readonly incoming: string }
  | {
      readonly action: 'publish'
      readonly address: string
      readonly tree: string
      readonly fingerprints: readonly string[]
    }

/** The one of a key that comes in. */
export function incoming(candidate: Candidate, minted: boolean): Action {
  const { certificate, signer, fingerprint } = candidate
  return minted
    ? { action: 'mint', certificate, signer }
    : { action: 'adopt', certificate, fingerprint }
}

/** Those of a step, in the order in which they are done. */
export function actionsOf(
  before: Plan,
  { plan }: Pick<Step, 'plan'>,
  { endorse, revoke }: Needed,
  published: readonly string[],
): Action[] {
  const known = (key: PlanKey): PlanKey | undefined =>
    before.keys.find(({ fingerprint }) => fingerprint === key.fingerprint)
  const moved = plan.keys.filter((key) => known(key)?.state !== key.state)
  const { wkd } = plan
  return [
    ...endorse.map(({ key, by, replaces }): Action => {
      const replaced = replaces ? { replaces: replaces.fingerprint } : {}
      return { action: 'endorse', fingerprint: key.fingerprint, by, ...replaced }
    }),
    ...moved.map((key): Action => {
      const { fingerprint, state } = key
      return { action: 'state', fingerprint, from: known(key)?.state, to: state }
    }),
    ...plan.keys.flatMap((key): Action[] => {
      const { fingerprint, dates } = key
      const { incoming } = dates
      const before = known(key)
      if (incoming === undefined || before?.state !== key.state) return []
      if (before.dates.incoming === incoming) return []
      return [{ action: 'date', fingerprint, incoming }]
    }),
    ...revoke.map(({ key, reason }): Action => {
      return { action: 'revoke', fingerprint: key.fingerprint, reason }
    }),
    ...(wkd?.tree === undefined
      ? []
      : [
          {
            action: 'publish',
            address: wkd.address,
            tree: wkd.tree,
            fingerprints: published,
          } as const,
        ]),
  ]
}

/** What a dry run says of it, and what a run says afterwards. */
export function sentenceOf(action: Action, dryRun: boolean): string {
  const say = (would: string, done: string): string => (dryRun ? `would ${would}` : done)
  switch (action.action) {
    case 'mint': {
      const what = `${action.certificate} around ${action.signer}`
      return say(`mint ${what}`, `minted ${what}`)
    }
    case 'adopt': {
      const what = `${action.certificate}, certificate ${action.fingerprint}`
      return say(`adopt ${what}`, `adopted ${what}`)
    }
    case 'endorse': {
      const { fingerprint, by, replaces } = action
      const why = replaces === undefined ? '' : `, in place of ${replaces}`
      return say(
        `have ${fingerprint} endorsed by ${by}${why}`,
        `${fingerprint} is endorsed by ${by}${why}`,
      )
    }
    case 'revoke': {
      const { fingerprint, reason } = action
      return say(`revoke ${fingerprint}: ${reason}`, `${fingerprint} is revoked: ${reason}`)
    }
    case 'state': {
      const { fingerprint, to, from } = action
      const was = from === undefined ? '' : ` instead of ${from}`
      return say(`make ${fingerprint} ${to}${was}`, `${fingerprint} is ${to}${was}`)
    }
    case 'date': {
      const what = `${action.fingerprint} as published from ${action.incoming} on`
      return say(`count ${what}`, what.replace(' as ', ' counts as '))
    }
    case 'publish': {
      const what = `${action.fingerprints.join(' and ')} for ${action.address} in ${action.tree}`
      return say(`publish ${what}`, `published ${what}`)
    }
  }
}

/** What the Web Key Directory is to hold at each point of a rotation. */

import type { Situation } from './situation.ts'

/** Fingerprints in the order of the plan. */
export function publishedKeys({ plan, facts }: Situation): string[] {
  return plan.keys
    .filter(({ fingerprint, reason }) => {
      // Who still knows a stolen key should not find it vouched for, unless it is revoked there.
      return reason !== 'compromised' || facts.get(fingerprint)?.revoked === 'hard'
    })
    .map(({ fingerprint }) => fingerprint)
}

/** The command that writes the tree where no step of a rotation does. */
export function publishCommand(situation: Situation): string | undefined {
  const { wkd, keys } = situation.plan
  if (wkd?.tree === undefined) return undefined
  const published = publishedKeys(situation)
  const certificates = keys.filter(({ fingerprint }) => published.includes(fingerprint))
  const paths = certificates.map(({ certificate }) => certificate).join(' ')
  return `longhand keys wkd --domain ${wkd.domain} -o ${wkd.tree} ${paths}`
}

/** What the Web Key Directory holds at each point of a rotation. */

import type { Certificate } from '../../certificate/certificate.ts'
import { isOpenPGPError, OpenPGPError } from '../../errors.ts'
import { limits } from '../../limits.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import type { Situation } from '../../rotation/situation.ts'
import { wkdLayout } from '../../wkd/layout.ts'
import type { WkdEntry, WkdFile } from '../../wkd/layout.ts'
import { entriesFor } from '../commands/keys-wkd.ts'

/** Fingerprints in the order of the plan. */
export function publishedKeys({ plan, facts }: Situation): string[] {
  return plan.keys
    .filter(({ fingerprint, reason }) => {
      // Who still knows a stolen key should not find it vouched for, unless it is revoked there.
      return reason !== 'compromised' || facts.get(fingerprint)?.revoked === 'hard'
    })
    .map(({ fingerprint }) => fingerprint)
}

/**
 * The files of the tree: every certificate of the plan, retired ones too, by which old signatures
 * are verified. Throws `limit` for more than a client reads. Undefined where the plan has no tree.
 */
export async function publishedFiles(
  situation: Situation,
  certificates: ReadonlyMap<string, Certificate>,
  at: Date,
): Promise<WkdFile[] | undefined> {
  const { wkd } = situation.plan
  if (wkd?.tree === undefined) return undefined
  const entries: WkdEntry[] = []
  const published = publishedKeys(situation)
  for (const key of situation.plan.keys) {
    const certificate = certificates.get(key.fingerprint)
    if (!certificate || !published.includes(key.fingerprint)) continue
    try {
      entries.push(...(await entriesFor(certificate, key.certificate, wkd.domain, at)))
    } catch (error) {
      // One that went may have had another address, or none that is valid any more.
      if (key.state !== 'retired' || !isOpenPGPError(error, 'user-id-missing')) throw error
    }
  }
  const files = wkdLayout({ domain: wkd.domain, entries, primitives: nodePrimitives })
  const large = files.find(({ octets }) => octets.length > limits.wkdAnswerOctets)
  if (!large) return files
  throw new OpenPGPError(
    'limit',
    `the certificates for one address have ${large.octets.length} octets together`,
    {
      hint: `clients read ${limits.wkdAnswerOctets} at most: take a retired key out of the plan`,
    },
  )
}

/** What an embedded rotation authority says is replaced: void, as if it were revoked for good. */

import type { Checking } from '../certificate/binding.ts'
import type { CertificateParts } from '../certificate/copies.ts'
import { endorsementObjection, endorsementsOn } from '../certificate/endorsed.ts'
import type { CarriedEndorsement } from '../certificate/endorsed.ts'
import type { Replacement } from '../certificate/endorsement.ts'
import { OpenPGPError } from '../errors.ts'
import { trustLimits } from '../limits.ts'
import type { Known } from './judged.ts'
import { bareSignature } from './signatures.ts'

/** A replacement, and the endorsement that says it. */
export interface Replaced {
  readonly of: CertificateParts
  readonly replacement: Replacement
  readonly endorsement: CarriedEndorsement
}

/**
 * Replacements by these authorities, in any copy from anywhere: they only take away, so neither an
 * expired endorsement nor an authority that was itself revoked since takes one back. No authority is
 * replaced by another one. `limit` for more than `trustLimits.endorsements` that would have to be verified.
 */
export async function findReplaced(
  copies: readonly CertificateParts[],
  {
    authorities,
    known,
    domain,
  }: {
    readonly authorities: ReadonlySet<string>
    readonly known: Known
    readonly domain: string | undefined
  },
  checking: Checking,
): Promise<Replaced[]> {
  const found: Replaced[] = []
  let tried = 0
  for (const of of copies) {
    for (const carried of endorsementsOn(of, domain)) {
      const endorsement = { ...carried, signature: bareSignature(carried.signature) }
      const { replaces: replacement, old } = endorsement
      if (!replacement || authorities.has(replacement.fingerprint)) continue
      const by = authorities.has(old) ? known.get(old)?.parts.primary.key : undefined
      if (!by) continue
      tried += 1
      if (tried > trustLimits.endorsements)
        throw new OpenPGPError('limit', `replacements flood ${old}`)
      const keys = { by, of: of.primary.key }
      if (await endorsementObjection(endorsement, keys, checking)) continue
      found.push({ of, replacement, endorsement })
    }
  }
  return found
}

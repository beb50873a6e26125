/** What an embedded rotation authority says is replaced: void, as if it were revoked for good. */

import type { Checking } from '../certificate/binding.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { joinCopies } from '../certificate/copies.ts'
import { endorsementObjection, endorsementsOn } from '../certificate/endorsed.ts'
import type { CarriedEndorsement } from '../certificate/endorsed.ts'
import type { Replacement } from '../certificate/endorsement.ts'
import type { Known } from './judged.ts'

/** A replacement, and the endorsement that says it. */
export interface Replaced {
  readonly replacement: Replacement
  readonly endorsement: CarriedEndorsement
}

/**
 * Replacements by these authorities, in any copy from anywhere: they only take away, so neither an
 * expired endorsement nor an authority that was itself revoked since takes one back. No authority is
 * replaced by another one.
 */
export async function findReplaced(
  copies: readonly Certificate[],
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
  for (const parts of joinCopies(copies, checking.primitives)) {
    for (const endorsement of endorsementsOn(parts, domain)) {
      const { replaces: replacement, old } = endorsement
      if (!replacement || authorities.has(replacement.fingerprint)) continue
      const by = authorities.has(old) ? known.get(old)?.parts.primary.key : undefined
      if (!by) continue
      const keys = { by, of: parts.primary.key }
      if (await endorsementObjection(endorsement, keys, checking)) continue
      found.push({ replacement, endorsement })
    }
  }
  return found
}

/** What of all that was seen is worth remembering: what is genuine, and nothing besides. */

import { findBackSignature } from '../certificate/binding.ts'
import type { Checking } from '../certificate/binding.ts'
import { hasherOver } from '../certificate/check.ts'
import { checkComponents } from '../certificate/components.ts'
import type { CertificateParts } from '../certificate/copies.ts'
import { trustLimits } from '../limits.ts'
import type { PublicKey } from '../packet/public-key.ts'
import type { Signature } from '../packet/signature.ts'
import type { UserId } from '../packet/user-id.ts'
import type { Target } from '../signature/preimage.ts'
import type { GenuineEndorsement } from './genuine.ts'
import { groupBy } from './group.ts'
import type { Known } from './judged.ts'
import { writePlaced } from './placed.ts'
import type { PlacedSignature } from './placed.ts'
import type { Replaced } from './replaced.ts'
import { bareSignature } from './signatures.ts'
import { nothingRemembered } from './state.ts'
import type { Remembered } from './state.ts'
import type { Withdrawal } from './withdrawals.ts'

export interface Seen {
  readonly known: Known
  /** Fingerprints of the roots, and of what was ever endorsed from there. */
  readonly reached: ReadonlySet<string>
  /** Endorsements that lead on from a root. */
  readonly counted: readonly GenuineEndorsement[]
  readonly withdrawals: readonly Withdrawal[]
  readonly replaced: readonly Replaced[]
  /** Every certificate, of whatever source. */
  readonly certificates: readonly CertificateParts[]
}

/**
 * What was seen now. Kept are the revocations of whatever a root vouches for, or ever did; what endorsers
 * took back and authorities replaced, on any certificate; and endorsements that counted, with the
 * certificate that they are for. Of certificates that nobody vouches for yet, whose revocations may matter
 * later, as many as there is room for: who makes up certificates fills it, and no more.
 */
export async function findMemorable(
  seen: Seen,
  before: Remembered,
  checking: Checking,
): Promise<Remembered> {
  const { primitives } = checking
  const said = groupBy(
    [
      ...seen.withdrawals.map(({ of, userId, signature }) => onUserId(of, userId, signature)),
      ...seen.replaced.map(({ of, endorsement }) =>
        onUserId(of, endorsement.userId, endorsement.signature),
      ),
    ],
    ({ target }) => target.primary.fingerprint,
  )
  const counted = groupBy(seen.counted, ({ of }) => of.parts.fingerprint)
  const revocations: Record<string, Uint8Array> = {}
  const endorsed: Record<string, Uint8Array> = {}
  const strangers = Object.keys(before.revocations).filter((each) => !seen.reached.has(each))
  let room = trustLimits.strangers - strangers.length
  for (const parts of seen.certificates) {
    const { fingerprint } = parts
    const of = seen.known.get(fingerprint)?.parts ?? parts
    const others = said.get(fingerprint) ?? []
    const taken = writePlaced([...(await revocationsOf(of, checking)), ...others], primitives)
    if (taken) {
      const matters = seen.reached.has(fingerprint) || others.length > 0
      const isKnown = Object.hasOwn(before.revocations, fingerprint)
      const fits = taken.length <= trustLimits.strangerOctets && (isKnown || room > 0)
      if (matters || fits) revocations[fingerprint] = taken
      if (!matters && fits && !isKnown) room -= 1
    }
    const leading = counted.get(fingerprint)
    if (!leading) continue
    const placed = leading.map(({ endorsement }) =>
      onUserId(of, endorsement.userId, endorsement.signature),
    )
    const given = writePlaced([...(await bindingsOf(of, checking)), ...placed], primitives)
    if (given) endorsed[fingerprint] = given
  }
  return { ...nothingRemembered, revocations, endorsed }
}

function onUserId(
  of: CertificateParts,
  userId: UserId,
  signature: Signature,
): PlacedSignature & { readonly target: { readonly primary: PublicKey } } {
  return { target: { kind: 'user-id', primary: of.primary.key, userId }, signature }
}

/** Those by its own key. */
async function revocationsOf(
  parts: CertificateParts,
  checking: Checking,
): Promise<PlacedSignature[]> {
  const components = await checkComponents(parts, checking)
  return components.flatMap(({ target, checked }) =>
    checked.revocations.map(({ signature }) => ({ target, signature: bareSignature(signature) })),
  )
}

async function bindingsOf(parts: CertificateParts, checking: Checking): Promise<PlacedSignature[]> {
  const placed: PlacedSignature[] = []
  for (const { target, checked } of await checkComponents(parts, checking)) {
    for (const { signature } of checked.bindings) {
      const back = await backSignature(signature, target, checking)
      placed.push({ target, signature: bareSignature(signature, back) })
    }
  }
  return placed
}

async function backSignature(
  signature: Signature,
  target: Target,
  checking: Checking,
): Promise<Signature | undefined> {
  if (target.kind !== 'subkey') return undefined
  return findBackSignature(signature, target, hasherOver(target, checking.primitives), checking)
}

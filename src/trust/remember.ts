/** What of all that was seen is worth remembering: what is genuine, and nothing besides. */

import type { Checking } from '../certificate/binding.ts'
import { checkComponents } from '../certificate/components.ts'
import { joinCopies } from '../certificate/copies.ts'
import type { CertificateParts } from '../certificate/copies.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { concat, toHex } from '../octets.ts'
import type { Signature } from '../packet/signature.ts'
import { writeParts } from './copies.ts'
import type { GenuineEndorsement, Known } from './judged.ts'
import type { Replaced } from './replaced.ts'
import type { Remembered } from './state.ts'

export interface Seen {
  readonly known: Known
  readonly endorsements: readonly GenuineEndorsement[]
  readonly replaced: readonly Replaced[]
  /** Fingerprints of the certificates that an embedded one vouches for. */
  readonly vouched: ReadonlySet<string>
  /** Every copy, of whatever source. */
  readonly copies: readonly Certificate[]
}

/**
 * What was remembered and what was seen now. Signatures that nobody made are left out, or a hostile
 * directory could make the memory grow.
 */
export async function addSeen(
  before: Remembered,
  seen: Seen,
  checking: Checking,
): Promise<Remembered> {
  const revocations = { ...before.revocations }
  const endorsed = { ...before.endorsed }
  const replacing = bodies(seen.replaced.map(({ endorsement }) => endorsement.signature))
  const withdrawing = bodies(seen.endorsements.flatMap(({ withdrawal }) => withdrawal ?? []))
  const giving = bodies(seen.endorsements.map(({ endorsement }) => endorsement.signature))
  // A replacement counts on a certificate that is otherwise unknown, too.
  for (const parts of joinCopies(seen.copies, checking.primitives)) {
    const replacements = write(parts, replacing)
    if (replacements) revocations[parts.fingerprint] = replacements
  }
  for (const { parts } of seen.known.values()) {
    const { fingerprint } = parts
    const own = await ownSignatures(parts, checking)
    const taking = new Set([...own.revocations, ...withdrawing])
    const taken = write(parts, taking)
    if (taken) {
      const replacements = seen.replaced.some(({ endorsement }) => endorsement.new === fingerprint)
      const others = replacements
        ? (revocations[fingerprint] ?? new Uint8Array())
        : new Uint8Array()
      revocations[fingerprint] = concat(taken, others)
    }
    if (seen.vouched.has(fingerprint) && write(parts, giving)) {
      const kept = new Set([...own.bindings, ...giving, ...taking, ...replacing])
      endorsed[fingerprint] = write(parts, kept) ?? new Uint8Array()
    }
  }
  return { ...before, revocations, endorsed }
}

async function ownSignatures(
  parts: CertificateParts,
  checking: Checking,
): Promise<{ readonly bindings: ReadonlySet<string>; readonly revocations: ReadonlySet<string> }> {
  const checked = (await checkComponents(parts, checking)).map((component) => component.checked)
  return {
    bindings: bodies(checked.flatMap(({ bindings }) => bindings.map(({ signature }) => signature))),
    revocations: bodies(
      checked.flatMap(({ revocations }) => revocations.map(({ signature }) => signature)),
    ),
  }
}

function bodies(signatures: readonly Signature[]): ReadonlySet<string> {
  return new Set(signatures.map(({ body }) => toHex(body)))
}

/** The certificate with these signatures alone; undefined when it has none of them. */
function write(parts: CertificateParts, kept: ReadonlySet<string>): Uint8Array | undefined {
  const isKept = ({ body }: Signature): boolean => kept.has(toHex(body))
  const { primary, userIds, subkeys } = parts
  const signatures = [primary, ...userIds, ...subkeys].flatMap((each) => each.signatures)
  return signatures.some(isKept) ? writeParts(parts, isKept) : undefined
}

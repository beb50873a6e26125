/** The certificates that verifications go by: found by hint, computed once, judged each time. */

import type { Checking } from '../certificate/binding.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { joinCopies } from '../certificate/copies.ts'
import type { CertificateParts } from '../certificate/copies.ts'
import { evaluateChecked } from '../certificate/evaluate.ts'
import type { CheckedCertificate } from '../certificate/evaluate.ts'
import type { EvaluatedKey } from '../certificate/judge.ts'
import { keepComponents } from '../certificate/kept.ts'
import type { CheckKept } from '../certificate/kept.ts'
import { openMemory } from '../certificate/memory.ts'
import type { PublicKey } from '../packet/public-key.ts'
import type { IssuerHints } from '../packet/signature.ts'
import type { Primitives } from '../signature/hasher.ts'
import { importOnce } from '../signature/import-once.ts'
import { portable } from '../signature/portable.ts'

/** A key that a hint names, and the certificate that holds it. */
export interface Candidate {
  readonly certificate: CertificateParts
  readonly key: PublicKey
}

/** How the certificates stand by one policy and at one time of the judge's. */
export interface JudgedKeyring {
  /** Every key that one of the hints names, each once. A forged hint can only add to them. */
  candidates(hints: IssuerHints): Candidate[]
  /** How a key stood at a time; one that is two components of its certificate, as each of them. */
  evaluate(candidate: Candidate, at: number): Promise<EvaluatedKey[]>
}

/** Certificates that are opened, for the `verify…` functions; its members are for them alone. */
export interface Keyring {
  readonly primitives: Primitives
  judgeBy(judge: Pick<Checking, 'now' | 'policy'>): JudgedKeyring
}

/**
 * Opens certificates that many verifications go by: the `verify…` and `evaluate…` functions take it
 * as `keyring` in place of `certificates`, and compute no self-signature a second time. Kept between
 * calls are keys imported, which key made which self-signature (RFC 9580 §5.2.4), and which of those
 * count for as long as the policy, which is asked about each in every call, answers as before. Expiry
 * and revocations (§5.2.3.10) are judged in every call, by its own `at`.
 * It does not learn of newer copies of the certificates: open another one with those.
 *
 * @example
 * import { openKeyring, parseCertificates, verifyDetached } from 'longhand'
 * import { nodePrimitives as primitives } from 'longhand/node'
 *
 * export function openUpdater(embedded: Uint8Array) {
 *   const keyring = openKeyring(parseCertificates(embedded, { primitives }), { primitives })
 *   return (file: Uint8Array, signature: Uint8Array) => verifyDetached(file, signature, { keyring })
 * }
 */
export function openKeyring(
  certificates: readonly Certificate[],
  options: { readonly primitives?: Primitives } = {},
): Keyring {
  const primitives = importOnce(options.primitives ?? portable)
  const memory = openMemory()
  const kept = new Map<CertificateParts, CheckKept>()
  const byHint = indexKeys(joinCopies(certificates, primitives))
  return {
    primitives,
    judgeBy({ now, policy }) {
      const checking = { now, policy, primitives, memory }
      const checked = new Map<CertificateParts, Promise<CheckedCertificate>>()
      const check = async (certificate: CertificateParts): Promise<CheckedCertificate> => {
        const components = kept.get(certificate) ?? keepComponents(certificate)
        kept.set(certificate, components)
        return evaluateChecked(certificate, await components(checking), checking)
      }
      return {
        candidates: (hints) => findCandidates(byHint, hints),
        async evaluate({ certificate, key }, at) {
          const running = checked.get(certificate) ?? check(certificate)
          checked.set(certificate, running)
          const { primary, subkeys } = (await running).evaluateAt(at)
          return [primary, ...subkeys].filter((each) => each.key.fingerprint === key.fingerprint)
        },
      }
    },
  }
}

type KeyIndex = ReadonlyMap<string, readonly Candidate[]>

function indexKeys(certificates: readonly CertificateParts[]): KeyIndex {
  const byHint = new Map<string, Candidate[]>()
  for (const certificate of certificates) {
    for (const key of keysOf(certificate)) {
      const candidate = { certificate, key }
      for (const hint of [key.fingerprint, key.keyId]) {
        const known = byHint.get(hint)
        if (known) known.push(candidate)
        else byHint.set(hint, [candidate])
      }
    }
  }
  return byHint
}

function findCandidates(byHint: KeyIndex, { fingerprints, keyIds }: IssuerHints): Candidate[] {
  const found = new Set<Candidate>()
  for (const hint of [...fingerprints, ...keyIds]) {
    for (const candidate of byHint.get(hint) ?? []) found.add(candidate)
  }
  return [...found]
}

/** Its keys, each once. */
function keysOf({ primary, subkeys }: CertificateParts): PublicKey[] {
  const others = subkeys.map(({ key }) => key)
  return [
    primary.key,
    ...others.filter(({ fingerprint }) => fingerprint !== primary.key.fingerprint),
  ]
}

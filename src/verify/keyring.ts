/** The certificates that a verification goes by: found by hint, checked once, when first needed. */

import type { Certificate } from '../certificate/certificate.ts'
import type { Checking } from '../certificate/binding.ts'
import { joinCopies } from '../certificate/copies.ts'
import type { CertificateParts } from '../certificate/copies.ts'
import { checkCertificate } from '../certificate/evaluate.ts'
import type { CheckedCertificate } from '../certificate/evaluate.ts'
import type { EvaluatedKey } from '../certificate/judge.ts'
import type { IssuerHints } from '../packet/signature.ts'
import type { PublicKey } from '../packet/public-key.ts'

/** A key that a hint names, and the certificate that holds it. */
export interface Candidate {
  readonly certificate: CertificateParts
  readonly key: PublicKey
}

export interface Keyring {
  /** Every key that one of the hints names, each once. A forged hint can only add to them. */
  candidates(hints: IssuerHints): Candidate[]
  /** How a key stood at a time; one that is two components of its certificate, as each of them. */
  evaluate(candidate: Candidate, at: number): Promise<EvaluatedKey[]>
}

export function openKeyring(certificates: readonly Certificate[], checking: Checking): Keyring {
  const byHint = new Map<string, Candidate[]>()
  for (const certificate of joinCopies(certificates)) {
    for (const key of keysOf(certificate)) {
      for (const hint of [key.fingerprint, key.keyId]) {
        const known = byHint.get(hint)
        if (known) known.push({ certificate, key })
        else byHint.set(hint, [{ certificate, key }])
      }
    }
  }
  const checked = new Map<CertificateParts, Promise<CheckedCertificate>>()
  return {
    candidates({ fingerprints, keyIds }) {
      const found = new Map<string, Candidate>()
      for (const hint of [...fingerprints, ...keyIds]) {
        for (const candidate of byHint.get(hint) ?? []) {
          const { certificate, key } = candidate
          found.set(`${certificate.fingerprint} ${key.fingerprint}`, candidate)
        }
      }
      return [...found.values()]
    },
    async evaluate({ certificate, key }, at) {
      const running = checked.get(certificate) ?? checkCertificate(certificate, checking)
      checked.set(certificate, running)
      const { primary, subkeys } = (await running).evaluateAt(at)
      return [primary, ...subkeys].filter((each) => each.key.fingerprint === key.fingerprint)
    },
  }
}

/** Its keys, each once. */
function keysOf({ primary, subkeys }: CertificateParts): PublicKey[] {
  const others = subkeys.map(({ key }) => key)
  return [
    primary.key,
    ...others.filter(({ fingerprint }) => fingerprint !== primary.key.fingerprint),
  ]
}

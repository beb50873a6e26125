/** The files of vectors/lint, made anew: the same octets at every run. */

import { formVectors } from './forms.ts'
import { keyVectors } from './keys.ts'
import { lifetimeVectors } from './lifetimes.ts'
import { selfSignatureVectors } from './self-signatures.ts'
import { subkeyVectors } from './subkeys.ts'
import { userIdVectors } from './user-ids.ts'
import { findingsOf } from './vector.ts'
import type { LintVectors } from './vector.ts'

/** When the vectors are judged. */
export const judgedAt: Date = new Date('2026-06-01T00:00:00Z')

export const lintVectors: LintVectors = {
  ...formVectors,
  ...keyVectors,
  ...selfSignatureVectors,
  ...userIdVectors,
  ...lifetimeVectors,
  ...subkeyVectors,
}

/** Armored where the armor is what matters. */
export function fileNameOf(id: string): string {
  return id.startsWith('armor-') ? `${id}.asc` : `${id}.gpg`
}

export function lintFiles(): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(lintVectors).map(([id, make]) => [fileNameOf(id), make().octets]),
  )
}

/** What vectors/lint/index.json says. */
export function lintIndex(): unknown[] {
  return Object.entries(lintVectors).map(([id, make]) => {
    const vector = make()
    return {
      id,
      file: fileNameOf(id),
      origin: "Longhand's own",
      licence: 'Apache-2.0',
      made: `npx tsx test/support/write-lint-vectors.ts: ${vector.made}`,
      expectation: { at: judgedAt.toISOString(), findings: findingsOf(id, vector) },
    }
  })
}

/** What a vector of vectors/lint is made of. */

import type { LintCode } from '../../../src/cli/lint/codes.ts'
import type { ForgedKey } from '../forge/signature.ts'
import type { ForeignKey } from './foreign-keys.ts'

export interface LintVector {
  readonly octets: Uint8Array
  /** What is changed in the sound certificate. */
  readonly made: string
  /**
   * What is found; the vector's own name unless said. That the primary key signs, as the sound
   * certificate's does, is found in nearly all, and told of the vector of that name alone.
   */
  readonly findings?: readonly LintCode[]
  /** Whose signature over a document verifiers are asked about; the owner's unless said. */
  readonly signer?: { readonly by: ForgedKey } | { readonly foreign: ForeignKey }
}

export type LintVectors = Readonly<Record<string, () => LintVector>>

/** The codes that a vector stands for, sorted. */
export function findingsOf(id: string, { findings = [id as LintCode] }: LintVector): LintCode[] {
  return [...findings].sort()
}

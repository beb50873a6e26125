/** What is asked of the signers: roots, a second source, and how many. */

import type { Certificate } from '../certificate/certificate.ts'
import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import type { Directory } from './source.ts'

/** Made by `embedded`, `crossCheck` and `threshold`. */
export interface TrustRule {
  /** The roots: what is built into the program. */
  readonly embedded: readonly Certificate[]
  /** What has to confirm a signer. */
  readonly directory: Directory | undefined
  /** What a directory out of reach means. */
  readonly unreachable: 'fail' | 'pass'
  readonly signers: number
}

/**
 * The certificates that a program carries: they alone are roots. By themselves, one good signature
 * by a root, or by a successor that an embedded or remembered copy says is endorsed, is enough.
 * Throws `certificate-missing` when there is none.
 */
export function embedded(certificates: readonly Certificate[]): TrustRule {
  if (certificates.length === 0) {
    throw new OpenPGPError(
      'certificate-missing',
      'no certificate is embedded, so nobody is trusted',
    )
  }
  const roots = [...certificates]
  return Object.freeze({ embedded: roots, directory: undefined, unreachable: 'fail', signers: 1 })
}

/**
 * The same, and a directory has to vouch for the signer too: its certificate is among those that the
 * directory has. A directory out of reach fails, unless `unreachable` is `pass`: then the verdict
 * says that it was not asked. One that was reached and has no such certificate always denies.
 */
export function crossCheck(
  rule: TrustRule,
  directory: Directory,
  { unreachable = 'fail' }: { readonly unreachable?: 'fail' | 'pass' } = {},
): TrustRule {
  return Object.freeze({ ...rule, directory, unreachable })
}

/**
 * The same, by at least so many signers, each vouched for by an embedded certificate of its own: a
 * thief of one root who endorses a second key is still one. Throws `usage` for what is no number of
 * signers, or more than there are roots.
 */
export function threshold(signers: number, rule: TrustRule): TrustRule {
  const roots = new Set(rule.embedded.map(({ fingerprint }) => fingerprint)).size
  const most = Math.min(roots, limits.signaturesPerFile)
  if (!Number.isInteger(signers) || signers < 1 || signers > most) {
    throw new OpenPGPError(
      'usage',
      `a threshold of ${signers} with ${roots} embedded certificates`,
      {
        hint: `it is a whole number from 1 to ${most}`,
      },
    )
  }
  return Object.freeze({ ...rule, signers })
}

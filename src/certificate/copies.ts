/** Several copies of one certificate (RFC 9580 §10.1), read as one: what any of them says counts. */

import { toHex } from '../octets.ts'
import type { Primitives } from '../signature/hasher.ts'
import type { Certificate } from './certificate.ts'
import { groupCopies, mergeCopies } from './merge.ts'

/** What a certificate is judged by. */
export type CertificateParts = Pick<Certificate, 'fingerprint' | 'primary' | 'userIds' | 'subkeys'>

/**
 * Joins the certificates that have the same primary key, and components that occur twice, so that a
 * revocation is not missed because another copy lacks it. One that is whole is left as it is; others
 * are what `mergeCertificates` makes of them.
 */
export function joinCopies(
  certificates: readonly Certificate[],
  primitives: Primitives,
): CertificateParts[] {
  return groupCopies(certificates).map((copies) => {
    const [first, ...others] = copies
    return others.length === 0 && isWhole(first) ? first : mergeCopies(copies, primitives)
  })
}

/** One certificate as it is judged; what joins is loaded only where a component occurs twice. */
export async function joinOwn(
  certificate: Certificate,
  primitives: Primitives,
): Promise<CertificateParts> {
  if (isWhole(certificate)) return certificate
  return (await import('./merge.ts')).mergeCopies([certificate], primitives)
}

/** Whether no component occurs twice. */
function isWhole({ userIds, subkeys }: Certificate): boolean {
  const components = [
    ...userIds.map(({ userId }) => `User ID ${toHex(userId.body)}`),
    ...subkeys.map(({ key }) => key.fingerprint),
  ]
  return new Set(components).size === components.length
}

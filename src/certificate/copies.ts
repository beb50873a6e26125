/** Several copies of one certificate, read as one: what any of them says counts. */

import { toHex } from '../octets.ts'
import type { Certificate, ComponentSignatures } from './certificate.ts'

/** What a certificate is judged by. */
export type CertificateParts = Pick<Certificate, 'fingerprint' | 'primary' | 'userIds' | 'subkeys'>

/**
 * Joins the certificates that have the same primary key, and components that occur twice, so that a
 * revocation is not missed because another copy lacks it. The order is that of first appearance.
 */
export function joinCopies(certificates: readonly Certificate[]): CertificateParts[] {
  return groupBy(certificates, ({ fingerprint }) => fingerprint).map(joinGroup)
}

function joinGroup([first, ...others]: readonly [Certificate, ...Certificate[]]): CertificateParts {
  const all = [first, ...others]
  const userIds = all.flatMap((each) => each.userIds)
  const subkeys = all.flatMap((each) => each.subkeys)
  return {
    fingerprint: first.fingerprint,
    primary: joinSignatures([first.primary, ...others.map((each) => each.primary)]),
    userIds: groupBy(userIds, ({ userId }) => toHex(userId.body)).map(joinSignatures),
    subkeys: groupBy(subkeys, ({ key }) => key.fingerprint).map(joinSignatures),
  }
}

/** The first of them, with the signatures of all, each once. */
function joinSignatures<Part extends ComponentSignatures>(parts: readonly [Part, ...Part[]]): Part {
  if (parts.length === 1) return parts[0]
  const signatures = parts.flatMap((part) => part.signatures)
  return {
    ...parts[0],
    signatures: groupBy(signatures, ({ body }) => toHex(body)).map(([signature]) => signature),
    unreadable: parts.flatMap((part) => part.unreadable),
  }
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): [Item, ...Item[]][] {
  const groups = new Map<string, [Item, ...Item[]]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return [...groups.values()]
}

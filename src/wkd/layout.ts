/** The files of a Web Key Directory, worked out without writing one. */

import { OpenPGPError } from '../errors.ts'
import { concat, equal } from '../octets.ts'
import type { Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import { type Address, parseAddress, parseDomain, wkdHash } from './address.ts'

/** An address and the certificates that are published for it, in the order in which they go. */
export interface WkdEntry {
  readonly address: string | Address
  /** Binary certificates (RFC 9580 §10.1); whose User IDs fit was decided by the caller. */
  readonly certificates: readonly Uint8Array[]
}

export interface WkdFile {
  /** Relative to the server's root, with `/` between its parts on every system. */
  readonly path: string
  readonly octets: Uint8Array
}

export interface WkdLayoutOptions {
  readonly domain: string
  readonly entries: readonly WkdEntry[]
  readonly primitives?: Primitives
}

function hashOf(entry: WkdEntry, domain: string, primitives: Primitives): string {
  const { address } = entry
  const text = typeof address === 'string' ? address : `${address.local}@${address.domain}`
  const parsed = parseAddress(text)
  if (parsed.domain !== domain) {
    throw new OpenPGPError('usage', `the address ${text} is not in the domain ${domain}`)
  }
  if (entry.certificates.length === 0) {
    throw new OpenPGPError('certificate-missing', `there is no certificate for ${text}`)
  }
  // What begins an OpenPGP packet has its top bit set, RFC 9580 §4.2; armor has not.
  if (entry.certificates.some((octets) => (octets[0] ?? 0) < 0x80)) {
    throw new OpenPGPError('malformed', `a certificate for ${text} is not binary`, {
      hint: 'take its armor off first',
    })
  }
  return wkdHash(parsed, primitives)
}

/**
 * The files of the advanced and of the direct layout, draft-koch-openpgp-webkey-service §3.1.
 *
 * Sorted by path. Addresses whose local parts differ only in ASCII case share a file; a
 * certificate that comes twice for it is written once, at its first place. Policy files are empty.
 * Not checked: that the octets are certificates, valid, and name the address.
 */
export function wkdLayout(options: WkdLayoutOptions): WkdFile[] {
  const domain = parseDomain(options.domain)
  const byHash = new Map<string, Uint8Array[]>()
  for (const entry of options.entries) {
    const hash = hashOf(entry, domain, options.primitives ?? portable)
    const kept = byHash.get(hash) ?? []
    for (const octets of entry.certificates) {
      if (!kept.some((other) => equal(other, octets))) kept.push(octets)
    }
    byHash.set(hash, kept)
  }
  const root = '.well-known/openpgpkey'
  return [`${root}/${domain}`, root]
    .flatMap((folder): WkdFile[] => [
      { path: `${folder}/policy`, octets: new Uint8Array(0) },
      ...[...byHash].map(([hash, kept]) => ({
        path: `${folder}/hu/${hash}`,
        octets: concat(...kept),
      })),
    ])
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

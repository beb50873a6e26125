/** longhand keys wkd: a Web Key Directory as a tree of files for any web server. */

import type { Certificate } from '../../certificate/certificate.ts'
import { serializeCertificate } from '../../certificate/certificate.ts'
import { evaluateCertificate } from '../../certificate/evaluate.ts'
import { mergeCertificates } from '../../certificate/merge.ts'
import { OpenPGPError } from '../../errors.ts'
import type { ErrorCode } from '../../errors.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { writeWkdTree } from '../../node/wkd-tree.ts'
import type { WkdTreeResult } from '../../node/wkd-tree.ts'
import { equal } from '../../octets.ts'
import { emailOf } from '../../packet/user-id.ts'
import { standardPolicy } from '../../policy/standard.ts'
import { parseDomain, wkdUrls } from '../../wkd/address.ts'
import { wkdLayout } from '../../wkd/layout.ts'
import type { WkdEntry } from '../../wkd/layout.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { readCertificates, timeoutMs } from '../inputs.ts'
import type { Io } from '../io.ts'
import { jsonText } from '../json.ts'
import { say } from '../run.ts'

export const keysWkd: Command = defineCommand({
  name: 'keys wkd',
  summary: 'Writes a Web Key Directory: where mail programs and gpg look certificates up.',
  operands: 'CERT...',
  options: {
    domain: { type: 'string', value: 'D', help: 'the domain of the addresses' },
    output: {
      type: 'string',
      short: 'o',
      value: 'DIR',
      help: "the web server's root: .well-known is made in it",
    },
    'publish-revocation': {
      type: 'boolean',
      help: 'take in a revocation made by keys revoke --prepare: it is in force then',
    },
    prune: { type: 'boolean', help: 'remove also what Longhand did not write' },
    force: { type: 'boolean', help: 'replace files that something else wrote' },
    json: { type: 'boolean', help: 'say as JSON on standard output what was done' },
  },
  notes: [
    'Both layouts are written: serve DIR at https://openpgpkey.DOMAIN/ (advanced) or, where that',
    'name does not resolve, at https://DOMAIN/ (direct). What this run no longer contains is removed',
    'if an earlier run wrote it; DIR.longhand-wkd.json beside the tree remembers.',
  ],
  async run({ options, operands, io }) {
    const { domain, output } = options
    if (domain === undefined) throw usageError('keys wkd', 'say for which --domain')
    if (output === undefined) throw usageError('keys wkd', 'say where it goes: -o public')
    if (operands.length === 0) throw usageError('keys wkd', 'there is no CERT to publish')
    const name = parseDomain(domain)
    const entries: WkdEntry[] = []
    for (const { certificate, path } of await readPublished(operands, options)) {
      entries.push(...(await entriesFor(certificate, path, name, io.now)))
    }
    const files = wkdLayout({ domain: name, entries, primitives: nodePrimitives })
    const { prune, force } = options
    const result = await writeWkdTree({ directory: output, files, prune, force })
    if (options.json) return io.out(jsonText({ domain: name, ...result }))
    report(result, entries, output, io)
  },
})

/** The certificates of the files; a revocation that was prepared joins the certificate it is of. */
async function readPublished(
  paths: readonly string[],
  options: { readonly 'publish-revocation': boolean },
): Promise<{ readonly certificate: Certificate; readonly path: string }[]> {
  const publishRevocation = options['publish-revocation']
  const copies = new Map<string, Uint8Array>()
  const read: { certificate: Certificate; path: string }[] = []
  for (const path of paths) {
    const reading = { publishRevocation }
    for (const certificate of await readCertificates(path, timeoutMs(undefined), reading)) {
      if (!publishRevocation) refuseOtherCopy(certificate, copies)
      read.push({ certificate, path })
    }
  }
  if (!publishRevocation) return read
  const certificates = read.map(({ certificate }) => certificate)
  return mergeCertificates(certificates, { primitives: nodePrimitives }).map((certificate) => {
    const { fingerprint } = certificate
    const path = read.find((each) => each.certificate.fingerprint === fingerprint)?.path ?? ''
    return { certificate, path }
  })
}

/** One entry for each valid User ID of the domain; none at all is an error. */
export async function entriesFor(
  certificate: Certificate,
  path: string,
  domain: string,
  at: Date,
): Promise<WkdEntry[]> {
  const judged = await evaluateCertificate(certificate, {
    at,
    policy: standardPolicy(),
    primitives: nodePrimitives,
  })
  const { objection } = judged.primary
  // One that is revoked or expired stays published: clients must learn of the one, and check old
  // signatures by the other.
  const published: readonly ErrorCode[] = ['certificate-revoked', 'certificate-expired']
  if (objection && !published.includes(objection.code)) {
    throw new OpenPGPError(objection.code, `${path}: ${objection.reason}`)
  }
  const addresses = judged.userIds
    .filter((userId) => !userId.objection)
    .map(({ userId }) => emailOf(userId))
    .filter((email) => email?.toLowerCase().endsWith(`@${domain}`))
  if (addresses.length === 0) {
    throw new OpenPGPError(
      'user-id-missing',
      `${path}: certificate ${certificate.fingerprint} has no valid User ID in ${domain}`,
      { hint: `mint it with --email NAME@${domain}, or leave it out` },
    )
  }
  const certificates = [serializeCertificate(certificate)]
  return addresses.flatMap((address) => (address === undefined ? [] : [{ address, certificates }]))
}

/** Two copies of one certificate that differ: whichever a client reads first, it misses the other. */
function refuseOtherCopy(certificate: Certificate, copies: Map<string, Uint8Array>): void {
  const { fingerprint } = certificate
  const octets = serializeCertificate(certificate)
  const other = copies.get(fingerprint)
  if (other && !equal(other, octets)) {
    throw new OpenPGPError(
      'usage',
      `two different copies of certificate ${fingerprint} are given`,
      {
        hint: 'make one of them that has everything: longhand keys merge',
      },
    )
  }
  copies.set(fingerprint, octets)
}

function report(
  { written, unchanged, removed, left }: WkdTreeResult,
  entries: readonly WkdEntry[],
  directory: string,
  io: Io,
): void {
  for (const path of written) say(io, 'wrote', `${directory}/${path}`)
  for (const path of removed) say(io, 'removed', `${directory}/${path}`)
  for (const path of left) say(io, 'note', `${directory}/${path} is not from here, and left alone`)
  if (unchanged.length > 0) say(io, 'note', `${unchanged.length} files were as they should be`)
  for (const address of new Set(entries.map((entry) => entry.address))) {
    if (typeof address !== 'string') continue
    say(io, 'note', `${address} is looked up at ${wkdUrls(address, nodePrimitives).advanced}`)
  }
}

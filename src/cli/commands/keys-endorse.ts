/** longhand keys endorse: the old certificate's word on the new one. */

import { isRotationAuthority } from '../../certificate/authority.ts'
import { armorCertificate } from '../../certificate/certificate.ts'
import { endorse, endorsementSeconds } from '../../certificate/endorse.ts'
import { endorsementsOn } from '../../certificate/endorsed.ts'
import type { Replacement, ReplacementReason } from '../../certificate/endorsement.ts'
import type { Certificate } from '../../certificate/certificate.ts'
import { planOutputs } from '../../node/outputs.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { standardPolicy } from '../../policy/standard.ts'
import { isoTime, toSeconds } from '../../signature/time.ts'
import { parseDomain } from '../../wkd/address.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { hashOption, parseHash } from '../hash.ts'
import {
  certificatePath,
  keyFiles,
  keyNotes,
  keyOptions,
  openKey,
  readCertificate,
  timeoutMs,
} from '../inputs.ts'
import { say } from '../run.ts'
import { parseDuration, parseTime } from '../time.ts'

const { key: _, ...otherKeyOptions } = keyOptions

export const keysEndorse: Command = defineCommand({
  name: 'keys endorse',
  summary: 'Says by an old certificate, or a rotation authority, which new one follows it.',
  operands: 'NEW',
  options: {
    with: {
      type: 'string',
      value: 'URI',
      help: 'the primary key of --cert (default: LONGHAND_KEY)',
    },
    ...otherKeyOptions,
    cert: { type: 'string', value: 'FILE', help: 'the certificate that endorses: the old one' },
    serial: {
      type: 'string',
      value: 'N',
      help: 'which of its owner NEW is, from 1 (default: by the others)',
    },
    replaces: {
      type: 'string',
      value: 'FPR',
      help: 'by a rotation authority: this certificate is void',
    },
    reason: { type: 'string', value: 'R', help: 'of --replaces: compromised or lost' },
    domain: {
      type: 'string',
      value: 'D',
      help: 'the name space (default: that of the address in NEW)',
    },
    expires: { type: 'string', value: 'TIME', help: 'how long it counts (default: 2y)' },
    created: { type: 'string', value: 'TIME', help: 'when it is made (default: now)' },
    hash: hashOption,
    output: { type: 'string', short: 'o', value: 'OUT', help: 'NEW with it; - is standard output' },
    force: { type: 'boolean', help: 'replace OUT when it exists; never an input' },
  },
  notes: [
    'Clients that trust the old certificate trust the new one by it, once they see OUT in a Web Key',
    'Directory or have it embedded. Serials rise along a chain; of two with one serial none counts.',
    ...keyNotes,
  ],
  async run({ options, operands, io }) {
    const [path, ...others] = operands
    const { output } = options
    if (path === undefined || others.length > 0) {
      throw usageError('keys endorse', 'it takes one NEW certificate')
    }
    if (output === undefined) throw usageError('keys endorse', 'say where it goes: -o endorsed.asc')
    const replaces = parseReplacement(options.replaces, options.reason)
    const serial = options.serial === undefined ? undefined : parseSerial(options.serial)
    const domain = options.domain === undefined ? undefined : parseDomain(options.domain)
    const keyValues = { ...options, key: options.with }
    const cert = certificatePath(options.cert, io)
    const inputs = [path, cert, ...keyFiles(keyValues, io)]
    const outputs = planOutputs({
      paths: output === '-' ? [] : [output],
      inputs,
      force: options.force,
    })
    const idle = timeoutMs(options.timeout)
    const old = await readCertificate(cert, idle)
    const given = await readCertificate(path, idle)
    const signer = await openKey(keyValues, io)
    try {
      const created = options.created === undefined ? io.now : parseTime('created', options.created)
      const expiresAfter =
        options.expires === undefined
          ? endorsementSeconds
          : parseDuration('expires', options.expires)
      const number = serial ?? (await nextSerial(given, old, { at: created, domain }))
      const endorsed = await endorse(given, {
        endorser: { certificate: old, signer },
        serial: number,
        created,
        expiresAfter,
        domain,
        replaces,
        hash: parseHash(options.hash),
        primitives: nodePrimitives,
      })
      const armored = armorCertificate(endorsed)
      if (output === '-') return io.out(armored)
      outputs.write([{ path: output, octets: Buffer.from(armored) }])
      say(io, 'wrote', `${output}: ${given.fingerprint}, endorsed by ${old.fingerprint}`)
      const until = isoTime(toSeconds(created) + expiresAfter)
      say(io, 'note', `serial ${number}; it counts until ${until}`)
      say(
        io,
        'note',
        'rpm 4.18 imports no certificate with an endorsement: give it the one without',
      )
      if (replaces) {
        say(io, 'note', `clients that embed this authority hold ${replaces.fingerprint} for void`)
      }
    } finally {
      await signer.close?.()
    }
  },
})

/** What others say of the new certificate, or one more than the old one's own. */
async function nextSerial(
  given: Certificate,
  old: Certificate,
  { at, domain }: { readonly at: Date; readonly domain: string | undefined },
): Promise<number> {
  const said = endorsementsOn(given, domain).map(({ serial }) => serial)
  if (said.length > 0) return Math.max(...said)
  const judging = { at, policy: standardPolicy(), primitives: nodePrimitives }
  if (await isRotationAuthority(old, judging)) {
    throw usageError('keys endorse', 'a rotation authority has no serial to go by: give --serial')
  }
  // The first certificate of an owner is number 1, and nobody endorsed it.
  return 1 + Math.max(1, ...endorsementsOn(old, domain).map(({ serial }) => serial))
}

function parseSerial(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text)
  throw usageError('keys endorse', '--serial is a whole number of at most nine digits, from 1')
}

function parseReplacement(
  replaces: string | undefined,
  reason: string | undefined,
): Replacement | undefined {
  if (replaces === undefined && reason === undefined) return undefined
  if (replaces === undefined || reason === undefined) {
    throw usageError('keys endorse', '--replaces and --reason go together')
  }
  const reasons: readonly ReplacementReason[] = ['compromised', 'lost']
  const known = reasons.find((each) => each === reason)
  if (known === undefined) throw usageError('keys endorse', '--reason is compromised or lost')
  return { fingerprint: replaces.replaceAll(' ', '').toUpperCase(), reason: known }
}

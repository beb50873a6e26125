/** longhand keys show: a certificate as it stands, its keys and User IDs judged. */

import { parseCertificates } from '../../certificate/certificate.ts'
import type { Certificate, ParseOptions } from '../../certificate/certificate.ts'
import { evaluateCertificate } from '../../certificate/evaluate.ts'
import type { EvaluatedKey } from '../../certificate/judge.ts'
import { limits } from '../../limits.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { keyBits, keyKind } from '../../packet/key-material.ts'
import type { PublicKey } from '../../packet/public-key.ts'
import type { Objection } from '../../policy/policy.ts'
import { standardPolicy } from '../../policy/standard.ts'
import { keyFlag, nameOf, revocationReason } from '../../registry.ts'
import { isoTime } from '../../signature/time.ts'
import { isDisarmed } from '../../wire/disarmed.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { words } from '../describe/words.ts'
import { escapeText } from '../escape.ts'
import { ofFile, readOperand, timeoutMs } from '../inputs.ts'
import { jsonText } from '../json.ts'
import { parseTime } from '../time.ts'

interface ShownKey {
  readonly role: 'primary' | 'subkey'
  readonly fingerprint: string
  readonly version: number
  readonly kind: string
  readonly created: string
  /** Null for never. */
  readonly expires: string | null
  readonly uses: readonly string[]
  readonly revoked: { readonly at: string; readonly reason: string; readonly hard: boolean } | null
  readonly problem: Objection | null
}

interface ShownCertificate {
  readonly file: string
  readonly fingerprint: string
  /** False for a revocation that was prepared. */
  readonly inForce: boolean
  readonly keys: readonly ShownKey[]
  readonly userIds: readonly { readonly text: string; readonly problem: Objection | null }[]
}

export const keysShow: Command = defineCommand({
  name: 'keys show',
  summary: 'Shows certificates as they stand: keys, User IDs, expiry, revocations.',
  operands: 'CERT...',
  options: {
    at: { type: 'string', value: 'TIME', help: 'judge as of this time (default: now)' },
    json: { type: 'boolean', help: 'the same as JSON' },
  },
  notes: [
    'CERT may be a revocation made by keys revoke --prepare; - is standard input. keys lint says what',
    'programs dislike; inspect shows packets and judges nothing. The exit status is 0 for whatever',
    'can be read.',
  ],
  async run({ options, operands, io }) {
    if (operands.length === 0) throw usageError('keys show', 'there is no CERT to show')
    const at = options.at === undefined ? io.now : parseTime('at', options.at)
    const shown: ShownCertificate[] = []
    const reading = { what: 'certificate file', limit: limits.inputOctets }
    for (const file of operands) {
      const idleTimeoutMs = timeoutMs(undefined)
      const octets = await readOperand(file, { ...reading, idleTimeoutMs }, io)
      const what = file === '-' ? 'standard input' : file
      const parsing = { primitives: nodePrimitives, what, publishRevocation: true }
      const inForce = !isDisarmed(octets)
      for (const certificate of readEach(octets, parsing)) {
        shown.push(await show(certificate, { file: what, inForce }, at))
      }
    }
    io.out(options.json ? jsonText(shown) : shown.map(renderCertificate).join(''))
  },
})

function readEach(octets: Uint8Array, parsing: ParseOptions & { what: string }): Certificate[] {
  try {
    return parseCertificates(octets, parsing)
  } catch (error) {
    throw ofFile(error, parsing.what)
  }
}

async function show(
  certificate: Certificate,
  about: Pick<ShownCertificate, 'file' | 'inForce'>,
  at: Date,
): Promise<ShownCertificate> {
  const judging = { at, policy: standardPolicy(), primitives: nodePrimitives }
  const { primary, subkeys, userIds } = await evaluateCertificate(certificate, judging)
  return {
    ...about,
    fingerprint: certificate.fingerprint,
    keys: [primary, ...subkeys].map(showKey),
    userIds: userIds.map(({ userId, objection = null }) => {
      return { text: userId.text, problem: objection }
    }),
  }
}

function showKey({ role, key, keyFlags, expires, revocation, objection }: EvaluatedKey): ShownKey {
  const { fingerprint, version, created } = key
  const uses = Object.entries(keyFlag).filter(([, bit]) => keyFlags & bit)
  const reason = revocation && (revocation.reason ?? revocationReason.noReason)
  return {
    role,
    fingerprint,
    version,
    kind: kindOf(key),
    created: isoTime(created),
    expires: expires === undefined ? null : isoTime(expires),
    uses: uses.map(([name]) => words(name) ?? name),
    revoked: revocation
      ? {
          at: isoTime(revocation.created),
          reason: words(nameOf(revocationReason, reason ?? 0)) ?? `reason ${reason}`,
          hard: revocation.hard,
        }
      : null,
    problem: objection ?? null,
  }
}

function kindOf({ material, algorithm }: PublicKey): string {
  if (material.kind === 'opaque') return `algorithm ${algorithm}`
  return material.kind === 'rsa' ? `RSA-${keyBits(material)}` : keyKind(material)
}

function renderCertificate({
  file,
  fingerprint,
  inForce,
  keys,
  userIds,
}: ShownCertificate): string {
  const prepared = inForce
    ? ''
    : ', a revocation that was prepared and is not in force; if it were:'
  const lines = [`${escapeText(file)}: certificate ${fingerprint}${prepared}`]
  for (const { text, problem } of userIds) {
    lines.push(`  User ID "${escapeText(text, { limit: 400 })}"${standing(problem)}`)
  }
  for (const { role, fingerprint: own, kind, version, created, expires, uses, problem } of keys) {
    const name = role === 'primary' ? 'primary key' : `subkey ${own}`
    const can = uses.length === 0 ? 'no use stated' : `may ${uses.join(', ')}`
    const end = expires === null ? 'never expires' : `expires ${expires}`
    lines.push(`  ${name}: ${kind}, version ${version}, ${can}${standing(problem)}`)
    lines.push(`    created ${created}, ${end}`)
  }
  return `${lines.join('\n')}\n`
}

function standing(problem: Objection | null): string {
  return problem ? `; not valid: ${escapeText(problem.reason)}` : '; valid'
}

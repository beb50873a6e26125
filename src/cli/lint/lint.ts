/** Linting: every rule over a file and over each certificate in it. */

import { parseCertificates } from '../../certificate/certificate.ts'
import { OpenPGPError, isOpenPGPError } from '../../errors.ts'
import { join } from '../../octets.ts'
import { packetType } from '../../registry.ts'
import type { Packet } from '../../wire/packet.ts'
import type { LintCode } from './codes.ts'
import { withExactMpis } from './exact.ts'
import { isSecret, readForm } from './form.ts'
import type { Hit, Rule, Severity } from './rule.ts'
import { readSubject } from './subject.ts'
import type { Lint, Subject } from './subject.ts'
import { certificateRules, fileRules, framingRules, oldKey, unreadable } from './table.ts'

export interface Finding extends Hit {
  readonly code: LintCode
  readonly severity: Severity
  /** Fingerprint of the certificate; undefined for what is found in the file as a whole. */
  readonly certificate: string | undefined
  readonly what: string
  /** Whose dislike it is, and how that shows. */
  readonly dislikedBy: readonly string[]
  readonly remedy: string
}

/** Everything that tools dislike in a certificate file; the worst first. Throws nothing of ours. */
export async function lintCertificates(octets: Uint8Array, lint: Lint): Promise<Finding[]> {
  const form = readForm(octets)
  const findings = apply(fileRules, form, undefined)
  if (!form.failure) {
    for (const packets of form.groups.filter((group) => !isSecret(group))) {
      findings.push(...(await lintGroup(packets, lint)))
    }
  }
  const order: readonly Severity[] = ['error', 'warning', 'note']
  return findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
}

async function lintGroup(packets: readonly Packet[], lint: Lint): Promise<Finding[]> {
  const [first] = packets
  const version = first?.type === packetType.publicKey ? first.body[0] : undefined
  if (version !== undefined && version < 4) {
    const hit = { component: 'primary key', detail: `version ${version}` }
    return [toFinding('key-version-old', oldKey, hit, undefined)]
  }
  try {
    const subject = await readGroup(packets, lint)
    const { key } = subject.primary
    // Without the arithmetic of its algorithm nothing can be said of its signatures.
    const rules = key.material.kind === 'opaque' ? framingRules : certificateRules
    return apply(rules, subject, key.fingerprint)
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    const hit = { component: 'certificate', detail: error.message }
    return [toFinding('unreadable', unreadable, hit, undefined)]
  }
}

async function readGroup(packets: readonly Packet[], lint: Lint): Promise<Subject> {
  const known: readonly number[] = Object.values(packetType)
  const inexact: Packet[] = []
  const readable = packets
    .filter(({ type }) => known.includes(type) || type >= 40)
    .map((packet) => {
      const exact = withExactMpis(packet)
      if (exact) inexact.push(packet)
      return exact ?? packet
    })
  const octets = join(readable.map((packet) => packet.octets))
  const [certificate] = parseCertificates(octets, { primitives: lint.primitives })
  if (!certificate) throw new OpenPGPError('certificate-missing', 'no certificate')
  return readSubject(certificate, { packets, inexact }, lint)
}

function apply<About>(
  rules: Readonly<Partial<Record<LintCode, Rule<About>>>>,
  about: About,
  certificate: string | undefined,
): Finding[] {
  return (Object.entries(rules) as [LintCode, Rule<About>][]).flatMap(([code, rule]) =>
    rule.find(about).map((hit) => toFinding(code, rule, hit, certificate)),
  )
}

function toFinding<About>(
  code: LintCode,
  { severity, what, dislikes, documented, remedy }: Rule<About>,
  hit: Hit,
  certificate: string | undefined,
): Finding {
  const tools = Object.entries(dislikes).map(([tool, how]) => `${tool} ${how}`)
  const dislikedBy = documented === undefined ? tools : [...tools, documented]
  return { code, severity, certificate, ...hit, what, dislikedBy, remedy }
}

/** longhand keys lint: what tools dislike in certificates, and the remedy of each. */

import { OpenPGPError } from '../../errors.ts'
import { limits } from '../../limits.ts'
import { readBounded } from '../../node/files.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { escapeText } from '../escape.ts'
import { timeoutMs } from '../inputs.ts'
import type { Io } from '../io.ts'
import { jsonText } from '../json.ts'
import { lintCertificates } from '../lint/lint.ts'
import type { Finding } from '../lint/lint.ts'
import { parseTime } from '../time.ts'

interface Linted {
  readonly file: string
  readonly findings: readonly Finding[]
}

export const keysLint: Command = defineCommand({
  name: 'keys lint',
  summary: 'Says what gpg, sqv, rpm and others dislike in certificates, and what to do about it.',
  operands: 'CERT...',
  options: {
    at: { type: 'string', value: 'TIME', help: 'judge as of this time (default: now)' },
    json: { type: 'boolean', help: 'the findings as JSON on standard output' },
  },
  notes: [
    'An error is something for which a verifier refuses the certificate or what it signs; a warning',
    'is a complaint or a refusal to come; a note is a choice with a limit. The exit status is 0',
    'when there are no errors. docs/lint.md lists all findings.',
  ],
  async run({ options, operands, io }) {
    if (operands.length === 0) throw usageError('keys lint', 'there is no CERT to look at')
    const at = options.at === undefined ? io.now : parseTime('at', options.at)
    const bound = { limit: limits.inputOctets, what: 'certificate file' }
    const linted: Linted[] = []
    for (const file of operands) {
      const octets = await readBounded(file, { ...bound, idleTimeoutMs: timeoutMs(undefined) })
      const findings = await lintCertificates(octets, { at, primitives: nodePrimitives })
      linted.push({ file, findings })
    }
    if (options.json) io.out(jsonText(linted))
    else for (const each of linted) report(each, io)
    const faulty = linted.filter(({ findings }) => count(findings, 'error') > 0)
    if (faulty.length === 0) return
    const names = faulty.map(({ file }) => file).join(', ')
    const errors = faulty.reduce((total, { findings }) => total + count(findings, 'error'), 0)
    const are = errors === 1 ? 'there is 1 error' : `there are ${errors} errors`
    throw new OpenPGPError('certificate-faulty', `${are} in ${names}`)
  },
})

function report({ file, findings }: Linted, io: Io): void {
  const tally = (['error', 'warning', 'note'] as const).map((severity) => {
    const number = count(findings, severity)
    return `${number} ${severity}${number === 1 ? '' : 's'}`
  })
  io.out(`${escapeText(file)}: ${tally.join(', ')}\n`)
  for (const { code, severity, component, what, detail, dislikedBy, remedy } of findings) {
    const more = detail === undefined ? '' : ` (${escapeText(detail, { limit: 200 })})`
    io.out(`  ${severity}: ${what}${more} [${code}]\n`)
    io.out(`    where: ${component}\n`)
    io.out(`    who minds: ${dislikedBy.join('; ')}\n`)
    io.out(`    remedy: ${remedy}\n`)
  }
}

function count(findings: readonly Finding[], severity: Finding['severity']): number {
  return findings.filter((finding) => finding.severity === severity).length
}

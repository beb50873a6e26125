/** longhand doctor: what of a key, its service and its certificate works, and what does not. */

import { OpenPGPError } from '../../errors.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { examine } from '../doctor.ts'
import type { Finding } from '../doctor.ts'
import { escapeText } from '../escape.ts'
import { keyNotes, keyOptions, openKey, readCertificate, timeoutMs } from '../inputs.ts'
import { jsonText } from '../json.ts'

export const doctor: Command = defineCommand({
  name: 'doctor',
  summary: 'Tries everything that signing with a key needs, and says what is wrong.',
  operands: '',
  options: {
    ...keyOptions,
    cert: {
      type: 'string',
      value: 'FILE',
      help: 'the certificate of the key (default: LONGHAND_CERT, else none)',
    },
    json: { type: 'boolean', help: 'print the findings as JSON' },
  },
  notes: [
    'One signature is made, over a fixed text that says what it is; nothing is written.',
    ...keyNotes,
  ],
  async run({ options, operands, io }) {
    if (operands.length > 0) throw usageError('doctor', 'it takes no operands')
    if (!(options.key ?? io.env['LONGHAND_KEY'])) throw usageError('doctor', 'no key is named')
    const path = options.cert ?? io.env['LONGHAND_CERT']
    const readCert = path ? () => readCertificate(path, timeoutMs(options.timeout)) : undefined
    const findings: Finding[] = []
    const patient = { open: () => openKey(options, io), readCertificate: readCert, at: io.now }
    for await (const finding of examine(patient)) {
      findings.push(finding)
      if (!options.json) io.out(lines(finding))
    }
    if (options.json) io.out(jsonText(findings.map(record)))
    conclude(findings)
  },
})

function lines({ check, outcome, detail, error }: Finding): string {
  const line = `${`${outcome}:`.padEnd(8)} ${check}: ${escapeText(detail)}\n`
  return error?.hint === undefined ? line : `${line}         ${escapeText(error.hint)}\n`
}

function record({ error, ...finding }: Finding): object {
  if (error === undefined) return finding
  return { ...finding, code: error.code, ...(error.hint === undefined ? {} : { hint: error.hint }) }
}

/** The exit status is that of the first failure. */
function conclude(findings: readonly Finding[]): void {
  const failures = findings.flatMap(({ check, error }) => (error ? [{ check, error }] : []))
  const [first] = failures
  if (!first) return
  const names = failures.map(({ check }) => check).join(', ')
  throw new OpenPGPError(first.error.code, `not everything works: ${names}`)
}

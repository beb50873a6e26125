/** longhand wkd check: what clients and browsers meet in a live Web Key Directory. */

import { randomUUID } from 'node:crypto'
import { OpenPGPError } from '../../errors.ts'
import { parseAddress } from '../../wkd/address.ts'
import { readTrusted } from '../certificates.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { escapeText } from '../escape.ts'
import type { Io } from '../io.ts'
import { jsonText } from '../json.ts'
import { parseTime } from '../time.ts'
import { checkDirectory } from '../wkd/check.ts'
import type { DirectoryCheck } from '../wkd/check.ts'
import type { CheckFinding } from '../wkd/findings.ts'
import { directoryOptions, openAccess } from '../wkd/options.ts'

export const wkdCheck: Command = defineCommand({
  name: 'wkd check',
  summary: 'Checks a live Web Key Directory as clients and browsers would, with remedies.',
  operands: 'ADDRESS',
  options: {
    cert: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'certificates that should be published; may be given several times',
    },
    at: {
      type: 'string',
      value: 'TIME',
      help: 'judge certificates as of this time (default: now)',
    },
    ...directoryOptions,
    json: { type: 'boolean', help: 'the findings as JSON on standard output' },
  },
  notes: [
    'An error means that clients get no certificate or not the right one; a warning, that some do',
    'not, or soon; a note is good to know. Without errors the exit status is 0, with some 73.',
    'docs/wkd.md lists all findings. With --connect, names are not looked up.',
  ],
  async run({ options, operands, io }) {
    const [text, ...more] = operands
    if (text === undefined || more.length > 0) throw usageError('wkd check', 'give one ADDRESS')
    const address = parseAddress(text)
    const at = options.at === undefined ? io.now : parseTime('at', options.at)
    const access = await openAccess(options)
    const expected = await readTrusted(options.cert, access.timeoutMs, io)
    const check = await checkDirectory(address, {
      ...access,
      at,
      expected,
      random: `longhand-${randomUUID()}`,
    })
    if (options.json) io.out(jsonText({ address: text, ...check }))
    else report(text, check, io)
    const errors = count(check.findings, 'error')
    if (errors === 0) return
    const are = errors === 1 ? 'there is 1 error' : `there are ${errors} errors`
    throw new OpenPGPError('directory-faulty', `${are} in the Web Key Directory for ${text}`, {
      hint: 'each finding has its remedy; docs/wkd.md says more',
    })
  },
})

function report(
  address: string,
  { method, url, certificates, findings }: DirectoryCheck,
  io: Io,
): void {
  const tally = (['error', 'warning', 'note'] as const).map((severity) => {
    const number = count(findings, severity)
    return `${number} ${severity}${number === 1 ? '' : 's'}`
  })
  io.out(`${escapeText(address)}: ${tally.join(', ')}\n`)
  if (method !== undefined) io.out(`  asked by the ${method} method: ${url}\n`)
  for (const { fingerprint } of certificates) io.out(`  certificate ${fingerprint}\n`)
  for (const { code, severity, what, detail, where, remedy } of findings) {
    const more = detail === undefined ? '' : ` (${escapeText(detail, { limit: 300 })})`
    io.out(`  ${severity}: ${what}${more} [${code}]\n`)
    io.out(`    where: ${escapeText(where)}\n`)
    io.out(`    remedy: ${remedy}\n`)
  }
}

function count(findings: readonly CheckFinding[], severity: CheckFinding['severity']): number {
  return findings.filter((each) => each.severity === severity).length
}

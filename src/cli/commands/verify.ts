/** longhand verify: a detached signature over a file, or a signed message, judged strictly. */

import { OpenPGPError } from '../../errors.ts'
import { planOutputs } from '../../node/outputs.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import type { Verdict } from '../../verify/verdict.ts'
import { certificateFiles, readTrusted } from '../certificates.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command, Invocation } from '../command.ts'
import { timeoutMs } from '../inputs.ts'
import { jsonText } from '../json.ts'
import { parseRequired } from '../required.ts'
import { say } from '../run.ts'
import { readSubject } from '../subject.ts'
import { parseTime } from '../time.ts'
import { verdictLines } from '../verdict-lines.ts'
import { verifyRemedy } from '../verify-remedies.ts'

const options = {
  cert: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'certificates that you trust, or a directory of them (default: LONGHAND_CERT)',
  },
  at: { type: 'string', value: 'TIME', help: 'judge as at that time (default: now)' },
  require: {
    type: 'string',
    value: 'K',
    help: 'good signatures by so many certificates (default: 1)',
  },
  output: {
    type: 'string',
    short: 'o',
    value: 'OUT',
    help: 'where the content of a good MESSAGE goes; - is standard output',
  },
  force: { type: 'boolean', help: 'replace OUT when it exists; never an input' },
  timeout: { type: 'string', value: 'TIME', help: 'deadline for silent input (default: 30s)' },
  quiet: { type: 'boolean', short: 'q', help: 'print no verdict: the exit status says it' },
  json: { type: 'boolean', help: 'the verdict as JSON on standard output' },
} as const

type Verify = Invocation<typeof options>

export const verify: Command = defineCommand({
  name: 'verify',
  summary: 'Verifies a detached signature; the exit status says yes (0) or why not.',
  operands: 'SIGNATURE [FILE] | MESSAGE',
  options,
  notes: [
    'FILE is the name of SIGNATURE without .asc or .sig when it is not given.',
    'One operand may be -, which is standard input.',
    'One good signature is enough unless --require says more; each one in the file is reported.',
    'MESSAGE holds what is signed: cleartext signed, or inline. Use what --output writes, not it.',
    '--cert may be given several times; of a directory, *.asc, *.gpg, *.pgp and *.pub are read.',
    'Times are written as 2026-01-31T12:00:00Z.',
  ],
  async run(invocation) {
    const { options, operands } = invocation
    if (options.json && (options.quiet || options.output === '-')) {
      const other = options.quiet ? '--quiet' : '--output -'
      throw usageError('verify', `--json and ${other} do not go together`)
    }
    const io = options.quiet ? { ...invocation.io, interactive: false } : invocation.io
    const idleTimeoutMs = timeoutMs(options.timeout)
    const at = options.at === undefined ? io.now : parseTime('at', options.at)
    const required = parseRequired(options.require)
    const { output } = options
    const subject = await readSubject(operands, { output, idleTimeoutMs, io })
    const files = certificateFiles(options.cert, io)
    const toFile = output !== undefined && output !== '-'
    const outputs = planOutputs({
      paths: toFile ? [output] : [],
      inputs: [...operands.filter((path) => path !== '-'), ...files],
      force: options.force,
    })
    const certificates = await readTrusted(files, idleTimeoutMs, io)
    const { verdict, content } = await subject.judge({
      certificates,
      at,
      primitives: nodePrimitives,
    })
    if (options.json) io.out(jsonText(verdict))
    else if (!options.quiet) {
      const lines = (await verdictLines(verdict, certificates, at)).join('')
      if (output === '-') io.err(lines)
      else io.out(lines)
    }
    conclude(verdict, subject.name, required, invocation)
    if (content === undefined || output === undefined) return
    if (!toFile) return io.out(content)
    outputs.write([{ path: output, octets: content }])
  },
})

/** Throws what the exit status is made of when too few signatures are good. */
function conclude(verdict: Verdict, name: string, required: number, given: Verify): void {
  const { options, io } = given
  const bad = verdict.signatures.filter((each) => !each.good)
  const signers = verdict.signatures.flatMap((each) => (each.good ? each.signer.certificate : []))
  const good = new Set(signers).size
  if (good < required) {
    const { code = 'signature-missing', reason } = bad[0] ?? {}
    const hint = verifyRemedy(code, options.at)
    const count = `good signatures by ${good} of the ${required} certificates required`
    const why = required === 1 ? [reason ?? 'there is no signature'] : [count, reason ?? []].flat()
    const details = hint === undefined ? {} : { hint }
    throw new OpenPGPError(code, `${name} is not verified: ${why.join('; ')}`, details)
  }
  if (bad.length > 0 && !options.quiet) {
    say(io, 'note', `signatures that do not count: ${bad.length}`)
  }
}

/** longhand sign: detached signatures over files, one call of the key for each. */

import { planOutputs } from '../../node/outputs.ts'
import { isoTime, toSeconds } from '../../signature/time.ts'
import { defineCommand } from '../command.ts'
import type { Command, Invocation } from '../command.ts'
import {
  certificatePath,
  keyFiles,
  keyNotes,
  keyOptions,
  openKey,
  readCertificate,
  timeoutMs,
} from '../inputs.ts'
import { hashOption } from '../hash.ts'
import { planOptions } from '../plan-options.ts'
import { say } from '../run.ts'
import { reportSigned } from '../sign-report.ts'
import { openSigning, planJobs } from '../signing.ts'
import type { Sign } from '../signing.ts'
import { parseTime } from '../time.ts'

const options = {
  ...keyOptions,
  cert: {
    type: 'string',
    value: 'FILE',
    help: 'the certificate of the key (default: LONGHAND_CERT)',
  },
  ...planOptions,
  output: {
    type: 'string',
    short: 'o',
    value: 'OUT',
    help: 'where the signature of one FILE goes; - is standard output',
  },
  binary: { type: 'boolean', help: 'FILE.sig, binary, instead of FILE.asc, armored' },
  hash: hashOption,
  created: {
    type: 'string',
    value: 'TIME',
    help: 'the time that the signature states (default: now)',
  },
  'signing-key': {
    type: 'string',
    value: 'FPR',
    help: 'which key of the certificate, where several may sign',
  },
  'verify-key': { type: 'boolean', help: 'first compare the public key of the service' },
  concurrency: {
    type: 'string',
    value: 'N',
    help: 'files that are signed at a time, where there are several (default: 16)',
  },
  resume: { type: 'boolean', help: 'sign only what has no signature that verifies' },
  force: { type: 'boolean', help: 'replace signatures that exist; never an input or a key' },
  json: { type: 'boolean', help: 'say as JSON on standard output what was signed' },
} as const

type Given = Invocation<typeof options>

export const sign: Command = defineCommand({
  name: 'sign',
  summary: 'Makes a detached OpenPGP signature of each FILE; - is standard input.',
  operands: 'FILE...',
  options,
  notes: [
    'The signature of FILE goes to FILE.asc, that of standard input to standard output.',
    'A certificate that is expired or revoked now does not sign, whatever --created says.',
    'Of several files, those that can be signed are; --resume signs the others when run again.',
    'Without a key, those of the plan sign: the old one, the new one or both, see docs/plan.md.',
    ...keyNotes,
  ],
  async run(given) {
    const invocation = await byPlan(given)
    const { options, operands, io } = invocation
    const jobs = planJobs(invocation)
    const certPath = certificatePath(options.cert, io)
    const inputs = operands.map((file) => (file === '-' ? 0 : file))
    const outputs = planOutputs({
      paths: jobs.flatMap(({ output }) => (output === '-' ? [] : [output])),
      inputs: [...inputs, certPath, ...keyFiles(options, io), ...listOf(options.plan)],
      force: options.force || options.resume,
    })
    const certificate = await readCertificate(certPath, timeoutMs(options.timeout))
    const signer = await openKey(options, io)
    try {
      const [job, ...others] = jobs
      if (!job || others.length > 0 || options.resume) {
        const { signMany } = await import('../sign-many.ts')
        await signMany(jobs, { certificate, signer, outputs, invocation })
      } else {
        const signed = await openSigning(certificate, signer, invocation)(job)
        if (job.output !== '-') {
          outputs.stage(job.output, signed.octets)
          outputs.commit()
        }
        reportSigned([{ job, result: signed }], certificate, invocation)
      }
    } finally {
      await signer.close?.()
    }
    warnOfFuture(invocation)
  },
})

/** Without a key on the command line, those of the plan, if there is one. */
async function byPlan(given: Given): Promise<Given> {
  const { options, io } = given
  if (options.plan === undefined && (options.key ?? io.env['LONGHAND_KEY'])) return given
  const { fillFromPlan } = await import('../plan-signing.ts')
  const lists = { key: listOf(options.key), cert: listOf(options.cert) }
  const filled = await fillFromPlan(
    { ...options, ...lists, 'signing-key': listOf(options['signing-key']) },
    io,
  )
  const [key, cert, component] = [filled.key[0], filled.cert[0], filled['signing-key'][0]]
  return { ...given, options: { ...filled, key, cert, 'signing-key': component } }
}

function listOf(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value]
}

function warnOfFuture({ options, io }: Sign): void {
  const created = options.created === undefined ? io.now : parseTime('created', options.created)
  if (created > io.now) {
    const time = isoTime(toSeconds(created))
    say(io, 'warning', `the signature states a time to come: it is not good before ${time}`)
  }
}

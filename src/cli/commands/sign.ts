/** longhand sign: detached signatures over files, one call of the key for each. */

import type { InputFile } from '../../node/output-guard.ts'
import { planOutputs } from '../../node/outputs.ts'
import { isoTime, toSeconds } from '../../signature/time.ts'
import { defineCommand } from '../command.ts'
import type { Command } from '../command.ts'
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
import { say } from '../run.ts'
import { reportSigned } from '../sign-report.ts'
import { openSigning, planJobs } from '../signing.ts'
import type { Job, Sign, WriteLog } from '../signing.ts'
import { parseTime } from '../time.ts'

const options = {
  ...keyOptions,
  cert: {
    type: 'string',
    value: 'FILE',
    help: 'the certificate of the key (default: LONGHAND_CERT)',
  },
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
  log: {
    type: 'string',
    value: 'FILE',
    help: 'append one line of JSON for each signature that the key makes',
  },
  force: { type: 'boolean', help: 'replace signatures that exist; never an input or a key' },
  json: { type: 'boolean', help: 'say as JSON on standard output what was signed' },
} as const

export const sign: Command = defineCommand({
  name: 'sign',
  summary: 'Makes a detached OpenPGP signature of each FILE; - is standard input.',
  operands: 'FILE...',
  options,
  notes: [
    'The signature of FILE goes to FILE.asc, that of standard input to standard output.',
    'A certificate that is expired or revoked now does not sign, whatever --created says.',
    'Of several files, those that can be signed are; --resume signs the others when run again.',
    ...keyNotes,
  ],
  async run(invocation) {
    const { options, operands, io } = invocation
    const jobs = planJobs(invocation)
    const certPath = certificatePath(options.cert, io)
    const inputs = operands.map((file) => (file === '-' ? 0 : file))
    const inputFiles = [...inputs, certPath, ...keyFiles(options, io)]
    const outputs = planOutputs({
      paths: jobs.flatMap(({ output }) => (output === '-' ? [] : [output])),
      inputs: inputFiles,
      force: options.force || options.resume,
    })
    const log = await openLog(invocation, jobs, inputFiles)
    const certificate = await readCertificate(certPath, timeoutMs(options.timeout))
    const signer = await openKey(options, io)
    try {
      const [job, ...others] = jobs
      if (!job || others.length > 0 || options.resume) {
        const { signMany } = await import('../sign-many.ts')
        await signMany(jobs, { certificate, signer, outputs, invocation, log })
      } else {
        const signed = await openSigning(certificate, signer, invocation, log)(job)
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

/** The log of --log; what it takes is loaded only for it. */
async function openLog(
  { options }: Sign,
  jobs: readonly Job[],
  inputs: readonly InputFile[],
): Promise<WriteLog | undefined> {
  if (options.log === undefined) return undefined
  const { openSignLog } = await import('../sign-log.ts')
  return openSignLog(options.log, { inputs, outputs: jobs.map(({ output }) => output) })
}

function warnOfFuture({ options, io }: Sign): void {
  const created = options.created === undefined ? io.now : parseTime('created', options.created)
  if (created > io.now) {
    const time = isoTime(toSeconds(created))
    say(io, 'warning', `the signature states a time to come: it is not good before ${time}`)
  }
}

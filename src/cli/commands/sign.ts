/** longhand sign: detached signatures over files, one call of the key for each. */

import type { InputFile } from '../../node/output-guard.ts'
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
import type { Job, Sign, SignValues, WriteLog } from '../signing.ts'
import { parseTime } from '../time.ts'

const table = {
  ...keyOptions,
  key: { ...keyOptions.key, multiple: true },
  'passphrase-file': { ...keyOptions['passphrase-file'], multiple: true },
  cert: {
    type: 'string',
    multiple: true,
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
    multiple: true,
    value: 'FPR',
    help: 'which key of the certificate, where several may sign',
  },
  'verify-key': { type: 'boolean', help: 'first compare the public key of the service' },
  concurrency: {
    type: 'string',
    value: 'N',
    help: 'files that are signed at a time, where there are several (default: 16)',
  },
  resume: { type: 'boolean', help: 'sign only what has no signature, or one that does not verify' },
  separate: { type: 'boolean', help: 'one file for each key: FILE.KEYID.asc' },
  append: {
    type: 'boolean',
    help: 'add to the signatures that are there, once each of them is found good',
  },
  'also-cert': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'certificates by which --append verifies what is there; or a directory',
  },
  log: {
    type: 'string',
    value: 'FILE',
    help: 'append one line of JSON for each signature that a key makes',
  },
  force: { type: 'boolean', help: 'replace signatures that exist; never an input or a key' },
  json: { type: 'boolean', help: 'say as JSON on standard output what was signed' },
} as const

type Given = Invocation<typeof table>

interface OneKey extends Sign {
  readonly options: SignValues & { readonly cert: string | undefined }
}

export const sign: Command = defineCommand({
  name: 'sign',
  summary: 'Makes a detached OpenPGP signature of each FILE; - is standard input.',
  operands: 'FILE...',
  options: table,
  notes: [
    'The signature of FILE goes to FILE.asc, that of standard input to standard output.',
    'A certificate that is expired or revoked now does not sign, whatever --created says.',
    'Of several files, those that can be signed are; --resume signs the others when run again.',
    'It replaces a signature that does not verify, and no file that is none, unless by --force.',
    '--key and --cert are given once for each key that signs, in the same order: the older key first.',
    'Their signatures go into one file; gpg --verify fails on it where it has only one of the keys.',
    'Without a key, those of the plan sign: the old one, the new one or both, see docs/plan.md.',
    ...keyNotes,
  ],
  async run(invoked) {
    const given = await byPlan(invoked)
    const invocation = ofOneKey(given)
    if (!invocation) {
      const { signSeveral } = await import('../sign-several.ts')
      await signSeveral(given)
      return warnOfFuture(given)
    }
    const { options, operands, io } = invocation
    const jobs = planJobs(invocation)
    if (options.concurrency !== undefined) {
      const { parseConcurrency } = await import('../sign-many.ts')
      parseConcurrency(options.concurrency)
    }
    const certPath = certificatePath(options.cert, io)
    const inputs = operands.map((file) => (file === '-' ? 0 : file))
    const { plan } = given.options
    const planFiles = plan === undefined ? [] : [plan]
    const read = [...inputs, certPath, ...keyFiles(options, io), ...planFiles]
    const outputs = planOutputs({
      paths: jobs.flatMap(({ output }) => (output === '-' ? [] : [output])),
      inputs: read,
      force: options.force || options.resume,
    })
    const log = await openLog(options.log, jobs, read)
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
          outputs.write([{ path: job.output, octets: signed.octets }])
        }
        reportSigned([{ job, result: signed }], certificate, invocation)
      }
    } finally {
      await signer.close?.()
    }
    warnOfFuture(given)
  },
})

/** Without a key on the command line, those of the plan, if there is one. */
async function byPlan(given: Given): Promise<Given> {
  const { options, io } = given
  const named = options.key.length > 0 || Boolean(io.env['LONGHAND_KEY'])
  if (options.plan === undefined && named) return given
  const { fillFromPlan } = await import('../plan-signing.ts')
  return { ...given, options: await fillFromPlan(options, io) }
}

/** The same where one key signs, and each file gets a signature file of its own. */
function ofOneKey({ options, ...rest }: Given): OneKey | undefined {
  const { key, cert, 'passphrase-file': passphrase, 'signing-key': component } = options
  const several = [key, cert, passphrase, component].some((values) => values.length > 1)
  if (several || options.separate || options.append || options['also-cert'].length > 0) {
    return undefined
  }
  const one = { key: key[0], cert: cert[0] }
  const more = { 'passphrase-file': passphrase[0], 'signing-key': component[0] }
  return { ...rest, options: { ...options, ...one, ...more } }
}

/** The log of --log; what it takes is loaded only for it. */
async function openLog(
  path: string | undefined,
  jobs: readonly Job[],
  inputs: readonly InputFile[],
): Promise<WriteLog | undefined> {
  if (path === undefined) return undefined
  const { openSignLog } = await import('../sign-log.ts')
  return openSignLog(path, { inputs, outputs: jobs.map(({ output }) => output) })
}

function warnOfFuture({ options, io }: Pick<Given, 'io' | 'options'>): void {
  const created = options.created === undefined ? io.now : parseTime('created', options.created)
  if (created > io.now) {
    const time = isoTime(toSeconds(created))
    say(io, 'warning', `the signature states a time to come: it is not good before ${time}`)
  }
}

/** longhand sign: detached signatures over files, one call of the key for each. */

import type { Certificate } from '../../certificate/certificate.ts'
import { openData } from '../../node/data.ts'
import { planOutputs } from '../../node/outputs.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { keyFileOf } from '../../node/uri.ts'
import { hashAlgorithm, nameOf } from '../../registry.ts'
import { signDetached } from '../../sign/detached.ts'
import type { DetachedSignature, SignOptions } from '../../sign/detached.ts'
import { isoTime, toSeconds } from '../../signature/time.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command, Invocation } from '../command.ts'
import { hashOption, parseHash } from '../hash.ts'
import {
  certificatePath,
  keyFiles,
  keyNotes,
  keyOptions,
  keyUri,
  openKey,
  readCertificate,
  timeoutMs,
} from '../inputs.ts'
import { jsonText } from '../json.ts'
import { withProgress } from '../progress.ts'
import { say } from '../run.ts'
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
  force: { type: 'boolean', help: 'replace signatures that exist; never an input or a key' },
  json: { type: 'boolean', help: 'say as JSON on standard output what was signed' },
} as const

type Sign = Invocation<typeof options>

/** Files that are hashed and signed at a time. */
const concurrency = 8

export const sign: Command = defineCommand({
  name: 'sign',
  summary: 'Makes a detached OpenPGP signature of each FILE; - is standard input.',
  operands: 'FILE...',
  options,
  notes: [
    'The signature of FILE goes to FILE.asc, that of standard input to standard output.',
    'A certificate that is expired or revoked now does not sign, whatever --created says.',
    ...keyNotes,
  ],
  async run(invocation) {
    const { operands, io } = invocation
    const jobs = planJobs(invocation)
    const certPath = certificatePath(invocation.options.cert, io)
    const inputs = operands.map((file) => (file === '-' ? 0 : file))
    const outputs = planOutputs({
      paths: jobs.flatMap(({ output }) => (output === '-' ? [] : [output])),
      inputs: [...inputs, certPath, ...keyFiles(invocation.options, io)],
      force: invocation.options.force,
    })
    const certificate = await readCertificate(certPath, timeoutMs(invocation.options.timeout))
    const results = await signAll(jobs, certificate, invocation)
    for (const { output, octets } of results) {
      if (output !== '-') outputs.stage(output, octets)
    }
    outputs.commit()
    warnOfFuture(invocation)
    report(results, certificate, invocation)
  },
})

interface Job {
  readonly file: string
  readonly output: string
}

type Result = Job & { readonly octets: Uint8Array; readonly signature: DetachedSignature }

function planJobs({ options, operands }: Sign): Job[] {
  const [file, ...others] = operands
  if (file === undefined) throw usageError('sign', 'there is no FILE to sign')
  if (others.length > 0 && (options.output !== undefined || operands.includes('-'))) {
    throw usageError('sign', '--output and - go with one FILE only')
  }
  const extension = options.binary ? 'sig' : 'asc'
  const standard = (name: string): string => (name === '-' ? '-' : `${name}.${extension}`)
  const jobs = operands.map((name) => ({ file: name, output: options.output ?? standard(name) }))
  if (options.json && jobs.some(({ output }) => output === '-')) {
    throw usageError('sign', '--json needs standard output for itself: give --output FILE')
  }
  return jobs
}

async function signAll(
  jobs: readonly Job[],
  certificate: Certificate,
  { options, io }: Sign,
): Promise<Result[]> {
  const signer = await openKey(options, io)
  const signOptions: SignOptions = {
    hash: parseHash(options.hash),
    at: io.now,
    created: options.created === undefined ? io.now : parseTime('created', options.created),
    // A local key says for nothing whether it is another one.
    verifyKey: options['verify-key'] || (keyFileOf(keyUri(options, io)) !== undefined && 'late'),
    primitives: nodePrimitives,
  }
  const component = options['signing-key']
  const key = { certificate, signer, ...(component === undefined ? {} : { component }) }
  const idleTimeoutMs = timeoutMs(options.timeout)
  // One job has no others to end, and Node takes a while to come up with a controller.
  const ended = jobs.length > 1 ? new AbortController() : undefined
  try {
    return await inParallel(jobs, async (job) => {
      const ending = ended ? { signal: ended.signal } : {}
      const reading = { idleTimeoutMs, ...ending }
      const data = job.file === '-' ? io.stdin(reading) : openData(job.file, reading)
      const shown = withProgress(data, job.file, io)
      const signature = await signDetached(shown, key, { ...signOptions, ...ending })
      const octets = options.binary ? signature.binary : Buffer.from(signature.armored)
      return { ...job, octets, signature }
    })
  } catch (error) {
    ended?.abort()
    throw error
  } finally {
    await signer.close?.()
  }
}

/** In the order of the jobs; the first failure ends it. */
async function inParallel<Each, Result>(
  jobs: readonly Each[],
  work: (job: Each) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const queue = [...jobs.entries()]
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      results[next[0]] = await work(next[1])
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, jobs.length) }, worker))
  return results
}

function warnOfFuture({ options, io }: Sign): void {
  const created = options.created === undefined ? io.now : parseTime('created', options.created)
  if (created > io.now) {
    const time = isoTime(toSeconds(created))
    say(io, 'warning', `the signature states a time to come: it is not good before ${time}`)
  }
}

function report(results: readonly Result[], certificate: Certificate, { options, io }: Sign): void {
  if (options.json) {
    const lines = results.map(({ file, output, signature: { signatures } }) => ({
      file,
      output,
      certificate: certificate.fingerprint,
      hash: nameOf(hashAlgorithm, signatures[0]?.hashAlgorithm ?? 0),
    }))
    io.out(jsonText(lines))
    return
  }
  for (const { file, output, octets } of results) {
    if (output === '-') io.out(octets)
    else say(io, 'signed', `${file} → ${output}`)
  }
}

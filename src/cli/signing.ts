/** What `longhand sign` is told, and one signature after that. */

import type { Certificate } from '../certificate/certificate.ts'
import { openData } from '../node/data.ts'
import { nodePrimitives } from '../node/primitives.ts'
import { keyFileOf } from '../node/uri.ts'
import { signDetached } from '../sign/detached.ts'
import type { DetachedSignature, SigningRecord, SignOptions } from '../sign/detached.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { usageError } from './command.ts'
import { parseHash } from './hash.ts'
import { keyUri, timeoutMs } from './inputs.ts'
import type { KeyOptionValues } from './inputs.ts'
import type { Io } from './io.ts'
import { withProgress } from './progress.ts'
import { parseTime } from './time.ts'

/** The values of the options. */
export interface SignValues extends KeyOptionValues {
  readonly output: string | undefined
  readonly binary: boolean
  readonly hash: string | undefined
  readonly created: string | undefined
  readonly 'signing-key': string | undefined
  readonly 'verify-key': boolean
  readonly concurrency: string | undefined
  readonly resume: boolean
  readonly force: boolean
  readonly log: string | undefined
  readonly json: boolean
}

/** A command line of `longhand sign`. */
export interface Sign {
  readonly options: SignValues
  readonly operands: readonly string[]
  readonly io: Io
}

/** A file, and where its signature goes; `-` is standard input and output. */
export interface Job {
  readonly file: string
  readonly output: string
}

export interface Signed {
  /** What goes to the output. */
  readonly octets: Uint8Array
  readonly signature: DetachedSignature
}

export function planJobs({ options, operands }: Sign): Job[] {
  const [file, ...others] = operands
  if (file === undefined) throw usageError('sign', 'there is no FILE to sign')
  if (others.length > 0 && (options.output !== undefined || operands.includes('-'))) {
    throw usageError('sign', '--output and - go with one FILE only')
  }
  const extension = options.binary ? 'sig' : 'asc'
  const standard = (name: string): string => (name === '-' ? '-' : `${name}.${extension}`)
  const jobs = operands.map((name) => ({ file: name, output: options.output ?? standard(name) }))
  const toStdout = jobs.some(({ output }) => output === '-')
  if (options.json && toStdout) {
    throw usageError('sign', '--json needs standard output for itself: give --output FILE')
  }
  if (options.resume && (toStdout || operands.includes('-'))) {
    throw usageError('sign', '--resume goes with files, not with -')
  }
  return jobs
}

/** Where a line goes for each signature, before it goes anywhere itself. */
export type WriteLog = (made: SigningRecord, job: Job) => void

/** What is the same for every signature of a run. */
export interface Kept extends Pick<SignOptions, 'memory' | 'primitives'> {
  readonly log?: WriteLog | undefined
}

/** Signs one job after the other, or several at a time, as the command line says. */
export function openSigning(
  certificate: Certificate,
  signer: RemoteSigner,
  { options, io }: Sign,
  { log, ...kept }: Kept = {},
): (job: Job, signal?: AbortSignal) => Promise<Signed> {
  const signOptions: SignOptions = {
    hash: parseHash(options.hash),
    at: io.now,
    created: options.created === undefined ? io.now : parseTime('created', options.created),
    // A local key says for nothing whether it is another one.
    verifyKey: options['verify-key'] || (keyFileOf(keyUri(options, io)) !== undefined && 'late'),
    primitives: nodePrimitives,
    ...kept,
  }
  const component = options['signing-key']
  const key = { certificate, signer, ...(component === undefined ? {} : { component }) }
  const idleTimeoutMs = timeoutMs(options.timeout)
  return async (job, signal) => {
    const { file } = job
    const ending = signal ? { signal } : {}
    const logging = log && { onSigned: (made: SigningRecord) => log(made, job) }
    const reading = { idleTimeoutMs, ...ending }
    const data = file === '-' ? io.stdin(reading) : openData(file, reading)
    const shown = withProgress(data, file, io)
    const signature = await signDetached(shown, key, { ...signOptions, ...ending, ...logging })
    const octets = options.binary ? signature.binary : Buffer.from(signature.armored)
    return { octets, signature }
  }
}

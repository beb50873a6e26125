/** What `longhand sign` is told, and one signature after that. */

import type { Certificate } from '../certificate/certificate.ts'
import { openData } from '../node/data.ts'
import { nodePrimitives } from '../node/primitives.ts'
import { keyFileOf } from '../node/uri.ts'
import { openDetached } from '../sign/detached.ts'
import type {
  DetachedSignature,
  SigningKey,
  SigningRecord,
  SignNext,
  SignOptions,
} from '../sign/detached.ts'
import { importOnce } from '../signature/import-once.ts'
import type { CallOptions, RemoteSigner } from '../signature/signer.ts'
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

/** Signs one job after the other, or several at a time, as the command line says. */
export function openSigning(
  certificate: Certificate,
  signer: RemoteSigner,
  { options, io }: Sign,
  log?: WriteLog,
): (job: Job, signal?: AbortSignal) => Promise<Signed> {
  const signOptions: SignOptions = {
    hash: parseHash(options.hash),
    at: io.now,
    created: options.created === undefined ? io.now : parseTime('created', options.created),
    // A local key says for nothing whether it is another one.
    verifyKey: options['verify-key'] || (keyFileOf(keyUri(options, io)) !== undefined && 'late'),
    primitives: importOnce(nodePrimitives),
  }
  const component = options['signing-key']
  const keys = [{ certificate, signer, ...(component === undefined ? {} : { component }) }]
  const idleTimeoutMs = timeoutMs(options.timeout)
  const open = openOnce(signOptions)
  return async (job, signal) => {
    const { file } = job
    const ending = signal ? { signal } : {}
    const signNext = await open(keys, ending)
    const logging = log && { onSigned: (made: SigningRecord) => log(made, job) }
    const reading = { idleTimeoutMs, ...ending }
    const data = file === '-' ? io.stdin(reading) : openData(file, reading)
    const shown = withProgress(data, file, io)
    const signature = await signNext(shown, { ...ending, ...logging })
    const octets = options.binary ? signature.binary : Buffer.from(signature.armored)
    return { octets, signature }
  }
}

/** Opens the same keys once, when they first sign; what failed is tried anew for the next document. */
export function openOnce(
  options: SignOptions,
): (keys: readonly SigningKey[], call: CallOptions) => Promise<SignNext> {
  const opened = new Map<readonly SigningKey[], Promise<SignNext>>()
  return (keys, call) => {
    for (const [others, signNext] of opened) if (isSame(keys, others)) return signNext
    const signNext = openDetached(keys, { ...options, ...call }).catch((error: unknown) => {
      opened.delete(keys)
      throw error
    })
    opened.set(keys, signNext)
    return signNext
  }
}

function isSame(keys: readonly SigningKey[], others: readonly SigningKey[]): boolean {
  return keys.length === others.length && keys.every((key, index) => key === others[index])
}

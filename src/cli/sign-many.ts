/** A run of `longhand sign` over several files, or over what is left of one. */

import type { Certificate } from '../certificate/certificate.ts'
import { OpenPGPError } from '../errors.ts'
import { openAside } from '../node/aside.ts'
import type { Outputs } from '../node/outputs.ts'
import { nodePrimitives } from '../node/primitives.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { paceSigner } from '../signers/pace.ts'
import { openKeyring } from '../verify/keyring.ts'
import { timeoutMs } from './inputs.ts'
import type { Io } from './io.ts'
import { runMany } from './many.ts'
import type { Outcome, Ran } from './many.ts'
import { countProgress } from './progress.ts'
import { findSigned } from './resume.ts'
import { say } from './run.ts'
import { reportSigned } from './sign-report.ts'
import type { SignOutcome } from './sign-report.ts'
import { openSigning } from './signing.ts'
import type { Job, Sign, Signed, WriteLog } from './signing.ts'

export interface ManyContext {
  readonly certificate: Certificate
  readonly signer: RemoteSigner
  readonly outputs: Outputs
  readonly invocation: Sign
  readonly log?: WriteLog | undefined
}

/**
 * Signs each job and puts each signature in place as soon as it is made. Throws, with the code of the
 * first failure, when not every file has its signature in the end.
 */
export async function signMany(jobs: readonly Job[], context: ManyContext): Promise<void> {
  const { certificate, outputs, invocation } = context
  const { options, io } = invocation
  const concurrency = parseConcurrency(options.concurrency)
  const paced = paceSigner(context.signer, { concurrency })
  const sign = openSigning(certificate, paced, invocation, context.log)
  const put = openAside(outputs, { beforeEnd: io.beforeEnd })
  const idleTimeoutMs = timeoutMs(options.timeout)
  const before = options.resume && {
    keys: [{ certificate, component: options['signing-key'] }],
    keyring: openKeyring([certificate], { primitives: nodePrimitives }),
    ...{ force: options.force, at: io.now, idleTimeoutMs },
  }
  /** Whatever has the name of their outputs later, somebody else put there. */
  const missing = new Set<Job>()
  const work = async (job: Job, signal: AbortSignal): Promise<Signed | 'held'> => {
    if (before) {
      const found = await findSigned({ ...job, ...before, signal })
      if (found === 'held') return 'held'
      if (found === 'none') missing.add(job)
    }
    return sign(job, signal)
  }
  // The signer need not wait for the disk.
  const finish = async (job: Job, signed: Signed | 'held'): Promise<void> => {
    if (signed === 'held') return
    const isNew = missing.has(job) && !options.force
    await put({ path: job.output, octets: signed.octets, isNew })
  }
  const report = (outcomes: readonly SignOutcome[]): void =>
    reportSigned(outcomes, certificate, invocation)
  await doEach(jobs, { concurrency, io, work, finish, report })
}

export interface EachOptions<Task, Result> {
  readonly concurrency: number
  readonly io: Io
  readonly work: (task: Task, signal: AbortSignal) => Promise<Result>
  /** What is left of a task once its work is done, and the work of the next need not wait for. */
  readonly finish?: (task: Task, result: Result) => Promise<void>
  readonly report: (outcomes: readonly Outcome<Task, Result>[]) => void
  /** What does the rest, once the cause of a failure is gone. */
  readonly again?: string
}

/** Does every task, counts on a terminal, reports, and throws when not each file was signed. */
export async function doEach<Task, Result>(
  tasks: readonly Task[],
  options: EachOptions<Task, Result>,
): Promise<void> {
  const {
    concurrency,
    io,
    work,
    finish,
    report,
    again = 'the same command with --resume',
  } = options
  const progress = countProgress(tasks.length, io)
  const ran = await runMany<Task, Result>(tasks, {
    concurrency,
    ended: () => progress.step(),
    work,
    ...(finish && { finish }),
  })
  progress.end()
  report(ran.outcomes)
  conclude(ran, tasks.length, again)
  if (tasks.length > 1) say(io, 'note', `${tasks.length} of ${tasks.length} files are signed`)
}

function conclude<Task, Result>(
  { outcomes, stopped }: Ran<Task, Result>,
  count: number,
  again: string,
): void {
  const failed = outcomes.flatMap((one) => ('error' in one ? [one.error] : []))
  const [first] = failed
  if (!first) return
  const left = count - outcomes.length + failed.length
  const untried = count - outcomes.length
  const also = untried > 0 ? `, of which ${untried} were not tried` : ''
  throw new OpenPGPError(
    (stopped ?? first).code,
    `${left} of ${count} files are not signed${also}`,
    { hint: `when the cause is gone, ${again} signs them` },
  )
}

export function parseConcurrency(text = '16'): number {
  const number = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : Number.NaN
  if (number <= 256) return number
  throw new OpenPGPError('usage', `--concurrency ${JSON.stringify(text)} is not from 1 to 256`)
}

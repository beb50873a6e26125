/** A run over many files: one that fails leaves the others right, unless what failed concerns them all. */

import { isOpenPGPError } from '../errors.ts'
import type { ErrorCode, OpenPGPError } from '../errors.ts'

export interface ManyOptions<Job, Result> {
  /** Jobs at a time, 1 or more. */
  readonly concurrency: number
  /** Rejects with an OpenPGPError for what can go wrong; anything else ends the run and is thrown. */
  readonly work: (job: Job, signal: AbortSignal) => Promise<Result>
  /** Called as each ends, in that order. */
  readonly ended?: (outcome: Outcome<Job, Result>) => void
}

export type Outcome<Job, Result> =
  | { readonly job: Job; readonly result: Result }
  | { readonly job: Job; readonly error: OpenPGPError }

export interface Ran<Job, Result> {
  /** In the order of the jobs; those that were not tried, or were ended, are not among them. */
  readonly outcomes: readonly Outcome<Job, Result>[]
  /** Why the run ended before its end. */
  readonly stopped: OpenPGPError | undefined
}

/** What is about one file alone. */
const ofOneFile: readonly ErrorCode[] = [
  'input-missing',
  'input-unreadable',
  'input-changed',
  'output-exists',
  'output-failed',
  'output-is-input',
  // Of signatures that are there already.
  'malformed',
  'signature-bad',
  'signature-missing',
  'signature-weak',
  'signer-unknown',
]

/** What a service may do once, by chance; several times on end it is not chance. */
const perhapsOnce: readonly ErrorCode[] = ['signer-answer', 'signer-timeout', 'signer-unavailable']
const onEnd = 3

/** Does every job, or ends early when an error concerns the jobs to come as well. */
export async function runMany<Job, Result>(
  jobs: readonly Job[],
  { concurrency, work, ended }: ManyOptions<Job, Result>,
): Promise<Ran<Job, Result>> {
  const outcomes: Outcome<Job, Result>[] = []
  // One for each job under way: Node warns of a signal that many listen to.
  const underWay = new Set<AbortController>()
  const queue = [...jobs.entries()]
  let stopped: OpenPGPError | undefined
  let ending = false
  let inARow = 0

  const end = (reason?: OpenPGPError): void => {
    ending = true
    stopped = reason
    for (const controller of underWay) controller.abort(reason)
  }
  const settle = (index: number, outcome: Outcome<Job, Result>): void => {
    outcomes[index] = outcome
    ended?.(outcome)
  }
  const fail = (index: number, job: Job, error: unknown): void => {
    if (ending) return // it was ended with the run
    if (!isOpenPGPError(error)) {
      end()
      throw error
    }
    settle(index, { job, error })
    inARow = perhapsOnce.includes(error.code) ? inARow + 1 : inARow
    if (inARow >= onEnd || ![...ofOneFile, ...perhapsOnce].includes(error.code)) end(error)
  }
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next && !ending; next = queue.shift()) {
      const [index, job] = next
      const controller = new AbortController()
      underWay.add(controller)
      try {
        const result = await work(job, controller.signal)
        inARow = 0
        settle(index, { job, result })
      } catch (error) {
        fail(index, job, error)
      } finally {
        underWay.delete(controller)
      }
    }
  }
  const workers = Array.from({ length: Math.min(concurrency, jobs.length) }, worker)
  await Promise.allSettled(workers) // none is at work when this returns, whatever happened
  await Promise.all(workers)
  return { outcomes: Object.values(outcomes), stopped }
}

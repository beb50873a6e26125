/** A run over many files: one that fails leaves the others right, unless what failed concerns them all. */

import { isOpenPGPError } from '../errors.ts'
import type { ErrorCode, OpenPGPError } from '../errors.ts'

export interface ManyOptions<Job, Result> {
  /** Jobs at a time, 1 or more. */
  readonly concurrency: number
  /** Rejects with an OpenPGPError for what can go wrong; anything else ends the run and is thrown. */
  readonly work: (job: Job, signal: AbortSignal) => Promise<Result>
  /** What is left to do with a result, while the next job is begun; rejects as `work` does. */
  readonly finish?: (job: Job, result: Result) => Promise<void>
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

/**
 * What a service may do once, by chance; several times on end it is not chance. Calls that were under
 * way together may have been late together, because of one thing.
 */
const perhapsOnce: readonly ErrorCode[] = ['signer-answer', 'signer-timeout', 'signer-unavailable']
const onEnd = 3

/** Results whose `finish` is under way, for each job that may be at work. */
const unfinishedForEach = 4

/** Does every job, or ends early when an error concerns the jobs to come as well. */
export async function runMany<Job, Result>(
  jobs: readonly Job[],
  { concurrency, work, finish, ended }: ManyOptions<Job, Result>,
): Promise<Ran<Job, Result>> {
  const outcomes: Outcome<Job, Result>[] = []
  // One for each job under way: Node warns of a signal that many listen to.
  const underWay = new Set<AbortController>()
  const unfinished = new Set<Promise<void>>()
  const faults: unknown[] = []
  const queue = [...jobs.entries()]
  let stopped: OpenPGPError | undefined
  let ending = false
  let begun = 0
  let inARow = 0
  let countedUpTo = 0

  const isEnding = (): boolean => ending
  const end = (reason?: OpenPGPError): void => {
    if (ending) return
    ending = true
    stopped = reason
    for (const controller of underWay) controller.abort(reason)
  }
  const settle = (index: number, outcome: Outcome<Job, Result>): void => {
    outcomes[index] = outcome
    ended?.(outcome)
  }
  const count = (code: ErrorCode, number: number): void => {
    if (!perhapsOnce.includes(code)) return
    if (code === 'signer-timeout' && number <= countedUpTo) return
    inARow++
    countedUpTo = begun
  }
  const fail = (index: number, job: Job, error: unknown): void => {
    if (!isOpenPGPError(error)) {
      faults.push(error)
      end()
      return
    }
    settle(index, { job, error })
    if (inARow >= onEnd || ![...ofOneFile, ...perhapsOnce].includes(error.code)) end(error)
  }
  const complete = async (index: number, job: Job, result: Result): Promise<void> => {
    try {
      await finish?.(job, result)
      settle(index, { job, result })
    } catch (error) {
      fail(index, job, error)
    }
  }
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next && !ending; next = queue.shift()) {
      const [index, job] = next
      const number = ++begun
      const controller = new AbortController()
      underWay.add(controller)
      try {
        const result = await work(job, controller.signal)
        inARow = 0
        const completing = complete(index, job, result).finally(() => unfinished.delete(completing))
        unfinished.add(completing)
        while (unfinished.size > unfinishedForEach * concurrency) await Promise.race(unfinished)
      } catch (error) {
        if (isEnding()) continue // it was ended with the run
        if (isOpenPGPError(error)) count(error.code, number)
        fail(index, job, error)
      } finally {
        underWay.delete(controller)
      }
    }
  }
  const workers = Array.from({ length: Math.min(concurrency, jobs.length) }, worker)
  await Promise.all(workers)
  await Promise.all(unfinished) // nothing is under way when this returns, whatever happened
  if (faults.length > 0) throw faults[0]
  return { outcomes: Object.values(outcomes), stopped }
}

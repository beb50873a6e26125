/** A run over many files: one that fails leaves the others right, unless what failed concerns them all. */

import { setMaxListeners } from 'node:events'
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
 * way together may have been late together, because of one thing. Neither is it of the disk.
 */
const perhapsOnce: readonly ErrorCode[] = ['signer-answer', 'signer-timeout', 'signer-unavailable']
const onEnd = 3

/** Results of one worker whose `finish` is under way; and of all: each may hold a file open. */
const unfinishedForEach = 4
const unfinishedOfAll = 256

/** Does every job, or ends early when an error concerns the jobs to come as well. */
export async function runMany<Job, Result>(
  jobs: readonly Job[],
  { concurrency, work, finish, ended }: ManyOptions<Job, Result>,
): Promise<Ran<Job, Result>> {
  const outcomes: Outcome<Job, Result>[] = []
  const faults: unknown[] = []
  const left = jobs.entries() // of which every worker takes the next
  const ending = new AbortController()
  const { signal } = ending
  setMaxListeners(0, signal) // every job that is under way listens
  const unfinishedAtMost = Math.min(unfinishedForEach, Math.ceil(unfinishedOfAll / concurrency))
  let stopped: OpenPGPError | undefined
  let begun = 0
  let inARow = 0
  let countedUpTo = 0
  let unwritten = 0

  const isEnding = (): boolean => signal.aborted
  const end = (reason?: OpenPGPError): void => {
    if (signal.aborted) return
    stopped = reason
    ending.abort(reason)
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
    if (error.code === 'output-failed') unwritten++
    const concernsAll = ![...ofOneFile, ...perhapsOnce].includes(error.code)
    if (inARow >= onEnd || unwritten >= onEnd || concernsAll) end(error)
  }
  const complete = async (index: number, job: Job, result: Result): Promise<void> => {
    try {
      await finish?.(job, result)
      unwritten = 0
      settle(index, { job, result })
    } catch (error) {
      fail(index, job, error)
    }
  }
  const worker = async (): Promise<void> => {
    const unfinished = new Set<Promise<void>>()
    for (const [index, job] of left) {
      if (signal.aborted) break
      const number = ++begun
      try {
        const result = await work(job, signal)
        inARow = 0
        const completing = complete(index, job, result).finally(() => unfinished.delete(completing))
        unfinished.add(completing)
        if (unfinished.size > unfinishedAtMost) await Promise.race(unfinished)
      } catch (error) {
        if (isEnding()) break // it was ended with the run
        if (isOpenPGPError(error)) count(error.code, number)
        fail(index, job, error)
      }
    }
    await Promise.all(unfinished) // nothing is under way when this returns, whatever happened
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, jobs.length) }, worker))
  if (faults.length > 0) throw faults[0]
  return { outcomes: Object.values(outcomes), stopped }
}

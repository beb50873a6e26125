/** Trying a call again, for services whose client does not. */

import { abortError } from '../net/deadline.ts'

export interface Retries {
  /** Names the signer in errors. */
  readonly id: string
  /** Tries altogether, the first included. */
  readonly attempts: number
  /** Ends the waiting between two tries. */
  readonly signal: AbortSignal
  /**
   * Milliseconds that the first pause after such a failure is at most; undefined where the call must
   * not be made again.
   */
  readonly pauseAfter: (thrown: unknown) => number | undefined
  /** Milliseconds that the service wants to pass before the next try; the pause comes on top. */
  readonly waitAfter?: (thrown: unknown) => number
  /**
   * Milliseconds of all waits and pauses together, the deadline's at most: what would end after it is
   * not begun, since the failure says more than that the time is over.
   */
  readonly patienceMs?: number
}

const longestPause = 20_000

/**
 * The first success of a call. Each pause is of a random length, and at most twice as long as the
 * one before could be, so that many who failed together do not come back together.
 */
export async function withRetries<Result>(
  { id, attempts, signal, pauseAfter, waitAfter, patienceMs = Infinity }: Retries,
  attempt: () => Promise<Result>,
): Promise<Result> {
  let patience = patienceMs
  for (let count = 1; ; count += 1) {
    try {
      return await attempt()
    } catch (thrown) {
      const pause = pauseAfter(thrown)
      if (pause === undefined || count >= attempts || signal.aborted) throw thrown
      const most = Math.min(pause * 2 ** (count - 1), longestPause)
      const wait = (waitAfter?.(thrown) ?? 0) + Math.random() * most
      patience -= wait
      if (patience <= 0) throw thrown
      await sleep(wait, signal, id)
    }
  }
}

/**
 * Milliseconds that a service wants to pass: Retry-After (RFC 9110 §10.2.3) in seconds, or as a time,
 * which is compared with the service's own Date; 0 where it names none.
 */
export function retryAfterMs(
  named: string | null | undefined,
  date: string | null | undefined,
): number {
  // Finite, whatever it says: patience is counted down by it.
  if (/^\d+$/.test(named ?? '')) return Math.min(1000 * Number(named), Number.MAX_SAFE_INTEGER)
  const wait = Date.parse(named ?? '') - Date.parse(date ?? '')
  return wait > 0 ? wait : 0
}

/** Leaves neither timer nor listener behind. */
function sleep(milliseconds: number, signal: AbortSignal, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      if (signal.aborted) reject(abortError(signal, id))
      else resolve()
    }
    const timer = setTimeout(end, milliseconds)
    signal.addEventListener('abort', end)
  })
}

/** Many signatures by one signer: so many calls at a time, and one backoff for all of them. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import type { Digest, RemoteSigner, SignCallOptions } from '../signature/signer.ts'
import { abortError, untilAborted } from '../net/deadline.ts'

export interface PaceOptions {
  /** Calls at a time, 1 or more. */
  readonly concurrency: number
  /** Calls for one signature while the service is unavailable; 6 by default. */
  readonly tries?: number
  /** Milliseconds of the first pause; each further one is twice as long, up to a hundredfold. */
  readonly pauseMs?: number
}

/**
 * The same signer, for a run over many documents. When the service is unavailable to one call,
 * which is `signer-unavailable` after the signer's own retries, all calls wait, so that a throttled
 * service is not asked the more the less it can. Then one call asks, for the same digest again, and
 * the others when that one ended otherwise. Where it is unavailable `tries` times on end, each
 * further signature is asked for once, without a pause. No other error is tried again.
 *
 * Errors: those of the signer; `usage` for a concurrency below 1.
 */
export function paceSigner(signer: RemoteSigner, options: PaceOptions): RemoteSigner {
  const { concurrency, tries = 6, pauseMs = 200 } = options
  if (!(Number.isSafeInteger(concurrency) && concurrency >= 1)) {
    throw new OpenPGPError('usage', 'the concurrency has to be a whole number, 1 or more')
  }
  const { id } = signer
  const turns = createTurns(concurrency)
  const alone = createTurns(1)
  const backoff = createBackoff(pauseMs, tries)
  const createdAt = signer.createdAt?.bind(signer)

  async function ask(digest: Digest, callOptions: SignCallOptions): Promise<Uint8Array> {
    const round = backoff.round()
    if (round.start) await untilAborted(round.start, callOptions.signal, id)
    try {
      const value = await signer.sign(digest, callOptions)
      backoff.passed()
      return value
    } catch (error) {
      if (isOpenPGPError(error, 'signer-unavailable')) backoff.failed(round)
      else backoff.passed()
      throw error
    }
  }

  async function askAlone(digest: Digest, callOptions: SignCallOptions): Promise<Uint8Array> {
    await alone.take(callOptions.signal, id)
    try {
      if (backoff.failures() > 0) return await ask(digest, callOptions)
    } finally {
      alone.giveBack()
    }
    return ask(digest, callOptions)
  }

  return {
    id,
    publicKey: (callOptions) => signer.publicKey(callOptions),
    ...(createdAt && { createdAt }),
    async close() {
      backoff.end()
      await signer.close?.()
    },
    async sign(digest, callOptions = {}) {
      for (let left = tries - 1; ; left--) {
        await turns.take(callOptions.signal, id)
        try {
          return await (backoff.failures() > 0 ? askAlone : ask)(digest, callOptions)
        } catch (error) {
          const isOver = left <= 0 || backoff.failures() >= tries
          if (isOver || !isOpenPGPError(error, 'signer-unavailable')) throw error
        } finally {
          turns.giveBack()
        }
      }
    },
  }
}

interface Turns {
  take(signal: AbortSignal | undefined, id: string): Promise<void>
  giveBack(): void
}

/** First come, first served; who stops waiting leaves the queue. */
function createTurns(count: number): Turns {
  let free = count
  const queue = new Set<() => void>()
  return {
    async take(signal, id) {
      if (signal?.aborted === true) throw abortError(signal, id)
      if (free > 0) {
        free--
        return
      }
      let enter = (): void => undefined
      const turn = new Promise<void>((resolve) => (enter = resolve))
      queue.add(enter)
      try {
        await untilAborted(turn, signal, id)
      } catch (error) {
        // It may have been its turn in the very moment: then that goes to the next.
        if (!queue.delete(enter)) this.giveBack()
        throw error
      }
    },
    giveBack() {
      const [next] = queue
      if (next === undefined) {
        free++
        return
      }
      queue.delete(next)
      next()
    },
  }
}

interface Round {
  /** Resolves when calls may go out; they may at once where there is none. */
  readonly start?: Promise<void>
}

interface Backoff {
  round(): Round
  /** Rounds on end in which the service was unavailable. */
  failures(): number
  /** Anything else came of a call. */
  passed(): void
  /** Calls of one round that fail together make one pause, not several; after the last there is none. */
  failed(round: Round): void
  /** Lets go of the timer, which would hold the process; nothing goes out afterwards. */
  end(): void
}

function createBackoff(pauseMs: number, most: number): Backoff {
  let current: Round = {}
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    round: () => current,
    failures: () => failures,
    passed() {
      failures = 0
    },
    failed(round) {
      if (round !== current) return
      if (failures + 1 >= most) {
        failures = most
        return
      }
      // Between half of it and all of it, so that several runs do not come back together.
      const pause = pauseMs * Math.min(2 ** failures++, 100) * (0.5 + Math.random() / 2)
      current = { start: new Promise((resolve) => (timer = setTimeout(resolve, pause))) }
    },
    end: () => clearTimeout(timer),
  }
}

/** The end of a command's process by a signal: what it writes is in place or not begun. */

import type { Io } from './io.ts'

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const

/**
 * Holds signals back while something is written, be it synchronously or until what `beforeEnd` was
 * told of is finished; then the process ends by the same signal. A second one ends it at once, and so
 * does any while results are printed: whoever reads them may be slow. Once some are printed what has
 * to be finished is begun, as to end a program, and not waited for: nothing is written to files after
 * that. Who listens besides ends in its own way.
 */
export function holdSignals(io: Io): Io {
  const finishing: (() => Promise<unknown>)[] = []
  let ended = false
  let printed = false
  const release = (): void => {
    for (const signal of signals) process.off(signal, end)
  }
  const hold = (): void => {
    release()
    if (!ended) for (const signal of signals) process.on(signal, end)
  }
  const end = (signal: NodeJS.Signals): void => {
    ended = true
    release()
    if (process.listenerCount(signal) > 0) return
    const finished = Promise.allSettled(finishing.map((finish) => finish()))
    const kill = (): boolean => process.kill(process.pid, signal)
    if (printed) kill()
    else void finished.then(kill)
  }
  hold()
  return {
    ...io,
    beforeEnd: (finish) => {
      finishing.push(finish)
      hold()
    },
    out(content) {
      release()
      io.out(content)
      printed = true
      if (finishing.length > 0) hold()
    },
  }
}

/** The end of a command's process by a signal: what it writes is in place or not begun. */

import type { Io } from './io.ts'

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const

/**
 * Holds signals back while something is written, be it synchronously or until what `beforeEnd` was
 * told of is finished; then the process ends by the same signal. A second one ends it at once, and so
 * does any once results are printed: nothing is written to files after that, and whoever reads them
 * may be slow. Who listens besides ends in its own way.
 */
export function holdSignals(io: Io): Io {
  const finishing: (() => Promise<unknown>)[] = []
  const release = (): void => {
    for (const signal of signals) process.off(signal, end)
  }
  const end = (signal: NodeJS.Signals): void => {
    release()
    if (process.listenerCount(signal) > 0) return
    const finished = Promise.allSettled(finishing.map((finish) => finish()))
    void finished.then(() => process.kill(process.pid, signal))
  }
  for (const signal of signals) process.on(signal, end)
  return {
    ...io,
    beforeEnd: (finish) => {
      finishing.push(finish)
    },
    out(content) {
      release()
      io.out(content)
    },
  }
}

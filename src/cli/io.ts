/** What a command has of the world: streams, environment, the time. Tests give another. */

import { fstatSync, statSync, writeSync } from 'node:fs'
import { OpenPGPError } from '../errors.ts'
import { stdinData } from '../node/data.ts'
import type { IdleOptions } from '../node/idle.ts'
import type { SchemeTable } from '../signers/uri.ts'

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  /** When the command began. */
  readonly now: Date
  /** Whether standard error is a person's terminal. */
  readonly interactive: boolean
  /** Whether colours are wanted there. */
  readonly coloured: boolean
  /** What the command is called, where it is part of another program than longhand. */
  readonly program?: string
  /** Schemes of keys that the program brings. */
  readonly schemes?: SchemeTable
  /** Takes what has to be finished before a signal ends the process; without it, nobody waits. */
  readonly beforeEnd?: (finish: () => Promise<unknown>) => void
  stdin(options: IdleOptions): AsyncIterable<Uint8Array>
  /** Results: what a program would read. */
  out(content: string | Uint8Array): void
  /** Everything said about the work. */
  err(text: string): void
}

/** The real one. */
export function processIo(): Io {
  const interactive = couldBeTerminal(2) && process.stderr.isTTY
  return {
    env: process.env,
    now: new Date(),
    interactive,
    coloured: interactive && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
    stdin: stdinData,
    out: (content) => writeAll(1, content),
    err: (text) => writeAll(2, text),
  }
}

/** Only what could be one is asked whether it is: to ask makes a stream, and loads what that takes. */
function couldBeTerminal(descriptor: number): boolean {
  const device = fstatSync(descriptor)
  const nowhere = statSync('/dev/null', { throwIfNoEntry: false })
  return device.isCharacterDevice() && device.rdev !== nowhere?.rdev
}

/** Synchronous, so that nothing is lost when the process ends; a full pipe is tried again. */
function writeAll(descriptor: number, content: string | Uint8Array): void {
  let rest = Buffer.from(content)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EAGAIN') {
        if (descriptor === 2) return // nobody is there to be told
        throw notWritten(code, error)
      }
      Atomics.wait(pause, 0, 0, 5)
    }
  }
}

function notWritten(code: string | undefined, cause: unknown): OpenPGPError {
  const gone = code === 'EPIPE'
  const why = gone ? 'whoever read it has gone' : `${code}`
  return new OpenPGPError('output-failed', `cannot write standard output: ${why}`, {
    ...(gone ? { hint: 'have it read to its end, or write it to a file first' } : {}),
    cause,
  })
}

const pause = new Int32Array(new SharedArrayBuffer(4))

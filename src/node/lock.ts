/** A lock between processes: a file that exists while one of them has it. */

import { closeSync, lstatSync, openSync, renameSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { OpenPGPError } from '../errors.ts'
import { outputError, placeNew, removeQuietly, temporaryFor } from './staging.ts'

export interface LockOptions {
  /** Milliseconds after which one that nobody gives back is taken away: its process has ended. */
  readonly staleMs?: number
  /** Milliseconds between two looks. */
  readonly pauseMs?: number
}

/** What whoever has the lock can ask. */
export interface Held {
  /** Whether it is held still: whoever slept for longer than it lasts has lost it. */
  readonly isHeld: () => boolean
}

/**
 * Runs something while no other process (or call) has the lock `path`. What is locked takes milliseconds:
 * a lock that was seen unchanged for `staleMs`, by nobody's clock but the one who waits, is of a process
 * that ended, and is removed. `output-failed` where no file can be made there, or where others take it
 * all the time.
 */
export async function withLock<Result>(
  path: string,
  run: (held: Held) => Promise<Result>,
  { staleMs = 5000, pauseMs = 20 }: LockOptions = {},
): Promise<Result> {
  const mine = await take(path, staleMs, pauseMs)
  try {
    return await run({ isHeld: () => identityOf(path) === mine })
  } finally {
    if (identityOf(path) === mine) removeQuietly(path)
  }
}

async function take(path: string, staleMs: number, pauseMs: number): Promise<string> {
  let seen: string | undefined
  let waited = 0
  let total = 0
  for (;;) {
    const mine = make(path)
    if (mine !== undefined) return mine
    const there = identityOf(path)
    if (there !== seen) [seen, waited] = [there, 0]
    else if (there !== undefined && waited >= staleMs) {
      removeStale(path, there)
      waited = 0
    }
    if (total > 12 * staleMs) {
      throw new OpenPGPError('output-failed', `others use the lock ${path} all the time`, {
        hint: 'try again later',
      })
    }
    await sleep(pauseMs)
    waited += pauseMs
    total += pauseMs
  }
}

/** Its identity; undefined where somebody else has it. */
function make(path: string): string | undefined {
  try {
    closeSync(openSync(path, 'wx', 0o600))
    return identityOf(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
    throw outputError(error, path)
  }
}

/** Of several that find it stale one moves it away; a new one that was moved by mistake comes back. */
function removeStale(path: string, stale: string): void {
  const aside = temporaryFor(path)
  try {
    renameSync(path, aside)
  } catch {
    return // somebody else did
  }
  if (identityOf(aside) === stale) removeQuietly(aside)
  else {
    try {
      placeNew({ temporary: aside, destination: path })
    } catch {
      removeQuietly(aside) // there is another one by now: its owner looks before he saves
    }
  }
}

/** Which lock this is. Its time belongs to it: a file system gives the number of a file out again. */
function identityOf(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return stats && `${stats.dev}:${stats.ino}:${stats.mtimeNs}`
}

/** A client's memory in a file: replaced as a whole, in one step, by one process at a time. */

import { lstatSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { OpenPGPError } from '../errors.ts'
import { trustLimits } from '../limits.ts'
import { fromUtf8, utf8 } from '../octets.ts'
import type { TrustState } from '../trust/state.ts'
import { readBounded } from './files.ts'
import { withLock } from './lock.ts'
import { placeOver, removeQuietly, stageFile, syncDirectory } from './staging.ts'

/** How often it is tried where the lock is lost, which is after a sleep of seconds. */
const mostTries = 3

/**
 * Keeps what `openTrust` remembers in a file of mode 0600; it need not exist yet, its directory has to.
 * Processes that use it at once wait for each other by a file `PATH.lock`; one that was left by a process
 * that ended is removed after five seconds. Whoever may write the file can make the client forget. Throws
 * `limit` for one of more than `trustLimits.stateOctets`, to read or to write, `malformed` for one that is
 * no text or no file, and what reading and writing throw. Node, Deno, Bun.
 */
export function fileTrustState(path: string): TrustState {
  const file = resolve(path)
  const what = 'state file'
  const load = async (): Promise<string | undefined> => {
    const stats = lstatSync(file, { throwIfNoEntry: false })
    if (!stats) return undefined
    if (!stats.isFile()) throw new OpenPGPError('malformed', `the ${what} ${path} is no file`)
    const limit = trustLimits.stateOctets
    const text = fromUtf8(await readBounded(file, { limit, what, idleTimeoutMs: 30_000 }))
    if (text !== undefined) return text
    throw new OpenPGPError('malformed', `the ${what} ${path} is not text`)
  }
  /** Whether it was saved; the last look at `mayPlace` and the rename are one step for this process. */
  const place = (text: string, mayPlace: () => boolean): boolean => {
    const octets = utf8(text)
    if (octets.length > trustLimits.stateOctets) {
      throw new OpenPGPError('limit', `the ${what} ${path} would have ${octets.length} octets`)
    }
    const staged = stageFile(file, octets, 0o600)
    try {
      if (!mayPlace()) return false
      placeOver(staged)
    } finally {
      removeQuietly(staged.temporary)
    }
    syncDirectory(dirname(file))
    return true
  }
  return {
    load,
    async save(text) {
      await withLock(`${file}.lock`, () => Promise.resolve(place(text, () => true)))
    },
    async update(change) {
      if (change(await load()) === undefined) return // who only reads needs no lock
      for (let tries = 0; tries < mostTries; tries += 1) {
        const done = await withLock(`${file}.lock`, async ({ isHeld }) => {
          const text = change(await load())
          return text === undefined || place(text, isHeld)
        })
        if (done) return
      }
      throw new OpenPGPError('output-failed', `the ${what} ${path} is taken again and again`, {
        hint: 'try again later',
      })
    },
  }
}

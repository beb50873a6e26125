/** Outputs of a run over many files: each in place when it is made, and the others need not wait. */

import { closeSync, fsync, openSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { NewFile, Outputs } from './outputs.ts'
import { outputError, removeQuietly, temporaryFor } from './staging.ts'
import type { Staged } from './staging.ts'

export interface AsideOptions {
  /** Is given what finishes the files that are under way; after it was called no more are begun. */
  readonly beforeEnd?: ((finish: () => Promise<unknown>) => void) | undefined
}

/**
 * Puts planned outputs in place one by one; each is on the disk, and its name as well, when its
 * promise resolves. The disk is waited for aside: many at a time take little longer than one, and
 * one sync of a directory serves all that were put there before it. Rejects with what
 * `Outputs.write` throws, and leaves nothing of that file then.
 */
export function openAside(
  outputs: Pick<Outputs, 'place'>,
  { beforeEnd }: AsideOptions = {},
): (file: Omit<NewFile, 'mode'>) => Promise<void> {
  const syncDirectory = createDirectorySync()
  const underWay = new Set<Promise<void>>()
  const never = new Promise<void>(() => undefined)
  let ending = false
  const write = async ({ path, octets, isNew }: NewFile): Promise<void> => {
    outputs.place(await stageAside(resolve(path), octets), { isNew })
    await syncDirectory(dirname(resolve(path)))
  }
  beforeEnd?.(() => {
    ending = true
    return Promise.allSettled(underWay)
  })
  return (file) => {
    if (ending) return never
    const writing = write(file).finally(() => underWay.delete(writing))
    underWay.add(writing)
    return writing
  }
}

/** The one call that waits for the disk: to have a thread make the others takes more than they do. */
const sync = promisify(fsync)

/** As `stageFile`, and the disk is waited for aside. */
async function stageAside(destination: string, octets: Uint8Array): Promise<Staged> {
  const temporary = temporaryFor(destination)
  let fd: number | undefined
  try {
    fd = openSync(temporary, 'wx', 0o666)
    writeFileSync(fd, octets)
    await sync(fd)
    return { temporary, destination }
  } catch (error) {
    if (fd !== undefined) removeQuietly(temporary)
    throw outputError(error, destination)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** Milliseconds between two syncs of one directory, each of which serves all that ask meanwhile. */
const betweenSyncs = 10

/** Who asks while a sync is under way, or soon after one, waits for the next, with all others that do. */
function createDirectorySync(): (path: string) => Promise<void> {
  const last = new Map<string, { readonly begun: number; readonly done: Promise<void> }>()
  const next = new Map<string, Promise<void>>()
  return (path) => {
    const begin = (): Promise<void> => {
      next.delete(path)
      const done = syncAside(path)
      last.set(path, { begun: performance.now(), done })
      return done
    }
    const before = last.get(path)
    if (!before) return begin()
    const rest = async (): Promise<void> => {
      await before.done
      await pause(before.begun + betweenSyncs - performance.now())
    }
    const waiting = next.get(path) ?? rest().then(begin)
    next.set(path, waiting)
    return waiting
  }
}

/** As `syncDirectory`: not every system lets a directory be opened for that. */
async function syncAside(path: string): Promise<void> {
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    await sync(fd)
  } catch {
    // The files themselves are on the disk; only their names may be lost with the power.
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

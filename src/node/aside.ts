/** Outputs of a run over many files: each in place when it is made, and the others need not wait. */

import { close, closeSync, fsync, open } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Outputs } from './outputs.ts'
import { outputError, removeQuietly, writeStaged } from './staging.ts'
import type { Staged } from './staging.ts'

const fs = { close: promisify(close), fsync: promisify(fsync), open: promisify(open) }

/**
 * Puts planned outputs in place one by one; each is on the disk, and its name as well, when its
 * promise resolves. The disk is waited for aside: many at a time take little longer than one, and
 * one sync of a directory serves all that were put there before it. Rejects with what
 * `Outputs.commit` throws, and leaves nothing of that file then.
 */
export function openAside(
  outputs: Pick<Outputs, 'place'>,
): (path: string, octets: Uint8Array) => Promise<void> {
  const syncDirectory = createDirectorySync()
  return async (path, octets) => {
    outputs.place(await stageAside(resolve(path), octets))
    await syncDirectory(dirname(resolve(path)))
  }
}

async function stageAside(destination: string, octets: Uint8Array): Promise<Staged> {
  const { fd, ...staged } = writeStaged(destination, octets)
  try {
    await fs.fsync(fd)
    return staged
  } catch (error) {
    removeQuietly(staged.temporary)
    throw outputError(error, destination)
  } finally {
    closeSync(fd)
  }
}

/** Who asks while a sync is under way waits for the next one, with all others that do. */
function createDirectorySync(): (path: string) => Promise<void> {
  const running = new Map<string, Promise<void>>()
  const next = new Map<string, Promise<void>>()
  return (path) => {
    const begin = (): Promise<void> => {
      next.delete(path)
      const sync = syncAside(path)
      running.set(path, sync)
      return sync
    }
    const waiting = next.get(path) ?? (running.get(path) ?? Promise.resolve()).then(begin)
    next.set(path, waiting)
    return waiting
  }
}

/** As `syncDirectory`: not every system lets a directory be opened for that. */
async function syncAside(path: string): Promise<void> {
  let fd: number | undefined
  try {
    fd = await fs.open(path, 'r')
    await fs.fsync(fd)
  } catch {
    // The files themselves are on the disk; only their names may be lost with the power.
  } finally {
    if (fd !== undefined) await fs.close(fd).catch(() => undefined)
  }
}

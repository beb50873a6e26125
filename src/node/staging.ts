/** One file written aside in full, then put in place in one step. */

import {
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { OpenPGPError, isOpenPGPError } from '../errors.ts'

/** A complete file under a temporary name, in the directory of its destination. */
export interface Staged {
  readonly temporary: string
  readonly destination: string
}

const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'create its directory first',
  ENOTDIR: 'a file stands where a directory has to be: choose another output, or move it away',
}

/** Says of any failure to write which file it was about. */
export function outputError(error: unknown, path: string): OpenPGPError {
  if (isOpenPGPError(error)) return error
  const { code, message } = error as NodeJS.ErrnoException
  const hint = code === undefined ? undefined : remedies[code]
  return new OpenPGPError('output-failed', `cannot write ${path}: ${code ?? message}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  })
}

export function outputExists(path: string): OpenPGPError {
  return new OpenPGPError('output-exists', `${path} exists already`, {
    hint: 'choose another name, or replace it with --force',
  })
}

/** Removes a file; that it is gone already is no failure. */
export function removeQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Nothing more can be done, and the failure that led here is the one to report.
  }
}

/** `.NAME.longhand-XXXX.tmp` beside `destination`, another one each time. */
export function temporaryFor(destination: string): string {
  const short = basename(destination).slice(0, 60)
  // Who guesses this gains nothing: no file is opened that is there already.
  const unique = `${process.pid.toString(36)}-${process.hrtime.bigint().toString(36)}`
  return resolve(dirname(destination), `.${short}.longhand-${unique}.tmp`)
}

/**
 * Writes `.NAME.longhand-XXXX.tmp` beside `destination`, never over anything, and sees it to the
 * disk. `mode` is the file's own, whatever the umask; when it is not given, the umask decides.
 */
export function stageFile(destination: string, octets: Uint8Array, mode?: number): Staged {
  const temporary = temporaryFor(destination)
  let fd: number | undefined
  try {
    fd = openSync(temporary, 'wx', mode ?? 0o666)
    if (mode !== undefined) fchmodSync(fd, mode)
    writeFileSync(fd, octets)
    fsyncSync(fd)
    return { temporary, destination }
  } catch (error) {
    if (fd !== undefined) removeQuietly(temporary)
    throw outputError(error, destination)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

const withoutLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'])

/**
 * Puts a staged file in place if nothing has that name, with link(2), which never replaces.
 * Where the file system has no hard links, an empty file takes the name with O_EXCL and the
 * staged file is renamed over that one: a crash between the two leaves it there, empty.
 */
export function placeNew({ temporary, destination }: Staged): void {
  try {
    try {
      linkSync(temporary, destination)
    } catch (error) {
      if (!withoutLinks.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      closeSync(openSync(destination, 'wx'))
      try {
        renameSync(temporary, destination)
      } catch (failure) {
        removeQuietly(destination)
        throw failure
      }
      return
    }
    removeQuietly(temporary)
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw exists ? outputExists(destination) : outputError(error, destination)
  }
}

/**
 * Puts a staged file in place of whatever has that name; a symbolic link itself is replaced. Where that
 * fails, the staged file is removed.
 */
export function placeOver({ temporary, destination }: Staged): void {
  try {
    renameSync(temporary, destination)
  } catch (error) {
    removeQuietly(temporary)
    throw outputError(error, destination)
  }
}

/** Sees names to the disk; not every system lets a directory be opened for that. */
export function syncDirectory(path: string): void {
  let fd: number | undefined
  try {
    fd = openSync(path, 'r')
    fsyncSync(fd)
  } catch {
    // The files themselves are on the disk; only their names may be lost with the power.
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** Which file has this very name, links not followed; undefined when none has. */
export function identityOf(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return stats && `${stats.dev}:${stats.ino}`
}

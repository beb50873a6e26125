/** Data to be hashed, from a file, a pipe or standard input, in memory that does not grow. */

import { closeSync, constants, fstatSync, openSync, read, readSync, statSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { OpenPGPError, isOpenPGPError } from '../errors.ts'
import { type IdleOptions, abortError, streamChunks } from './idle.ts'

export interface DataOptions extends IdleOptions {
  /** What the file is, for messages: `certificate file`. */
  readonly what?: string
}

const chunkOctets = 1024 * 1024
const bigint = { bigint: true } as const
/** Octets of a file that is read at once: less time than to start the threads that read for us. */
const smallOctets = 65_536
const readAside = promisify(read) as (
  fd: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: null,
) => Promise<{ bytesRead: number }>
/** To open, to look at or to read a little of a file takes less time than to have a thread do it. */
async function fill(fd: number, buffer: Uint8Array): Promise<number> {
  const { length } = buffer
  if (length <= smallOctets) return readSync(fd, buffer, 0, length, null)
  return (await readAside(fd, buffer, 0, length, null)).bytesRead
}

function readError(error: unknown, name: string): OpenPGPError {
  if (isOpenPGPError(error)) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new OpenPGPError('input-missing', `${name} does not exist`, { cause: error })
  }
  return new OpenPGPError('input-unreadable', `${name} cannot be read: ${code ?? message}`, {
    cause: error,
  })
}

function changed(name: string): OpenPGPError {
  return new OpenPGPError('input-changed', `${name} changed while it was read`, {
    hint: 'run again when nothing writes to it any more',
  })
}

/** Reads ahead into the one buffer while the consumer has the other; from where `fd` stands. */
async function* descriptorChunks(
  fd: number,
  size: number | undefined,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const length = size ? Math.min(size, chunkOctets) : chunkOctets
  let current = new Uint8Array(length)
  let other: Uint8Array<ArrayBuffer> | undefined
  let pending = fill(fd, current)
  try {
    for (let total = 0; ;) {
      const bytesRead = await pending
      if (signal?.aborted) throw abortError(signal, name)
      if (bytesRead === 0) return
      total += bytesRead
      if (size && total > size) throw changed(name)
      const chunk = current.subarray(0, bytesRead)
      if (total === size) return yield chunk
      const next = other ?? new Uint8Array(length)
      pending = fill(fd, next)
      pending.catch(() => undefined) // it is awaited later, after the consumer came back
      yield chunk
      ;[current, other] = [next, current]
    }
  } finally {
    await pending.catch(() => undefined) // the buffers and `fd` are in use until then
  }
}

/** A regular file: its size, its time and which file it is must be the same before and after. */
async function* fileChunks(
  fd: number,
  before: BigIntStats,
  path: string | undefined,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* descriptorChunks(fd, Number(before.size), name, signal)
  const after = lookAgain(path ?? fd)
  const same = (['size', 'mtimeNs', 'ino', 'dev'] as const).every(
    (field) => after?.[field] === before[field],
  )
  if (!same) throw changed(name)
}

/** By its name where it has one: another file may have taken that. */
function lookAgain(file: string | number): BigIntStats | undefined {
  try {
    return typeof file === 'string' ? statSync(file, bigint) : fstatSync(file, bigint)
  } catch {
    return undefined
  }
}

/** A stream over what may keep its reader waiting: a FIFO or a terminal. */
async function waitingStream(fd: number, stats: BigIntStats): Promise<Readable | undefined> {
  if (stats.isFIFO()) {
    const { Socket } = await import('node:net')
    return new Socket({ fd, readable: true, writable: false })
  }
  if (!stats.isCharacterDevice()) return undefined
  const { isatty, ReadStream } = await import('node:tty')
  return isatty(fd) ? new ReadStream(fd) : undefined
}

/**
 * The octets of a file, a FIFO or a device, opened when they are first asked for.
 *
 * **A chunk is valid only until the next one is asked for**: two buffers of 1 MiB take turns, and
 * the next read is under way while the consumer hashes. A regular file is looked at before and
 * after; what keeps its size and modification time is not noticed. Nothing that may fall silent
 * is waited for longer than `idleTimeoutMs`. Codes: `input-missing` (also for a directory),
 * `input-unreadable`, `input-changed`, `aborted`.
 */
export async function* openData(
  path: string,
  options: DataOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const { what = 'file', signal } = options
  const name = `the ${what} ${path}`
  // Without O_NONBLOCK, opening a FIFO that nobody writes to would hold a thread for ever.
  const flags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0)
  let fd: number | undefined
  try {
    if (signal?.aborted) throw abortError(signal, name)
    fd = openSync(path, flags)
    const before = fstatSync(fd, bigint)
    if (before.isDirectory()) {
      throw new OpenPGPError('input-missing', `${name} is a directory`)
    }
    if (before.isFile()) {
      yield* fileChunks(fd, before, path, name, signal)
      return
    }
    const stream = await waitingStream(fd, before)
    if (stream) {
      fd = undefined // the stream closes it
      yield* streamChunks(stream, name, options)
    } else {
      yield* descriptorChunks(fd, undefined, name, signal)
    }
  } catch (error) {
    throw readError(error, name)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/**
 * Standard input, under the rules of `openData`; a chunk is valid only until the next one is
 * asked for. When nothing arrives for `idleTimeoutMs` it fails with `input-unreadable`, and no
 * handle is left that would keep the process alive.
 */
export async function* stdinData(
  options: IdleOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const name = 'standard input'
  try {
    const before = fstatSync(0, bigint)
    if (before.isDirectory()) throw new OpenPGPError('input-missing', `${name} is a directory`)
    if (before.isFile()) yield* fileChunks(0, before, undefined, name, options.signal)
    else yield* streamChunks(process.stdin, name, options)
  } catch (error) {
    throw readError(error, name)
  }
}

/** Pipes, terminals and standard input: streams that may fall silent and are not waited for. */

import type { Readable } from 'node:stream'
import { OpenPGPError, isOpenPGPError } from '../errors.ts'

export interface IdleOptions {
  /** Milliseconds without an octet after which reading fails; 30 s when not given. */
  readonly idleTimeoutMs?: number
  /** Ends the reading with code `aborted`, or with its reason when that is an OpenPGPError. */
  readonly signal?: AbortSignal
}

const defaultIdleTimeoutMs = 30_000

/** The error that an aborted signal stands for. */
export function abortError(signal: AbortSignal, name: string): OpenPGPError {
  const reason: unknown = signal.reason
  if (isOpenPGPError(reason)) return reason
  return new OpenPGPError('aborted', `reading ${name} was ended`, { cause: reason })
}

/** Settles as `work` does, unless the deadline or the signal comes first. */
async function within<Value>(
  work: Promise<Value>,
  name: string,
  { idleTimeoutMs = defaultIdleTimeoutMs, signal }: IdleOptions,
): Promise<Value> {
  let settle: () => void = () => undefined
  try {
    const ended = new Promise<never>((_, reject) => {
      const silent = (): void => {
        reject(
          new OpenPGPError(
            'input-unreadable',
            `${name} sent nothing for ${idleTimeoutMs / 1000} s`,
            {
              hint: 'give it data, or raise --timeout',
            },
          ),
        )
      }
      const aborted = (): void => {
        if (signal) reject(abortError(signal, name))
      }
      const timer = setTimeout(silent, idleTimeoutMs)
      signal?.addEventListener('abort', aborted)
      if (signal?.aborted) aborted()
      settle = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', aborted)
      }
    })
    return await Promise.race([work, ended])
  } finally {
    settle()
  }
}

/**
 * The chunks of a stream, each waited for no longer than the deadline; the time that the consumer
 * takes does not count. The stream is destroyed at the end, so that no handle is left behind.
 */
export async function* streamChunks(
  stream: Readable,
  name: string,
  options: IdleOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  try {
    for (;;) {
      const next = await within(chunks.next(), name, options)
      if (next.done === true) return
      yield next.value
    }
  } catch (error) {
    if (isOpenPGPError(error)) throw error
    throw new OpenPGPError('input-unreadable', `${name} cannot be read`, { cause: error })
  } finally {
    stream.on('error', () => undefined)
    stream.destroy()
  }
}

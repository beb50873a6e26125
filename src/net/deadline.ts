/** Calls that end: by their answer, by the caller's signal, or by a deadline. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'

/** The error of an aborted signal: the reason where it is ours, `aborted` otherwise. */
export function abortError(signal: AbortSignal, id: string): OpenPGPError {
  const reason: unknown = signal.reason
  if (isOpenPGPError(reason)) return reason
  return new OpenPGPError('aborted', `${id}: the caller ended the operation`, { cause: reason })
}

/** The outcome of `work`, or the signal's error as soon as it aborts; `work` itself goes on. */
export async function untilAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
  id: string,
): Promise<Result> {
  if (signal === undefined) return work
  let end = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    end = () => reject(abortError(signal, id))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end)
  })
  try {
    return await Promise.race([aborted, work])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

export interface Deadline {
  /** Names in the error who was asked. */
  readonly id: string
  readonly milliseconds: number
  /** Of the error when they have passed; `signer-timeout` unless said otherwise. */
  readonly code?: ErrorCode
  /** The caller's own signal. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes a call that gets `milliseconds` altogether, its retries included, and is told by a signal
 * when they are over. Nothing of it is left when the promise settles: no timer, no listener.
 *
 * Errors: those of the call; `code`; `aborted`.
 */
export async function withDeadline<Result>(
  deadline: Deadline,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { id, milliseconds, signal: caller } = deadline
  const { code = 'signer-timeout' } = deadline
  const own = new AbortController()
  const forward = (): void => own.abort(caller?.reason)
  const timer = setTimeout(() => own.abort(timeout(code, id, milliseconds)), milliseconds)
  caller?.addEventListener('abort', forward)
  if (caller?.aborted === true) forward()
  try {
    if (own.signal.aborted) throw abortError(own.signal, id)
    return await untilAborted(call(own.signal), own.signal, id)
  } catch (thrown) {
    // The call may have noticed the abort first, and says so in its own words.
    throw own.signal.aborted ? abortError(own.signal, id) : thrown
  } finally {
    clearTimeout(timer)
    caller?.removeEventListener('abort', forward)
  }
}

function timeout(code: ErrorCode, id: string, milliseconds: number): OpenPGPError {
  return new OpenPGPError(code, `${id} did not answer within ${milliseconds / 1000} s`, {
    hint: 'see whether the service can be reached from here, or allow more time',
  })
}

/** `usage` unless it is a count, of milliseconds or of tries, that a timer can take. */
export function requireCount(name: string, value: number): void {
  // A timer of JavaScript takes no more milliseconds; it would go off at once.
  if (Number.isSafeInteger(value) && value > 0 && value < 2 ** 31) return
  throw new OpenPGPError('usage', `${name} has to be a whole number above 0 and below 2^31`)
}

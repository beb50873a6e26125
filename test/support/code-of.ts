/** The code that something throws or rejects with; a foreign error is thrown on. */

import { isOpenPGPError, type ErrorCode, type OpenPGPError } from '../../src/errors.ts'

/** The error that a function throws. */
export function errorOf(run: () => unknown): OpenPGPError {
  try {
    run()
  } catch (error) {
    if (isOpenPGPError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

export function codeOf(run: () => unknown): ErrorCode {
  return errorOf(run).code
}

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<OpenPGPError> {
  try {
    await promise
  } catch (error) {
    if (isOpenPGPError(error)) return error
    throw error
  }
  throw new Error('the promise did not reject')
}

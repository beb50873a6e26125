/** What helps whoever verifies, where the verdict itself does not say. */

import { OpenPGPError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'

const verifyRemedies: Readonly<Partial<Record<ErrorCode, string>>> = {
  'signature-bad': 'the file or the signature was changed, or they do not belong together',
  'signer-unknown': 'if you trust that key, give its certificate with --cert',
  'time-invalid': 'see whether the clock of this machine is right',
  'certificate-revoked': 'do not use the file: its signer withdrew the key',
  'certificate-expired': 'get the current certificate: its owner may have extended it',
}

/** What helps; of a time that was asked for, the clock is not to blame. */
export function verifyRemedy(code: ErrorCode, at: string | undefined): string | undefined {
  return code === 'time-invalid' && at !== undefined
    ? 'see whether the time of --at is right'
    : verifyRemedies[code]
}

/** The same error, with what helps where it does not say so itself. */
export function withRemedy(error: OpenPGPError, at: string | undefined): OpenPGPError {
  const hint = error.hint ?? verifyRemedy(error.code, at)
  if (hint === undefined) return error
  return new OpenPGPError(error.code, error.message, { hint, cause: error })
}

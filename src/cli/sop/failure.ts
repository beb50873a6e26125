/** The failures of the Stateless OpenPGP interface, draft-dkg-openpgp-stateless-cli, by name. */

import { OpenPGPError } from '../../errors.ts'
import type { ErrorCode, ErrorDetails } from '../../errors.ts'

/** One row per failure: its exit status. Those that only encryption or hardware can have are left out. */
export const failures = {
  'unspecified-failure': 1,
  'no-signature': 3,
  'unsupported-asymmetric-algo': 13,
  'missing-arg': 19,
  'unsupported-option': 37,
  'bad-data': 41,
  'expected-text': 53,
  'output-exists': 59,
  'missing-input': 61,
  'key-is-protected': 67,
  'unsupported-subcommand': 69,
  'unsupported-special-prefix': 71,
  'ambiguous-input': 73,
  'key-cannot-sign': 79,
  'incompatible-options': 83,
  'unsupported-profile': 89,
} as const

export type FailureName = keyof typeof failures

/** An error that has its own place in the interface's table. */
export class SopFailure extends OpenPGPError {
  readonly failure: FailureName

  constructor(failure: FailureName, message: string, details: ErrorDetails = {}) {
    super(codeOf(failure), message, details)
    this.failure = failure
  }
}

/** What the engine throws, as this interface names it. */
const failureOf: Readonly<Record<ErrorCode, FailureName>> = {
  usage: 'unspecified-failure',
  malformed: 'bad-data',
  unsupported: 'bad-data',
  limit: 'bad-data',
  'input-missing': 'missing-input',
  'input-unreadable': 'missing-input',
  'input-changed': 'unspecified-failure',
  'output-exists': 'output-exists',
  'output-is-input': 'output-exists',
  'output-failed': 'unspecified-failure',
  'certificate-missing': 'bad-data',
  'certificate-invalid': 'key-cannot-sign',
  'certificate-faulty': 'unspecified-failure',
  'certificate-expired': 'key-cannot-sign',
  'certificate-revoked': 'key-cannot-sign',
  'revocation-disarmed': 'bad-data',
  'time-invalid': 'key-cannot-sign',
  'user-id-missing': 'unspecified-failure',
  'key-weak': 'key-cannot-sign',
  'key-mismatch': 'key-cannot-sign',
  'key-missing': 'key-cannot-sign',
  'key-unusable': 'key-cannot-sign',
  'key-secret': 'bad-data',
  'passphrase-missing': 'key-is-protected',
  'passphrase-wrong': 'key-is-protected',
  'package-missing': 'unspecified-failure',
  'signer-denied': 'key-cannot-sign',
  'signer-unavailable': 'key-cannot-sign',
  'signer-timeout': 'key-cannot-sign',
  'signer-answer': 'key-cannot-sign',
  'signature-missing': 'no-signature',
  'signature-bad': 'no-signature',
  'signature-weak': 'no-signature',
  'signer-unknown': 'no-signature',
  'release-files': 'unspecified-failure',
  'release-other': 'unspecified-failure',
  'release-old': 'unspecified-failure',
  'directory-unavailable': 'unspecified-failure',
  'directory-missing': 'unspecified-failure',
  'directory-answer': 'unspecified-failure',
  'directory-faulty': 'unspecified-failure',
  'plan-missing': 'unspecified-failure',
  'plan-untrusted': 'unspecified-failure',
  'rotation-refused': 'unspecified-failure',
  aborted: 'unspecified-failure',
}

/** The name of what was thrown. */
export function nameOfFailure(error: OpenPGPError): FailureName {
  return error instanceof SopFailure ? error.failure : failureOf[error.code]
}

/** The engine's nearest code, for whoever knows only that. */
function codeOf(failure: FailureName): ErrorCode {
  switch (failure) {
    case 'no-signature':
      return 'signature-missing'
    case 'bad-data':
    case 'expected-text':
      return 'malformed'
    case 'output-exists':
      return 'output-exists'
    case 'missing-input':
      return 'input-missing'
    case 'key-is-protected':
      return 'passphrase-missing'
    case 'key-cannot-sign':
      return 'key-unusable'
    case 'unsupported-asymmetric-algo':
    case 'unsupported-option':
    case 'unsupported-profile':
    case 'unsupported-special-prefix':
    case 'unsupported-subcommand':
      return 'unsupported'
    case 'ambiguous-input':
    case 'incompatible-options':
    case 'missing-arg':
    case 'unspecified-failure':
      return 'usage'
  }
}

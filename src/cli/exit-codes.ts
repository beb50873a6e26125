/** The exit status of each error code; docs/exit-codes.md is this table. */

import type { ErrorCode } from '../errors.ts'

/** 1 is kept for an error of Longhand's own, 126 and above mean other things to a shell. */
export const exitStatuses: Readonly<Record<ErrorCode, number>> = {
  usage: 2,
  malformed: 3,
  unsupported: 4,
  limit: 5,
  'input-missing': 10,
  'input-unreadable': 11,
  'input-changed': 12,
  'output-exists': 13,
  'output-is-input': 14,
  'output-failed': 15,
  'certificate-missing': 20,
  'certificate-invalid': 21,
  'certificate-expired': 22,
  'certificate-revoked': 23,
  'time-invalid': 24,
  'user-id-missing': 25,
  'certificate-faulty': 26,
  'revocation-disarmed': 27,
  'key-weak': 30,
  'key-mismatch': 31,
  'key-missing': 32,
  'key-unusable': 33,
  'key-secret': 34,
  'passphrase-missing': 35,
  'passphrase-wrong': 36,
  'package-missing': 37,
  'signer-denied': 40,
  'signer-unavailable': 41,
  'signer-timeout': 42,
  'signer-answer': 43,
  'signature-missing': 50,
  'signature-bad': 51,
  'signature-weak': 52,
  'signer-unknown': 53,
  aborted: 60,
  'directory-unavailable': 70,
  'directory-missing': 71,
  'directory-answer': 72,
  'directory-faulty': 73,
  'plan-missing': 80,
  'plan-untrusted': 81,
  'rotation-refused': 82,
}

/** An error that is Longhand's own fault. */
export const internalError = 1

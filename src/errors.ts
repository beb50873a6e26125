/** The one error class, and the closed set of its codes. */

/** One row per code: what it says of the world. The CLI's exit statuses hang on these. */
export const errorCodes = {
  usage: 'the command line or a call has an argument that cannot be used',
  malformed: 'octets that are not what the format prescribes',
  unsupported: 'a version, algorithm or form that is recognised and not supported',
  limit: 'the input exceeds a bound of src/limits.ts',
  'input-missing': 'a file to read does not exist or is not a file',
  'input-unreadable': 'a file exists and cannot be read',
  'input-changed': 'a file changed while it was read',
  'output-exists': 'the output exists already and nothing said to replace it',
  'output-is-input': 'the output is an input, a key, or a link to one',
  'output-failed': 'the output could not be written',
  'certificate-missing': 'a certificate is needed and the file holds none',
  'certificate-invalid': 'the certificate has no valid self-signature or the key may not do this',
  'certificate-expired': 'the certificate or its key had expired at that time',
  'certificate-revoked': 'the certificate or its key is revoked',
  'certificate-faulty': 'keys lint found an error in a certificate',
  'revocation-disarmed': 'a revocation that was made ahead of need and is not in force',
  'time-invalid': 'a time before the key, in the future, or outside of what OpenPGP can write',
  'key-weak': 'the key is too short or its algorithm too weak',
  'key-mismatch': 'the signing key is not the key of the certificate',
  'key-missing': 'the signing service does not know the key',
  'key-unusable': 'the signing key exists and cannot sign: disabled, wrong use, wrong type',
  'key-secret': 'a secret stands where only a name may stand',
  'passphrase-missing': 'the key is encrypted and no passphrase was given',
  'passphrase-wrong': 'the passphrase does not open the key',
  'signer-denied': 'the signing service refused: no or insufficient credentials',
  'signer-unavailable': 'the signing service could not be reached or failed',
  'signer-timeout': 'the deadline passed without an answer',
  'signer-answer': 'the signing service answered with something that is not the signature',
  'package-missing': 'an optional package is needed and not installed',
  'signature-missing': 'a signature is needed and there is none',
  'signature-bad': 'the signature does not fit the data, or is not one over data',
  'signature-weak': 'the signature uses an algorithm that is no longer trusted',
  'signer-unknown': 'no given certificate holds the key that signed',
  'user-id-missing': 'the certificate has no valid User ID for that address',
  'release-files': 'files of a release are missing, changed, or not in its manifest',
  'release-other': 'a release of another product, or one that does not say of which',
  'release-old': 'a release of an older version, or signed longer ago, than was asked for',
  'directory-unavailable': 'the Web Key Directory could not be reached or failed',
  'directory-missing': 'the Web Key Directory has nothing for that address',
  'directory-answer': 'the Web Key Directory answered with something that is no certificate',
  'directory-faulty': 'wkd check found an error in a Web Key Directory',
  'plan-missing': 'a plan is needed and there is none',
  'plan-untrusted': 'the plan asks for what is done only where it is trusted',
  'rotation-refused': 'the step would leave clients behind, or is not the next one',
  aborted: 'the caller ended the operation',
} as const

export type ErrorCode = keyof typeof errorCodes

export interface ErrorDetails {
  /** The remedy, as one line. */
  hint?: string
  cause?: unknown
}

/** Every error that Longhand throws on purpose. The message is one line that names the thing. */
export class OpenPGPError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'OpenPGPError'
  readonly code: Code
  readonly hint: string | undefined

  constructor(code: Code, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.hint = details.hint
  }
}

/**
 * Whether an unknown thrown value is ours, optionally of one code. By its name: longhand-sign has a
 * class of its own, and the signers that it loads have another.
 */
export function isOpenPGPError<Code extends ErrorCode = ErrorCode>(
  value: unknown,
  code?: Code,
): value is OpenPGPError<Code> {
  return (
    value instanceof Error &&
    value.name === 'OpenPGPError' &&
    (code === undefined || (value as { readonly code?: unknown }).code === code)
  )
}

/** What AWS KMS refuses and what the AWS SDK throws, in our words. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { foreignText } from './foreign.ts'

/** The KMS actions that the signer calls; a key policy names them with `kms:` in front. */
export type KmsAction = 'Sign' | 'GetPublicKey' | 'DescribeKey'

/** Codes by the error's name as the service or the SDK gives it. */
const byName: Readonly<Record<string, ErrorCode>> = {
  NotFoundException: 'key-missing',
  DisabledException: 'key-unusable',
  KMSInvalidStateException: 'key-unusable',
  InvalidKeyUsageException: 'key-unusable',
  UnsupportedOperationException: 'key-unusable',
  InvalidArnException: 'usage',
  ValidationException: 'usage',
  AccessDenied: 'signer-denied',
  AccessDeniedException: 'signer-denied',
  CredentialsProviderError: 'signer-denied',
  // What is read from files here is where credentials are, as the token of a web identity.
  EACCES: 'signer-denied',
  ENOENT: 'signer-denied',
  ExpiredToken: 'signer-denied',
  ExpiredTokenException: 'signer-denied',
  IDPRejectedClaim: 'signer-denied',
  IncompleteSignature: 'signer-denied',
  IncompleteSignatureException: 'signer-denied',
  InvalidClientTokenId: 'signer-denied',
  InvalidIdentityToken: 'signer-denied',
  InvalidSignatureException: 'signer-denied',
  MissingAuthenticationToken: 'signer-denied',
  MissingAuthenticationTokenException: 'signer-denied',
  NotAuthorized: 'signer-denied',
  OptInRequired: 'signer-denied',
  SignatureDoesNotMatch: 'signer-denied',
  TokenProviderError: 'signer-denied',
  UnrecognizedClientException: 'signer-denied',
}

interface Thrown {
  readonly name: string
  readonly message: string
  readonly status: number | undefined
}

/** The error for what a call threw; `id` names the signer. Our own errors pass through. */
export function kmsError(thrown: unknown, action: KmsAction, id: string): OpenPGPError {
  if (isOpenPGPError(thrown)) return thrown
  const error = describe(thrown)
  if (/^Region is missing|^Region not accepted: region=""/.test(error.message)) {
    return new OpenPGPError('usage', `${id}: no AWS region is known`, {
      hint: 'add ?region=REGION to the key, or set AWS_REGION',
    })
  }
  const code = codeOf(error)
  // Of a wrong request signature the service repeats the signed headers: a session token is there.
  const repeats = /signature/i.test(error.name)
  const text = repeats ? '' : foreignText(error.message)
  // A system error's message begins with its code.
  const name = text.startsWith(`${error.name}: `) ? '' : foreignText(error.name)
  const said = [name, text].filter((part) => part !== '').join(': ')
  const what = hasNone.test(error.name)
    ? 'no AWS credentials could be had'
    : (sentence[code] ?? 'AWS KMS failed')
  return new OpenPGPError(code, `${id}: ${what} (${said})`, {
    ...hint(code, error.name, action),
    ...(repeats ? {} : { cause: thrown }),
  })
}

/** Nobody was asked, and so nobody refused. */
const hasNone = /^(?:CredentialsProviderError|TokenProviderError|EACCES|ENOENT)$/

const sentence: Partial<Record<ErrorCode, string>> = {
  'key-missing': 'AWS KMS does not know this key',
  'key-unusable': 'the key cannot sign this',
  'signer-denied': 'AWS refused',
  usage: 'AWS KMS does not take the request',
}

function codeOf({ name, status }: Thrown): ErrorCode {
  const known = Object.hasOwn(byName, name) ? byName[name] : undefined
  if (known !== undefined) return known
  return status === 401 || status === 403 ? 'signer-denied' : 'signer-unavailable'
}

function hint(
  code: ErrorCode,
  name: string,
  action: KmsAction,
): { hint: string } | Record<string, never> {
  switch (code) {
    case 'key-missing':
      return { hint: 'check the key id or alias, the region and the account' }
    case 'key-unusable':
      return { hint: unusable[name] ?? 'the key has to be an asymmetric one for SIGN_VERIFY' }
    case 'signer-denied':
      return { hint: `the AWS credentials have to be valid and to allow kms:${action} on this key` }
    case 'signer-unavailable':
      return { hint: 'nothing was signed; try again later' }
    default:
      return {}
  }
}

const unusable: Readonly<Record<string, string>> = {
  DisabledException: 'enable it: aws kms enable-key --key-id KEY',
  KMSInvalidStateException:
    'see its state by aws kms describe-key; aws kms cancel-key-deletion keeps a key that is to go',
  InvalidKeyUsageException:
    'the key has to be for SIGN_VERIFY, and of the kind that the certificate was minted for',
}

function describe(thrown: unknown): Thrown {
  if (!(thrown instanceof Error)) return { name: 'Error', message: '', status: undefined }
  const { name, message, cause, code, $metadata } = thrown as Error & {
    readonly code?: unknown
    readonly $metadata?: { readonly httpStatusCode?: number }
  }
  // A fetch that failed says why in its cause.
  if (name === 'TypeError' && cause instanceof Error) return describe(cause)
  // A system error's name says nothing, its code (ECONNREFUSED) does.
  const telling = name === 'Error' || name === 'AggregateError'
  return {
    name: telling && typeof code === 'string' ? code : name,
    message,
    status: $metadata?.httpStatusCode,
  }
}

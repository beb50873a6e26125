/** What a PKCS#11 module answers when it does not do what it was asked, in our words. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { foreignText } from './foreign.ts'

interface Meaning {
  readonly code: ErrorCode
  readonly says: string
  readonly hint?: string
}

const nothingSigned = 'nothing was signed; try again later'

const wrongPin: Meaning = {
  code: 'signer-denied',
  says: 'the PIN is wrong',
  hint: 'it is not tried again here, for a token locks itself after a few; correct it first',
}
const noKey: Meaning = {
  code: 'key-missing',
  says: 'the key is no longer in the token',
  hint: 'see which keys it has: pkcs11-tool --module MODULE --login --list-objects',
}
const gone: Meaning = {
  code: 'signer-unavailable',
  says: 'the token is not there',
  hint: 'see whether it is plugged in, or its service runs, and try again',
}
const cannotSign: Meaning = {
  code: 'key-unusable',
  says: 'the key or its token cannot make this kind of signature',
  hint: 'RSA keys need CKM_RSA_PKCS, curves CKM_ECDSA or CKM_EDDSA, and the key CKA_SIGN',
}
const sessionLost: Meaning = {
  code: 'signer-unavailable',
  says: 'the session with the token ended',
  hint: nothingSigned,
}

/** By the name of the CK_RV. */
const meanings: Readonly<Record<string, Meaning>> = {
  CKR_PIN_INCORRECT: wrongPin,
  CKR_PIN_INVALID: wrongPin,
  CKR_PIN_LEN_RANGE: wrongPin,
  CKR_PIN_LOCKED: {
    code: 'signer-denied',
    says: "the token's PIN is locked",
    hint: 'its security officer has to set a new one: pkcs11-tool --module MODULE --init-pin',
  },
  CKR_PIN_EXPIRED: {
    code: 'signer-denied',
    says: 'the PIN has expired',
    hint: 'change it: pkcs11-tool --module MODULE --change-pin',
  },
  CKR_USER_PIN_NOT_INITIALIZED: {
    code: 'signer-denied',
    says: 'the token has no PIN yet',
    hint: 'its security officer has to set one: pkcs11-tool --module MODULE --init-pin',
  },
  CKR_USER_NOT_LOGGED_IN: { code: 'signer-denied', says: 'the token wants a login' },
  CKR_USER_ANOTHER_ALREADY_LOGGED_IN: {
    code: 'signer-denied',
    says: 'the security officer is logged in to the token',
  },
  CKR_KEY_HANDLE_INVALID: noKey,
  CKR_OBJECT_HANDLE_INVALID: noKey,
  CKR_TOKEN_NOT_PRESENT: gone,
  CKR_TOKEN_NOT_RECOGNIZED: gone,
  CKR_DEVICE_REMOVED: gone,
  CKR_SLOT_ID_INVALID: gone,
  CKR_KEY_FUNCTION_NOT_PERMITTED: cannotSign,
  CKR_KEY_TYPE_INCONSISTENT: cannotSign,
  CKR_KEY_SIZE_RANGE: cannotSign,
  CKR_MECHANISM_INVALID: cannotSign,
  CKR_MECHANISM_PARAM_INVALID: cannotSign,
  CKR_DATA_LEN_RANGE: { code: 'usage', says: 'the key does not sign a digest of this length' },
  CKR_BUFFER_TOO_SMALL: {
    code: 'signer-answer',
    says: 'the signature is longer than any of this key can be',
  },
  CKR_SESSION_COUNT: {
    code: 'signer-unavailable',
    says: 'the token has no free session',
    hint: 'other programs hold them; ask for fewer at a time',
  },
  CKR_SESSION_HANDLE_INVALID: sessionLost,
  CKR_SESSION_CLOSED: sessionLost,
  CKR_CRYPTOKI_NOT_INITIALIZED: sessionLost,
  CKR_CANT_LOCK: {
    code: 'unsupported',
    says: 'the module cannot be used by more than one thread',
  },
}

/** After these a session is of no use, and a new one may do: nothing was signed by the old. */
const endings: readonly string[] = [
  'CKR_SESSION_HANDLE_INVALID',
  'CKR_SESSION_CLOSED',
  'CKR_CRYPTOKI_NOT_INITIALIZED',
  'CKR_USER_NOT_LOGGED_IN',
  'CKR_DEVICE_REMOVED',
  'CKR_TOKEN_NOT_PRESENT',
  'CKR_KEY_HANDLE_INVALID',
  'CKR_OBJECT_HANDLE_INVALID',
  'CKR_OPERATION_ACTIVE',
]

/** The name of the CK_RV that was thrown, as `CKR_…`; undefined for what is none. */
export function returnValue(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || isOpenPGPError(thrown)) return undefined
  // Some calls of the package throw `NAME:NUMBER` where others have taken it apart.
  const [, name, number] = /\b(CKR_[A-Z0-9_]+)(?::(\d+))?/.exec(thrown.message) ?? []
  if (name !== 'CKR_VENDOR_DEFINED') return name
  const value = number ?? ('code' in thrown ? thrown.code : undefined)
  return `${name} 0x${Number(value).toString(16)}`
}

/** Whether one new session is worth a try. */
export function endsSession(thrown: unknown): boolean {
  return endings.includes(returnValue(thrown) ?? '')
}

/** The error for what a call to the module threw; our own errors pass through. */
export function pkcs11Error(thrown: unknown, id: string): OpenPGPError {
  if (isOpenPGPError(thrown)) return thrown
  const name = returnValue(thrown)
  const known = name !== undefined && Object.hasOwn(meanings, name) ? meanings[name] : undefined
  const fallback: Meaning = {
    code: 'signer-unavailable',
    says: 'the PKCS#11 module failed',
    hint: nothingSigned,
  }
  const { code, says, hint } = known ?? fallback
  const said = name ?? foreignText(thrown instanceof Error ? thrown.message : '')
  return new OpenPGPError(code, `${id}: ${says} (${said})`, {
    ...(hint === undefined ? {} : { hint }),
    cause: thrown,
  })
}

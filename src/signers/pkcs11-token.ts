/** Which slot holds the token that is meant, and the login to it. */

import type { Handle, PKCS11, TokenInfo } from 'pkcs11js'
import { OpenPGPError } from '../errors.ts'
import { foreignText } from './foreign.ts'
import { flag, loggedIn, readUlong, user } from './pkcs11-constants.ts'
import { pkcs11Error, returnValue } from './pkcs11-errors.ts'
import type { Pkcs11Module } from './pkcs11-registry.ts'
import type { TokenName } from './pkcs11-names.ts'

export interface Token {
  readonly slot: Handle
  readonly label: string
  readonly serial: string
  readonly flags: number
  /** Sessions that it allows; undefined where it does not say. */
  readonly sessions: number | undefined
}

/** How many of what there is are named in a message. */
const shown = 8

/** The one token that is meant. Errors: `key-missing`, `usage` where there are several. */
export function findToken(pkcs11: PKCS11, name: TokenName, id: string): Token {
  const all = pkcs11.C_GetSlotList(true).flatMap((slot) => readToken(pkcs11, slot) ?? [])
  const [token, ...others] = all.filter(
    ({ slot, info }) =>
      (name.slot === undefined || name.slot === readUlong(slot)) &&
      (name.label === undefined || name.label === text(info.label)) &&
      (name.manufacturer === undefined || name.manufacturer === text(info.manufacturerID)) &&
      (name.serial === undefined || name.serial === text(info.serialNumber)) &&
      (name.model === undefined || name.model === text(info.model)),
  )
  const list = (some: typeof all): string => {
    const names = some.map(
      ({ info }) =>
        `"${foreignText(text(info.label))}" (serial ${foreignText(text(info.serialNumber))})`,
    )
    return listed(names)
  }
  if (token === undefined) {
    throw new OpenPGPError('key-missing', `${id}: there is no such token`, {
      hint: all.length === 0 ? 'the module sees no token at all' : `there are ${list(all)}`,
    })
  }
  if (others.length > 0) {
    throw new OpenPGPError('usage', `${id}: more than one token fits`, {
      hint: `add token= or serial=; there are ${list([token, ...others])}`,
    })
  }
  const { slot, info } = token
  // 0 is CK_EFFECTIVELY_INFINITE, all ones CK_UNAVAILABLE_INFORMATION.
  const limit = info.maxSessionCount
  return {
    slot,
    label: text(info.label),
    serial: text(info.serialNumber),
    flags: info.flags,
    sessions: limit > 0 && limit < 0xffff_ffff ? limit : undefined,
  }
}

/** At most eight names of many. */
export function listed(names: readonly string[]): string {
  const more = names.length - shown
  return [...names].sort().slice(0, shown).join(', ') + (more > 0 ? `, and ${more} more` : '')
}

/** An initialized token; undefined for a slot whose token cannot be read. */
function readToken(pkcs11: PKCS11, slot: Handle): { slot: Handle; info: TokenInfo } | undefined {
  try {
    const info = pkcs11.C_GetTokenInfo(slot)
    return (info.flags & flag.tokenInitialized) === 0 ? undefined : { slot, info }
  } catch {
    return undefined
  }
}

/** A fixed field: blanks at its end are padding. */
function text(field: string): string {
  return field.replace(/[\0 ]+$/, '')
}

export interface Login {
  readonly token: Token
  readonly pin: string | undefined
}

/** Logs in, unless the process has done so already: a login holds for all its sessions. */
export function logIn(module: Pkcs11Module, session: Handle, login: Login, id: string): void {
  if ((login.token.flags & flag.loginRequired) === 0) return
  if (loggedIn.includes(module.pkcs11.C_GetSessionInfo(session).state)) return
  tryPin(module, session, { ...login, who: user.normal }, id)
}

/**
 * C_Login, for the token or for the signature that was begun. A PIN that the token has refused is
 * not tried again, and none is when the token would lock itself after it.
 */
export function tryPin(
  { pkcs11, refused }: Pkcs11Module,
  session: Handle,
  { token, pin, who }: Login & { readonly who: number },
  id: string,
): void {
  const denied = (says: string, hint: string): OpenPGPError =>
    new OpenPGPError('signer-denied', `${id}: ${says}`, { hint })
  if (pin === undefined) {
    throw denied(
      'the token wants a PIN',
      'name its file by pin-source=, or set LONGHAND_PKCS11_PIN',
    )
  }
  if ((token.flags & flag.userPinLocked) !== 0) {
    throw pkcs11Error(new Error('CKR_PIN_LOCKED'), id)
  }
  const attempt = `${token.serial}\0${token.label}\0${pin}`
  if (refused.has(attempt)) throw pkcs11Error(new Error('CKR_PIN_INCORRECT'), id)
  if ((token.flags & flag.userPinFinalTry) !== 0) {
    throw denied(
      'the token locks itself after one more wrong PIN, and so it is not tried',
      'log in once by hand to see that the PIN is right: pkcs11-tool --module MODULE --login --list-objects',
    )
  }
  try {
    pkcs11.C_Login(session, who, pin)
  } catch (thrown) {
    const name = returnValue(thrown) ?? ''
    if (name === 'CKR_USER_ALREADY_LOGGED_IN') return
    if (/^CKR_PIN_(?:INCORRECT|INVALID|LEN_RANGE)$/.test(name)) refused.add(attempt)
    throw pkcs11Error(thrown, id)
  }
}

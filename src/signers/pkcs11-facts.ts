/** What `longhand doctor` is told of a PKCS#11 module, its token and the key. */

import type { Handle, PKCS11 } from 'pkcs11js'
import type { SignerFact } from '../signature/signer.ts'
import { foreignText } from './foreign.ts'
import { flag, loggedIn } from './pkcs11-constants.ts'
import { keyProtection } from './pkcs11-key.ts'
import type { Token } from './pkcs11-token.ts'

/** Of a session that is open: no PIN is tried for it. */
export function pkcs11Facts(
  pkcs11: PKCS11,
  { session, key, token }: { session: Handle; key: Handle; token: Token },
): SignerFact[] {
  const { libraryDescription, manufacturerID, libraryVersion } = pkcs11.C_GetInfo()
  const { major, minor } = libraryVersion
  const by = foreignText(manufacturerID.trim())
  const isIn = loggedIn.includes(pkcs11.C_GetSessionInfo(session).state)
  const wants = (token.flags & flag.loginRequired) !== 0
  return [
    {
      name: 'module',
      value: `${foreignText(libraryDescription.trim())} ${major}.${minor} by ${by}`,
    },
    { name: 'token', value: `"${foreignText(token.label)}" (serial ${foreignText(token.serial)})` },
    {
      name: 'credentials',
      value: isIn ? 'the PIN of its user' : `none${wants ? '' : ', and none are wanted'}`,
    },
    ...keyProtection({ pkcs11, session }, key),
  ]
}

/** Signatures by a PKCS#11 module and nothing else: no login twice, no deadline, no check. */

import { PKCS11 } from 'pkcs11js'
import type { Handle } from 'pkcs11js'

export interface BareToken {
  /** A signature of an RSA key over a DigestInfo, in one of the sessions. */
  sign(digestInfo: Buffer): Promise<unknown>
  close(): void
}

/** CKF_SERIAL_SESSION, CKU_USER, CKA_CLASS, CKO_PRIVATE_KEY, CKM_RSA_PKCS. */
const [serial, user, classOf, privateKey, rsaPkcs] = [4, 1, 0, 3, 1]

export function openBareToken(module: string, pin: string, count: number): BareToken {
  const pkcs11 = new PKCS11()
  pkcs11.load(module)
  pkcs11.C_Initialize({ flags: 2 })
  const [slot] = pkcs11.C_GetSlotList(true)
  if (slot === undefined) throw new Error('there is no token')
  const sessions = Array.from({ length: count }, () => pkcs11.C_OpenSession(slot, serial))
  const [first] = sessions
  if (first === undefined) throw new Error('there is no session')
  pkcs11.C_Login(first, user, pin)
  pkcs11.C_FindObjectsInit(first, [{ type: classOf, value: privateKey }])
  const [key] = pkcs11.C_FindObjects(first, 1)
  pkcs11.C_FindObjectsFinal(first)
  if (key === undefined) throw new Error('there is no key')

  const idle = [...sessions]
  const waiting: ((session: Handle) => void)[] = []
  return {
    async sign(digestInfo) {
      const session = idle.pop() ?? (await new Promise<Handle>((resolve) => waiting.push(resolve)))
      pkcs11.C_SignInit(session, { mechanism: rsaPkcs }, key)
      const value = await pkcs11.C_SignAsync(session, digestInfo, Buffer.alloc(512))
      const next = waiting.shift()
      if (next) next(session)
      else idle.push(session)
      return value
    },
    close() {
      pkcs11.C_Finalize()
      pkcs11.close()
    },
  }
}

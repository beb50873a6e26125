/** The PKCS#11 modules of this process. */

import type { PKCS11 } from 'pkcs11js'

export interface Pkcs11Module {
  readonly pkcs11: PKCS11
  /** PINs that a token has refused, with the token: none is tried a second time. */
  readonly refused: Set<string>
  /** Calls in threads that have not come back. */
  calls: number
  /** Signers that have it open. */
  users: number
  /** Whether it was initialized here, and not by something else in the process. */
  ours: boolean
}

const registry = Symbol.for('longhand.pkcs11.modules')

/**
 * The modules of the process. C_Initialize and C_Login count by process, whatever loaded copies of
 * this file there are, so that what is known of them belongs to the process as well.
 */
export function modules(): Map<string, Pkcs11Module> {
  const world = globalThis as { [registry]?: Map<string, Pkcs11Module> }
  const known = world[registry] ?? new Map<string, Pkcs11Module>()
  world[registry] = known
  return known
}

/** Whether a call is in a thread still: then nothing but a signal ends the process before it comes back. */
export function pkcs11Hangs(): boolean {
  return [...modules().values()].some(({ calls }) => calls > 0)
}

/** The end of a command's process. */

import { pkcs11Hangs } from '../signers/pkcs11-registry.ts'
import { say } from './run.ts'
import type { Io } from './io.ts'

/**
 * Ends the process. What was said is written (see io.ts); to take the heap apart takes longer. Where
 * a thread is inside a PKCS#11 module that does not come back, not even process.exit does: a signal
 * ends it.
 */
export function endProcess(status: number, io: Io): void {
  if (!pkcs11Hangs()) process.exit(status)
  say(io, 'note', 'the PKCS#11 module does not come back; this process ends by SIGTERM')
  process.kill(process.pid, 'SIGTERM')
}

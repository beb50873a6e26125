/** The end of a command's process. */

import { pkcs11Hangs } from '../signers/pkcs11-registry.ts'

/**
 * Sets the exit status; the process ends when nothing is left to do. Where a thread is inside a
 * PKCS#11 module that does not come back, it never would, not even by process.exit: a signal ends it.
 */
export function endProcess(status: number): void {
  process.exitCode = status
  if (!pkcs11Hangs()) return
  process.stderr.write(
    'note: the PKCS#11 module does not come back; this process ends by SIGTERM\n',
  )
  process.kill(process.pid, 'SIGTERM')
}

/** Every other implementation that the tests ask. */

import { gpg } from './gpg.ts'
import { gpgv } from './gpgv.ts'
import { openpgpjs } from './openpgpjs.ts'
import { rnp } from './rnp.ts'
import { gosop, sqop } from './sop.ts'
import { sqv } from './sqv.ts'
import type { ForeignTool } from './tool.ts'

export { saidGood, withGpgHome, type GpgHome } from './gpg.ts'
export { inTemporary, run, writeFiles, type Ran, type RunOptions } from './run.ts'
export { dearmored, fingerprintsIn } from './tool.ts'
export type { CertificateOutcome, Detached, ForeignTool, Outcome } from './tool.ts'
export { gosop, gpg, gpgv, openpgpjs, rnp, sqop, sqv }

export const tools: readonly ForeignTool[] = [gpg, gpgv, sqv, sqop, rnp, gosop, openpgpjs]

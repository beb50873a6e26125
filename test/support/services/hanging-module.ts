/** SoftHSM behind a module of ours whose C_Sign hangs for as long as the test wants. */

import { rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { partPath } from '../parts.ts'
import { run } from '../tools/run.ts'
import { softhsmModule, type SoftHsm } from './softhsm.ts'

export interface HangingModule {
  readonly module: string
  /** What the module looks for, besides what SoftHSM does. */
  readonly env: Readonly<Record<string, string>>
  /** From now on no signature comes back. */
  hang(): Promise<void>
  /** Those that hung come back, and later ones at once. */
  letGo(): Promise<void>
}

/** Compiles the module into the store of a SoftHSM, which removes it when it stops. */
export async function compileHangingModule({ directory }: SoftHsm): Promise<HangingModule> {
  const module = join(directory, 'libhanging.so')
  const source = fileURLToPath(new URL('../pkcs11/hanging.c', import.meta.url))
  // .../pkcs11js/build/Release/pkcs11.node: the package has the headers of the standard.
  const headers = join(dirname(dirname(dirname(partPath('pkcs11js')))), 'includes')
  const flags = ['-shared', '-fPIC', '-Wall', '-Werror', '-I', headers]
  const { status, output } = await run(partPath('gcc'), [...flags, '-o', module, source, '-ldl'])
  if (status !== 0) throw new Error(output)
  const file = join(directory, 'hang')
  return {
    module,
    env: { LONGHAND_TEST_MODULE: softhsmModule, LONGHAND_TEST_HANG: file },
    hang: () => writeFile(file, ''),
    letGo: () => rm(file, { force: true }),
  }
}

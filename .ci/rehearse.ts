/** Which functions of the thin program are called when it signs a file. */

import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where a function stands in the program: from its first character up to the one after its last. */
export interface Span {
  readonly start: number
  readonly end: number
}

interface Coverage {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly {
      readonly ranges: readonly { startOffset: number; endOffset: number; count: number }[]
    }[]
  }[]
}

/** Signs a file by the program, with a test key, and gives the functions that were called. */
export function rehearse(program: string): Span[] {
  const folder = mkdtempSync(join(tmpdir(), 'longhand-rehearsal-'))
  try {
    for (const name of ['test-key-a.pem', 'certificate-a.asc', 'document.txt']) {
      const vector = new URL(`../vectors/longhand/${name}`, import.meta.url)
      copyFileSync(fileURLToPath(vector), join(folder, name))
    }
    writeFileSync(join(folder, 'program.cjs'), program)
    const options = ['--key', 'test-key-a.pem', '--cert', 'certificate-a.asc']
    execFileSync(process.execPath, ['program.cjs', ...options, 'document.txt'], {
      cwd: folder,
      env: { NODE_V8_COVERAGE: join(folder, 'coverage') },
      stdio: 'pipe',
    })
    const [report = ''] = readdirSync(join(folder, 'coverage'))
    const coverage = JSON.parse(readFileSync(join(folder, 'coverage', report), 'utf8')) as Coverage
    const functions = coverage.result.find(({ url }) => url.endsWith('/program.cjs'))?.functions
    return (functions ?? []).flatMap(({ ranges: [whole] }) =>
      whole && whole.count > 0 ? [{ start: whole.startOffset, end: whole.endOffset }] : [],
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A copy of the project in a temporary folder, in which one file at a time is another one. */

import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Longest that one run of tests may take, in milliseconds. A mutant that hangs is noticed by it; a
 * machine that is busy is no mutant, so it is long, and every run that it ended is told.
 */
const patience = 1_800_000

export interface Tree {
  /** Runs tests, with a file's text replaced: whether they all pass. Paths are relative. */
  passes(tests: readonly string[], mutant?: Replacement): Promise<boolean>
  remove(): Promise<void>
}

interface Replacement {
  readonly file: string
  readonly text: string
}

/** Copies what the tests read; installed packages are linked. */
export async function copyTree(root: string): Promise<Tree> {
  const folder = await mkdtemp(join(tmpdir(), 'longhand-mutation-'))
  for (const each of ['src', 'test', 'package.json', 'tsconfig.json']) {
    await cp(join(root, each), join(folder, each), { recursive: true })
  }
  for (const each of ['node_modules', '.cache', 'vectors']) {
    await symlink(join(root, each), join(folder, each))
  }
  return {
    async passes(tests, mutant) {
      if (!mutant) return (await runTests(folder, tests)) === 0
      const original = await readFile(join(folder, mutant.file))
      await writeFile(join(folder, mutant.file), mutant.text)
      try {
        return (await runTests(folder, tests)) === 0
      } finally {
        await writeFile(join(folder, mutant.file), original)
      }
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

/**
 * One process, in which the files share their modules: the engine has no state. What only other
 * programs say of the same inputs is left out, for it does not depend on the mutant.
 */
function runTests(folder: string, tests: readonly string[]): Promise<number> {
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
  const names = ['--testNamePattern', '^(?!.*(?:sqv says|gpg says))']
  const config = ['--config', 'test/vitest.config.ts', '--reporter', 'dot']
  const speed = ['--bail', '1', '--maxWorkers', '1', '--no-isolate', '--no-cache']
  const times = ['--testTimeout', `${patience}`, '--hookTimeout', `${patience}`]
  const child = spawn(
    process.execPath,
    [vitest, 'run', ...config, ...speed, ...times, ...names, ...tests],
    {
      cwd: folder,
      stdio: 'ignore',
      timeout: patience,
      killSignal: 'SIGKILL',
    },
  )
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (signal) console.log(`mutation: a run was ended by ${signal}: ${tests.join(' ')}`)
      resolve(code ?? 1)
    })
  })
}

/** Small programs for tests of signers that are programs, in a directory that goes away. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Programs {
  /** Writes an executable script of sh and gives its path; `mode` and `shell` as they are said. */
  write(name: string, script: string, options?: { mode?: number; shell?: string }): string
  path(name: string): string
  read(name: string): string
  /**
   * The process whose id a program wrote into a file, while it runs, or waits for this process to
   * take note of its end. That an orphan waits for the system's first process is not ours to mend.
   */
  isAlive(pidFile: string): boolean
  remove(): void
}

export function makePrograms(): Programs {
  const directory = mkdtempSync(join(tmpdir(), 'lh-exec-'))
  const path = (name: string): string => join(directory, name)
  const read = (name: string): string => readFileSync(path(name), 'utf8')
  return {
    path,
    read,
    write: (name, script, { mode = 0o700, shell = '/bin/sh' } = {}) => {
      writeFileSync(path(name), `#!${shell}\ncd ${directory}\n${script}\n`, { mode })
      return path(name)
    },
    isAlive: (pidFile) => {
      const pid = read(pidFile).trim()
      try {
        const [, state, parent] =
          /\) (\w) (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
        return state !== 'Z' || Number(parent) === process.pid
      } catch {
        return false
      }
    },
    remove: () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }),
  }
}

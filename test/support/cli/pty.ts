/** Runs a built command on a terminal of its own, on which nobody types. */

import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { ProgramOptions, ProgramRun } from './program.ts'
import { launcher, startCommand } from './program.ts'

/** What the command says on both streams is in `stdout`, with the terminal's CR LF. */
export function runOnTerminal(
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramRun> {
  const words = [process.execPath, launcher(options.program), ...args]
  const [child, ended] = startCommand(...onTerminal(words), options)
  return ended.finally(() => child.stdin?.destroy())
}

const python = `
import os, pty, sys
status = pty.spawn(sys.argv[1:])
sys.exit(os.waitstatus_to_exitcode(status))`

function onTerminal(words: readonly string[]): [string, string[]] {
  if (!onPath('script')) return ['python3', ['-c', python, ...words]]
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  return ['script', ['--quiet', '--return', '--command', quoted, '/dev/null']]
}

function onPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

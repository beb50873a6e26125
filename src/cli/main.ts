/** The longhand command. */

import { readFileSync } from 'node:fs'
import { commands } from './commands/index.ts'
import type { Io } from './io.ts'
import { findCommandOf, runTool, runToolProcess } from './tool.ts'
import type { CalledCommand, Tool } from './tool.ts'

const longhand: Tool = {
  name: 'longhand',
  get version() {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
    return (JSON.parse(text) as { version: string }).version
  },
  summary: 'OpenPGP signatures from keys that never leave their KMS or HSM.',
  commands,
  notes: ['What each exit status means stands in docs/exit-codes.md.'],
}

/** Runs one command line (without the program's name); resolves to the exit status. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  return runTool(longhand, argv, io)
}

/** The command that a command line calls, and what is left for it. */
export function findCommand(argv: readonly string[]): CalledCommand | undefined {
  return findCommandOf(commands, argv)
}

/** The process's own command line. */
export async function runProcess(): Promise<void> {
  await runToolProcess(longhand)
}

/** The longhand command. */

import { readFileSync } from 'node:fs'
import type { Command } from './command.ts'
import { commandTable } from './commands/table.ts'
import { endProcess } from './end.ts'
import { processIo } from './io.ts'
import type { Io } from './io.ts'
import { holdSignals } from './signals.ts'
import { findCalled, runTool } from './tool.ts'
import type { Tool } from './tool.ts'

const longhandWith = (commands: readonly Command[]): Tool => ({
  name: 'longhand',
  get version() {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
    return (JSON.parse(text) as { version: string }).version
  },
  summary: 'OpenPGP signatures from keys that never leave their KMS or HSM.',
  commands,
  notes: ['What each exit status means stands in docs/exit-codes.md.'],
})

/** Runs one command line (without the program's name); resolves to the exit status. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  return runTool(longhandWith(await commandsFor(argv)), argv, io)
}

/** The one that is called: to load the others takes longer than to run it. All, where help names them. */
async function commandsFor(argv: readonly string[]): Promise<readonly Command[]> {
  const found = findCalled(commandTable, argv)
  if (found) return [await found.called.load()]
  return (await import('./commands/index.ts')).commands
}

/** The process's own command line. */
export async function runProcess(): Promise<void> {
  const io = holdSignals(processIo())
  endProcess(await main(process.argv.slice(2), io), io)
}

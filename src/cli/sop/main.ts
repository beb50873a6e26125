/** The longhand-sop command: the Stateless OpenPGP interface, draft-dkg-openpgp-stateless-cli. */

import { isOpenPGPError } from '../../errors.ts'
import { escapeText } from '../escape.ts'
import { processIo } from '../io.ts'
import type { Io } from '../io.ts'
import { endProcess } from '../end.ts'
import { say } from '../run.ts'
import { subcommands } from './commands/index.ts'
import { SopFailure, failures, nameOfFailure } from './failure.ts'

/** Runs one command line (without the program's name); resolves to the exit status. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const debug = argv.slice(0, endOfOptions(argv)).includes('--debug')
  try {
    await dispatch(argv[0] === '--debug' ? argv.slice(1) : argv, io)
    return 0
  } catch (error) {
    if (debug && error instanceof Error) io.err(`${escapeLines(error.stack ?? '')}\n`)
    if (!isOpenPGPError(error)) {
      say(io, 'error', `unexpected: ${error instanceof Error ? error.message : String(error)}`)
      return failures['unspecified-failure']
    }
    const failure = nameOfFailure(error)
    say(io, 'error', `${failure}: ${error.message}`)
    if (error.hint !== undefined) say(io, 'hint', error.hint)
    return failures[failure]
  }
}

async function dispatch([first, ...rest]: readonly string[], io: Io): Promise<void> {
  const name = first === '--version' ? 'version' : first
  if (name === '--help' || name === 'help') return io.out(overview())
  const subcommand = subcommands.find((each) => each.name === name)
  if (subcommand) return subcommand.execute(rest, io)
  const shown = name === undefined ? 'none was given' : escapeText(name, { limit: 40 })
  throw new SopFailure('unsupported-subcommand', `there is no such subcommand: ${shown}`, {
    hint: `the subcommands are ${subcommands.map((each) => each.name).join(', ')}`,
  })
}

function overview(): string {
  const lines = subcommands.map(({ name, synopsis }) => `  longhand-sop ${name} ${synopsis}\n`)
  return `usage:\n${lines.join('')}`
}

function endOfOptions(argv: readonly string[]): number {
  const end = argv.indexOf('--')
  return end === -1 ? argv.length : end
}

function escapeLines(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeText(line))
    .join('\n')
}

/** The process's own command line. */
export async function runProcess(): Promise<void> {
  const io = processIo()
  endProcess(await main(process.argv.slice(2), io), io)
}

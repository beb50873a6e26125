/** The longhand command: finds the command that is named and runs it. */

import { readFileSync } from 'node:fs'
import { OpenPGPError } from '../errors.ts'
import type { Command } from './command.ts'
import { commands } from './commands/index.ts'
import { endProcess } from './end.ts'
import { processIo } from './io.ts'
import type { Io } from './io.ts'
import { run } from './run.ts'

/** Runs one command line (without the program's name); resolves to the exit status. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  return run(io, async () => {
    const [first] = argv
    if (first === undefined || ['help', '--help', '-h'].includes(first)) return io.out(overview())
    if (first === '--version') return io.out(`longhand ${version()}\n`)
    const called = findCommand(argv)
    if (called) return called.command.execute(called.rest, io)
    const group = commands.filter(({ name }) => name.startsWith(`${first} `))
    if (group.length > 0 && (argv[1] === '--help' || argv[1] === '-h')) {
      return io.out(`usage: longhand ${first} COMMAND [options]\n\n${list(group)}`)
    }
    throw unknownCommand(argv, group)
  })
}

/** The command that a command line calls, and what is left for it. */
export function findCommand(
  argv: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } | undefined {
  const command = commands.find(({ name }) => startsWith(argv, name.split(' ')))
  return command && { command, rest: argv.slice(command.name.split(' ').length) }
}

function startsWith(argv: readonly string[], name: readonly string[]): boolean {
  return name.every((word, index) => argv[index] === word)
}

function unknownCommand(
  [first = '', second = '']: readonly string[],
  group: readonly Command[],
): OpenPGPError {
  const given = group.length > 0 ? `${first} ${second}`.trim() : first
  const known = (group.length > 0 ? group : commands).map(({ name }) => name).join(', ')
  const what = first === given && group.length > 0 ? 'half of a command' : 'no command'
  const shown = given === '' ? 'an empty word' : [...given].slice(0, 60).join('')
  return new OpenPGPError('usage', `${shown} is ${what}`, {
    hint: `the commands are ${known}; see: longhand --help`,
  })
}

function overview(): string {
  return [
    'usage: longhand COMMAND [options]',
    '',
    'OpenPGP signatures from keys that never leave their KMS or HSM.',
    '',
    list(commands),
    'longhand COMMAND --help says more; longhand --version prints the version.',
    'What each exit status means stands in docs/exit-codes.md.',
    '',
  ].join('\n')
}

function list(shown: readonly Command[]): string {
  const width = Math.max(...shown.map(({ name }) => name.length))
  return shown.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join('')
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** The process's own command line. */
export async function runProcess(): Promise<void> {
  const io = processIo()
  endProcess(await main(process.argv.slice(2), io), io)
}

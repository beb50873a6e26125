/** A program made of commands: longhand itself, and tools that others build on it. */

import { OpenPGPError } from '../errors.ts'
import type { SchemeTable } from '../signers/uri.ts'
import type { Command } from './command.ts'
import { endProcess } from './end.ts'
import { processIo } from './io.ts'
import type { Io } from './io.ts'
import { run } from './run.ts'
import { holdSignals } from './signals.ts'

export interface Tool {
  /** What is typed to call it. */
  readonly name: string
  readonly version: string
  /** One line, for the help. */
  readonly summary: string
  /** In the order of the help. */
  readonly commands: readonly Command[]
  /** Schemes of keys besides those of longhand: `team` for `--key team:release`. */
  readonly schemes?: SchemeTable
  /** Further lines of the help. */
  readonly notes?: readonly string[]
}

/**
 * Runs one command line (without the program's name); resolves to the exit status, which is one of
 * docs/exit-codes.md. Nothing but the given `io` is read or written, save for the files that are named.
 */
export async function runTool(tool: Tool, argv: readonly string[], io: Io): Promise<number> {
  const { name: program, schemes, commands } = tool
  const own = { ...io, program, ...(schemes && { schemes }) }
  return run(own, async () => {
    // help COMMAND is COMMAND --help.
    const [called, ...more] = argv
    const words = called === 'help' && more.length > 0 ? [...more, '--help'] : argv
    const [first] = words
    if (first === undefined || ['help', '--help', '-h'].includes(first)) {
      return io.out(overview(tool))
    }
    if (first === '--version') return io.out(`${program} ${tool.version}\n`)
    const found = findCalled(commands, words)
    if (found) return found.called.execute(found.rest, own)
    const group = commands.filter(({ name }) => name.startsWith(`${first} `))
    if (group.length > 0 && (words[1] === '--help' || words[1] === '-h')) {
      return io.out(`usage: ${program} ${first} COMMAND [options]\n\n${list(group)}`)
    }
    throw unknownCommand(words, group, tool)
  })
}

/** Runs the process's own command line, and ends the process with the exit status. */
export async function runToolProcess(tool: Tool): Promise<void> {
  const io = holdSignals(processIo())
  endProcess(await runTool(tool, process.argv.slice(2), io), io)
}

/** What a command line calls of those that have a name, and what of the command line is left for it. */
export function findCalled<Named extends { readonly name: string }>(
  named: readonly Named[],
  argv: readonly string[],
): { readonly called: Named; readonly rest: readonly string[] } | undefined {
  const called = named.find(({ name }) => startsWith(argv, name.split(' ')))
  return called && { called, rest: argv.slice(called.name.split(' ').length) }
}

function startsWith(argv: readonly string[], name: readonly string[]): boolean {
  return name.every((word, index) => argv[index] === word)
}

function unknownCommand(
  [first = '', second = '']: readonly string[],
  group: readonly Command[],
  { name: program, commands }: Tool,
): OpenPGPError {
  const given = group.length > 0 ? `${first} ${second}`.trim() : first
  const known = (group.length > 0 ? group : commands).map(({ name }) => name).join(', ')
  const what = first === given && group.length > 0 ? 'half of a command' : 'no command'
  const shown = given === '' ? 'an empty word' : [...given].slice(0, 60).join('')
  return new OpenPGPError('usage', `${shown} is ${what}`, {
    hint: `the commands are ${known}; see: ${program} --help`,
  })
}

function overview({ name, summary, commands, notes = [] }: Tool): string {
  return [
    `usage: ${name} COMMAND [options]`,
    '',
    summary,
    '',
    list(commands),
    `${name} COMMAND --help says more; ${name} --version prints the version.`,
    ...notes,
    '',
  ].join('\n')
}

function list(shown: readonly Command[]): string {
  const width = Math.max(...shown.map(({ name }) => name.length))
  return shown.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join('')
}

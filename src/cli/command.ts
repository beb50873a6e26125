/** A command as data: its options are a table, and the compiler knows every flag. */

import { OpenPGPError } from '../errors.ts'
import { splitArguments } from './arguments.ts'
import { escapeText } from './escape.ts'
import type { Io } from './io.ts'

export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  /** May be given several times; its values are then a list, empty when it is not given. */
  readonly multiple?: true
  /** What stands for the value in the help. */
  readonly value?: string
  readonly help: string
}

export type OptionTable = Readonly<Record<string, OptionSpec>>

export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name]['type'] extends 'boolean'
    ? boolean
    : Table[Name] extends { readonly multiple: true }
      ? readonly string[]
      : string | undefined
}

type OptionValue = string | boolean | readonly string[] | undefined

export interface Invocation<Table extends OptionTable> {
  readonly options: OptionValues<Table>
  readonly operands: readonly string[]
  readonly io: Io
}

export interface CommandSpec<Table extends OptionTable> {
  /** The words that call it: `keys mint`. */
  readonly name: string
  readonly summary: string
  /** What follows the options, for the help: `FILE...`. */
  readonly operands: string
  readonly options: Table
  /** Further lines of the help. */
  readonly notes?: readonly string[]
  run(invocation: Invocation<Table>): Promise<void>
}

/** A command whose own table is known to it alone. */
export interface Command {
  readonly name: string
  readonly summary: string
  readonly operands: string
  readonly options: OptionTable
  readonly notes: readonly string[]
  /** Parses the arguments and does nothing; throws for what `execute` would not take. */
  check(argv: readonly string[]): void
  /** Parses the arguments and runs; `--help` prints the help instead. */
  execute(argv: readonly string[], io: Io): Promise<void>
}

const helpOption = { type: 'boolean', short: 'h', help: 'print this help' } as const

/** Makes a command of its table. */
export function defineCommand<const Table extends OptionTable>(spec: CommandSpec<Table>): Command {
  const { name, summary, operands, notes = [] } = spec
  const options: OptionTable = { ...spec.options, help: helpOption }
  const command: Command = {
    name,
    summary,
    operands,
    options,
    notes,
    check(argv) {
      parse(name, options, argv)
    },
    async execute(argv, io) {
      const parsed = parse(name, options, argv)
      if (parsed.values['help']) return io.out(helpText(command, io.program))
      const values = parsed.values as OptionValues<Table>
      await spec.run({ options: values, operands: parsed.operands, io })
    },
  }
  return command
}

/** `usage`, with the command's help as the remedy. */
export function usageError(command: string, message: string): OpenPGPError {
  return new OpenPGPError('usage', message, { hint: `see: longhand ${command} --help` })
}

function parse(
  command: string,
  options: OptionTable,
  argv: readonly string[],
): { values: Record<string, OptionValue>; operands: readonly string[] } {
  const { given, operands } = splitArguments(argv, options)
  const values: Record<string, OptionValue> = {}
  for (const [name, { type, multiple }] of Object.entries(options)) {
    values[name] = type === 'boolean' ? false : multiple ? [] : undefined
  }
  for (const { name, written, value, inline } of given) {
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    const shown = escapeText(written, { limit: 40 })
    if (!option) throw usageError(command, `there is no option ${shown}`)
    const before = values[name]
    if (seen(before)) throw usageError(command, `${shown} is given twice`)
    if (option.type === 'boolean') {
      if (value !== undefined) throw usageError(command, `${shown} takes no value`)
      values[name] = true
    } else {
      if (!value) throw usageError(command, `${shown} needs a value`)
      if (!inline && /^-./.test(value)) {
        const like = `--${name}=${escapeText(value, { limit: 40 })}`
        throw usageError(command, `${shown} needs a value; if that is meant, write ${like}`)
      }
      if (inline && !written.startsWith('--') && value.startsWith('=')) {
        throw usageError(command, `${shown} takes its value without =, or write --${name}=`)
      }
      values[name] = typeof before === 'object' ? [...before, value] : value
    }
  }
  if (operands.includes('')) throw usageError(command, 'an argument is empty')
  return { values, operands }
}

function seen(value: OptionValue): boolean {
  return typeof value === 'string' || value === true
}

/** The help of one command. */
export function helpText(command: Command, program = 'longhand'): string {
  const { name, summary, operands, options, notes } = command
  const rows = Object.entries(options).map(([option, { short, value, help }]) => {
    const flag = `${short === undefined ? '    ' : `-${short}, `}--${option}`
    return { flag: value === undefined ? flag : `${flag} ${value}`, help }
  })
  const width = Math.max(...rows.map(({ flag }) => flag.length))
  return [
    `usage: ${[program, name, '[options]', operands].filter((word) => word !== '').join(' ')}`,
    '',
    summary,
    '',
    ...rows.map(({ flag, help }) => `  ${flag.padEnd(width)}  ${help}`),
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
  ].join('\n')
}

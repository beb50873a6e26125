/** A command as data: its options are a table, and the compiler knows every flag. */

import { parseArgs } from 'node:util'
import { OpenPGPError } from '../errors.ts'
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
    async execute(argv, io) {
      const parsed = parse(name, options, argv)
      if (parsed.values['help']) return io.out(helpText(command))
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
): { values: Record<string, OptionValue>; operands: string[] } {
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(options).map(([name, { type, short }]) => [
        name,
        short === undefined ? { type } : { type, short },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const values: Record<string, OptionValue> = {}
  for (const [name, { type, multiple }] of Object.entries(options)) {
    values[name] = type === 'boolean' ? false : multiple ? [] : undefined
  }
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    const given = escapeText(token.rawName, { limit: 40 })
    if (!option) throw usageError(command, `there is no option ${given}`)
    const before = values[token.name]
    if (seen(before)) throw usageError(command, `${given} is given twice`)
    if (option.type === 'boolean') {
      if (token.value !== undefined) throw usageError(command, `${given} takes no value`)
      values[token.name] = true
    } else {
      if (!token.value) throw usageError(command, `${given} needs a value`)
      if (!token.inlineValue && /^-./.test(token.value)) {
        const like = `--${token.name}=${escapeText(token.value, { limit: 40 })}`
        throw usageError(command, `${given} needs a value; if that is meant, write ${like}`)
      }
      if (token.inlineValue && !token.rawName.startsWith('--') && token.value.startsWith('=')) {
        throw usageError(command, `${given} takes its value without =, or write --${token.name}=`)
      }
      values[token.name] = typeof before === 'object' ? [...before, token.value] : token.value
    }
  }
  if (positionals.includes('')) throw usageError(command, 'an argument is empty')
  return { values, operands: positionals }
}

function seen(value: OptionValue): boolean {
  return typeof value === 'string' || value === true
}

/** The help of one command. */
export function helpText(command: Command): string {
  const { name, summary, operands, options, notes } = command
  const rows = Object.entries(options).map(([option, { short, value, help }]) => {
    const flag = `${short === undefined ? '    ' : `-${short}, `}--${option}`
    return { flag: value === undefined ? flag : `${flag} ${value}`, help }
  })
  const width = Math.max(...rows.map(({ flag }) => flag.length))
  return [
    `usage: longhand ${[name, '[options]', operands].filter((word) => word !== '').join(' ')}`,
    '',
    summary,
    '',
    ...rows.map(({ flag, help }) => `  ${flag.padEnd(width)}  ${help}`),
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
  ].join('\n')
}

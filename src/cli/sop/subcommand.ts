/** A subcommand as data: its options are a table, and every way to misuse them has its failure. */

import { splitArguments } from '../arguments.ts'
import { escapeText } from '../escape.ts'
import type { Io } from '../io.ts'
import { SopFailure } from './failure.ts'

/** `flag` stands alone, `value` is followed by something. */
export type OptionTable = Readonly<Record<string, 'flag' | 'value'>>

type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends 'flag' ? boolean : string | undefined
}

export interface Call<Table extends OptionTable> {
  readonly options: OptionValues<Table>
  readonly operands: readonly string[]
  readonly io: Io
}

export interface SubcommandSpec<Table extends OptionTable> {
  readonly name: string
  /** What follows the name, for the help. */
  readonly synopsis: string
  readonly options: Table
  /** How many operands there have to be at least and may be at most. */
  readonly operands: readonly [least: number, most: number]
  run(call: Call<Table>): Promise<void> | void
}

export interface Subcommand {
  readonly name: string
  readonly synopsis: string
  execute(argv: readonly string[], io: Io): Promise<void>
}

export function defineSubcommand<const Table extends OptionTable>(
  spec: SubcommandSpec<Table>,
): Subcommand {
  const { name, synopsis, options: table } = spec
  return {
    name,
    synopsis,
    async execute(argv, io) {
      const { values, operands } = parse(name, table, argv)
      if (values['help']) return io.out(`usage: longhand-sop ${name} ${synopsis}\n`)
      const [least, most] = spec.operands
      if (operands.length < least) {
        throw new SopFailure('missing-arg', `${name} needs more arguments: ${synopsis}`)
      }
      if (operands.length > most) {
        const [extra = ''] = operands.slice(most)
        const shown = escapeText(extra, { limit: 60 })
        throw new SopFailure('unsupported-option', `${name} takes no argument ${shown}`)
      }
      await spec.run({ options: values as OptionValues<Table>, operands, io })
    },
  }
}

/** Options of every subcommand. */
const common = { debug: 'flag', help: 'flag' } as const satisfies OptionTable

function parse(
  name: string,
  own: OptionTable,
  argv: readonly string[],
): { values: Record<string, string | boolean | undefined>; operands: readonly string[] } {
  const table: OptionTable = { ...own, ...common }
  const types = Object.entries(table).map(([option, kind]) => {
    return [option, { type: kind === 'flag' ? 'boolean' : 'string' }] as const
  })
  const { given, operands } = splitArguments(argv, Object.fromEntries(types))
  const values: Record<string, string | boolean | undefined> = {}
  for (const [option, kind] of Object.entries(table)) {
    values[option] = kind === 'flag' ? false : undefined
  }
  for (const { name: option, written, value } of given) {
    const shown = escapeText(written, { limit: 40 })
    const kind = Object.hasOwn(table, option) ? table[option] : undefined
    // Long options only: a single letter means nothing here.
    if (!kind || !written.startsWith('--')) {
      throw new SopFailure('unsupported-option', `${name} has no option ${shown}`)
    }
    if (values[option] !== false && values[option] !== undefined) {
      throw new SopFailure('incompatible-options', `${shown} is given twice`)
    }
    if (kind === 'value' && !value) {
      throw new SopFailure('missing-arg', `${shown} needs a value`)
    }
    if (kind === 'flag' && value !== undefined) {
      throw new SopFailure('unsupported-option', `${shown} takes no value`)
    }
    values[option] = kind === 'flag' ? true : value
  }
  return { values, operands }
}

/**
 * Splits a command line as POSIX and GNU write it: -o OUT, -oOUT, -abc, --name VALUE, --name=VALUE, --.
 * Node's own parseArgs takes a millisecond, of the few that a signature has.
 */

export interface ArgumentTable {
  readonly [name: string]: { readonly type: 'string' | 'boolean'; readonly short?: string }
}

/** An option as it was given; whether there is such a one is not judged here. */
export interface GivenOption {
  /** Its long name; the letter itself where no option has it. */
  readonly name: string
  /** As it was written, without its value: `-o`, `--output`. */
  readonly written: string
  /** Undefined where nothing followed, and for an option that takes none. */
  readonly value: string | undefined
  /** The value stood in the same word. */
  readonly inline: boolean
}

export interface SplitArguments {
  readonly given: readonly GivenOption[]
  readonly operands: readonly string[]
}

/** The options in their order and the operands in theirs; `-` is an operand, as is all after `--`. */
export function splitArguments(argv: readonly string[], table: ArgumentTable): SplitArguments {
  const given: GivenOption[] = []
  const operands: string[] = []
  const words = [...argv]
  const takesValue = (name: string): boolean =>
    Object.hasOwn(table, name) && table[name]?.type === 'string'
  const withNext = (name: string, written: string): GivenOption => {
    return { name, written, value: takesValue(name) ? words.shift() : undefined, inline: false }
  }
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      operands.push(...words)
      break
    } else if (word === '-' || !word.startsWith('-')) {
      operands.push(word)
    } else if (word.startsWith('--')) {
      const equals = word.includes('=', 3) ? word.indexOf('=') : -1
      if (equals === -1) given.push(withNext(word.slice(2), word))
      else {
        const [written, value] = [word.slice(0, equals), word.slice(equals + 1)]
        given.push({ name: written.slice(2), written, value, inline: true })
      }
    } else {
      for (let at = 1; at < word.length; at += 1) {
        const letter = word.charAt(at)
        const name = longName(letter, table)
        const value = word.slice(at + 1)
        if (takesValue(name) && value !== '') {
          given.push({ name, written: `-${letter}`, value, inline: true })
          break
        }
        given.push(withNext(name, `-${letter}`))
      }
    }
  }
  return { given, operands }
}

function longName(letter: string, table: ArgumentTable): string {
  return Object.keys(table).find((name) => table[name]?.short === letter) ?? letter
}

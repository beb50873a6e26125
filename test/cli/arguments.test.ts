/** How a command line is split; node:util's parseArgs, which does the same, is the judge. */

import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitArguments } from '../../src/cli/arguments.ts'

const table = {
  output: { type: 'string', short: 'o' },
  key: { type: 'string' },
  force: { type: 'boolean', short: 'f' },
  json: { type: 'boolean', short: 'j' },
} as const

function byNode(argv: readonly string[]): ReturnType<typeof splitArguments> {
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: table,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  const given = tokens.flatMap((token) =>
    token.kind !== 'option'
      ? []
      : [
          {
            name: token.name,
            written: token.rawName,
            value: token.value,
            inline: token.inlineValue ?? false,
          },
        ],
  )
  return { given, operands: positionals }
}

const split = (...argv: string[]): unknown => {
  const { given, operands } = splitArguments(argv, table)
  return [given.map(({ written, value }) => [written, value]), operands]
}

describe('splitting', () => {
  test.each([
    ['a value that follows', ['--key', 'a', 'b'], [[['--key', 'a']], ['b']]],
    [
      'a value in the word',
      ['--key=a=b', '--key='],
      [
        [
          ['--key', 'a=b'],
          ['--key', ''],
        ],
        [],
      ],
    ],
    [
      'a short option',
      ['-o', 'a', '-ob'],
      [
        [
          ['-o', 'a'],
          ['-o', 'b'],
        ],
        [],
      ],
    ],
    [
      'letters together',
      ['-fjoa', '-jf'],
      [
        [
          ['-f', undefined],
          ['-j', undefined],
          ['-o', 'a'],
          ['-j', undefined],
          ['-f', undefined],
        ],
        [],
      ],
    ],
    [
      'the last letter takes what follows',
      ['-fo', 'a'],
      [
        [
          ['-f', undefined],
          ['-o', 'a'],
        ],
        [],
      ],
    ],
    ['nothing follows', ['--key'], [[['--key', undefined]], []]],
    ['standard input, and the end of options', ['-', '--', '-f', '--'], [[], ['-', '-f', '--']]],
    [
      'unknown ones',
      ['--no=1', '-x'],
      [
        [
          ['--no', '1'],
          ['-x', undefined],
        ],
        [],
      ],
    ],
    ['a flag with a value', ['--force=1'], [[['--force', '1']], []]],
    [
      'a dash among letters is no end of options',
      ['-f-', '-j'],
      [
        [
          ['-f', undefined],
          ['--', undefined],
          ['-j', undefined],
        ],
        [],
      ],
    ],
    ['a name of every object', ['--toString', 'a'], [[['--toString', undefined]], ['a']]],
  ])('%s', (_, argv, expected) => {
    expect(split(...argv)).toEqual(expected)
  })

  test('as Node splits any other', () => {
    const word = fc.oneof(
      fc.constantFrom('--', '-', '', '-o', '-f', '-fj', '-fo', '-of', '--key', '--key=', '--force'),
      fc.constantFrom(
        '--json=x',
        '--output=a b',
        '-x',
        '-fx',
        '--no',
        '--no=1',
        '--=',
        '--=x',
        '-o=a',
      ),
      fc.string({ maxLength: 4 }).map((text) => `--${text}`),
      fc
        .string({ maxLength: 4, unit: fc.constantFrom('a', 'f', 'j', 'o', '=', ' ') })
        .map((text) => `-${text}`),
      fc.string(),
    )
    // Node takes a dash among letters for the end of options; see above.
    const isLetters = (text: string): boolean => /^-[^-].*-/s.test(text)
    const words = fc.array(
      word.filter((text) => !isLetters(text)),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(words, (argv) => {
        expect(splitArguments(argv, table)).toEqual(byNode(argv))
      }),
      { numRuns: 2000 },
    )
  })
})

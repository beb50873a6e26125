/** Every longhand command line in the docs and the examples is one that the CLI takes. */

import { describe, expect, test } from 'vitest'
import { splitArguments } from '../../src/cli/arguments.ts'
import { commands } from '../../src/cli/commands/index.ts'
import { sign } from '../../src/cli/commands/sign.ts'
import { findCalled } from '../../src/cli/tool.ts'
import { read, versionedFiles } from '../gates/files.ts'
import { longhandCalls, shellCommands } from '../support/shell-lines.ts'
import type { LonghandCall } from '../support/shell-lines.ts'

interface Passage {
  /** File and line. */
  readonly where: string
  readonly text: string
}

const pages = versionedFiles().filter((path) =>
  /^(?:README|SECURITY|CHANGELOG)\.md$|^(?:docs|terraform|examples|bench)\/.*\.md$/.test(path),
)
const scripts = versionedFiles().filter((path) => /^examples\/.*\.(?:ya?ml|sh)$/.test(path))

/** Fenced blocks of shell; of a transcript the lines behind a prompt. */
function shellBlocks(path: string): Passage[] {
  const text = read(path)
  return [...text.matchAll(/^[ ]*```(sh|bash|shell|console)\n([^]*?)^[ ]*```$/gm)].map((match) => {
    const [, language, body = ''] = match
    const line = text.slice(0, match.index).split('\n').length + 1
    const commands = [...body.matchAll(/^\s*\$ ((?:.*\\\n)*.*)$/gm)].map((one) => one[1])
    const typed = language === 'console' || commands.length > 0 ? commands.join('\n') : body
    return { where: `${path}:${line}`, text: typed }
  })
}

/** Lines of YAML and of scripts: what is shell in them is told by the name of the program. */
function scriptLines(path: string): Passage[] {
  const lines = read(path)
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
  return lines.map((line, at) => {
    const text = line.replace(/^\s*(?:- )?(?:run: )?/, '')
    return { where: `${path}:${at + 1}`, text }
  })
}

/** In prose: `longhand …`, which may be only the beginning of a line. */
function inlineCode(path: string): Passage[] {
  const prose = read(path).replaceAll(/^[ ]*```[^]*?^[ ]*```$/gm, (block) =>
    block.replaceAll(/[^\n]/g, ''),
  )
  return [...prose.matchAll(/(?<!`)`(longhand(?:-sign)? [^`]+)`(?!`)/g)].map((match) => ({
    where: `${path}:${prose.slice(0, match.index).split('\n').length}`,
    text: (match[1] ?? '').replaceAll(/\s+/g, ' '),
  }))
}

/** What the CLI would say of it; undefined when it takes it. */
function refusal({ program, args }: LonghandCall): string | undefined {
  const [first = '--help'] = args
  if (program === 'longhand-sign') return checked(() => sign.check(args))
  if (program !== 'longhand') return undefined
  if (['help', '--help', '-h', '--version'].includes(first)) return undefined
  const found = findCalled(commands, args)
  if (!found) return `there is no command ${args.join(' ')}`
  return checked(() => found.called.check(found.rest))
}

function checked(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function refusals(passages: readonly Passage[]): string[] {
  return passages.flatMap(({ where, text }) =>
    longhandCalls(text).flatMap((call) => {
      const said = refusal(call)
      return said === undefined ? [] : [`${where}: ${said}: ${call.args.join(' ')}`]
    }),
  )
}

const blocks = pages.flatMap(shellBlocks)
const lines = scripts.flatMap(scriptLines)

test('those in blocks of shell in README.md, docs and other pages', () => {
  expect(refusals(blocks)).toEqual([])
  expect(blocks.flatMap(({ text }) => longhandCalls(text)).length).toBeGreaterThan(20)
})

test('those in the examples for CI', () => {
  expect(refusals(lines)).toEqual([])
  expect(lines.flatMap(({ text }) => longhandCalls(text)).length).toBeGreaterThan(4)
})

test('options that are named in prose with their command are options of it', () => {
  const wrong = pages.flatMap(inlineCode).flatMap(({ where, text }) => {
    const [program = '', ...words] = text.replaceAll(/[[\]()]|\.\.\.|…/g, ' ').split(/[ |]+/)
    const isThin = program === 'longhand-sign'
    const found = isThin ? { called: sign, rest: words } : findCalled(commands, words)
    // `longhand keys`, `longhand COMMAND --help`: no command is named.
    if (!found)
      return /^[a-z]/.test(words[0] ?? '') && !isGroup(words[0]) ? [`${where}: ${text}`] : []
    const { options } = found.called
    const { given } = splitArguments(found.rest, options)
    return given
      .filter(({ name }) => !Object.hasOwn(options, name))
      .map(({ written }) => `${where}: there is no ${written}: ${text}`)
  })
  expect(wrong).toEqual([])
})

function isGroup(word = ''): boolean {
  return word === 'help' || commands.some(({ name }) => name.startsWith(`${word} `))
}

describe('what is read as a command', () => {
  test.each([
    ['longhand sign a', [['sign', 'a']]],
    ['FOO=1 npx --yes longhand@0.1.0 sign \'a b\' "c d"', [['sign', 'a b', 'c d']]],
    [
      'a=$(longhand verify x) && longhand sign \\\n  y # longhand no',
      [
        ['verify', 'x'],
        ['sign', 'y'],
      ],
    ],
    ['for f in *; do longhand verify "$f.asc" "$f"; done', [['verify', '$f.asc', '$f']]],
    ['longhand inspect x >out 2>/dev/null | grep y', [['inspect', 'x']]],
    ['(cd d && longhand sign z)', [['sign', 'z']]],
    ['echo longhand sign', []],
    ['cat longhand', []],
    ['# longhand bogus', []],
    ['# a comment\nlonghand sign a', [['sign', 'a']]],
    ['node bin/longhand.cjs sign a', [['sign', 'a']]],
  ])('%j', (text, expected) => {
    expect(longhandCalls(text).map(({ args }) => args)).toEqual(expected)
  })

  test.each([
    ['longhand bogus', 'there is no command'],
    ['longhand sign --bogus a', 'there is no option --bogus'],
    ['longhand sign --key', 'needs a value'],
    ['longhand-sign --prune a', 'there is no option --prune'],
    ['longhand keys wkd --domain a --domain b', 'given twice'],
  ])('%j is refused', (text, said) => {
    expect(refusals([{ where: 'here', text }])).toEqual([expect.stringContaining(said)])
  })

  test('quotes, escapes and redirections', () => {
    expect(shellCommands(`a 'b c'"d" e\\ f <<<x >>y 2>&1; g`)).toEqual([
      ['a', 'b cd', 'e f'],
      ['g'],
    ])
  })
})

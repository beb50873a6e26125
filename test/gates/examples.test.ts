/** Every example in README.md, docs/ and a docstring compiles against what is built. */

import { describe, expect, test } from 'vitest'
import { allExamples, checkExamples, docstringExamples, markdownExamples } from './examples.ts'
import { read } from './files.ts'

describe('examples', () => {
  test('those of README.md, docs and docstrings type-check', () => {
    expect(checkExamples(allExamples())).toEqual([])
  })

  test('README.md shows a program and a command', () => {
    expect(markdownExamples('README.md', read('README.md'))).not.toEqual([])
    expect(read('README.md')).toMatch(/^```(?:sh|console|bash)\n/m)
  })

  test('every command line in README.md and docs names a subcommand that exists', () => {
    const commands =
      read('README.md').match(/^(?:\$ )?(?:npx )?longhand(?: keys| release)? [a-z]+/gm) ?? []
    const words = new Set(commands.map((line) => line.split(' ').at(-1)))
    const known = new Set(['generate', 'mint', 'wkd', 'sign', 'verify', 'inspect'])
    expect([...words].filter((word) => word !== undefined && !known.has(word))).toEqual([])
  })
})

describe("README.md's test command", () => {
  test('is the one that CI calls', () => {
    expect(read('README.md')).toMatch(/\bnpm test\b/)
    expect(read('.ci/run')).toMatch(/^npm test(?: |$)/m)
  })
})

describe('the checker', () => {
  test('finds blocks and their lines', () => {
    const text = 'a\n\n```ts\nconst x = 1\n```\n\n```sh\nls\n```\n'
    expect(markdownExamples('x.md', text)).toEqual([
      { source: 'x.md', line: 4, code: 'const x = 1\n' },
    ])
    const source = '/**\n * Words.\n *\n * @example\n * ```ts\n * f(1)\n * ```\n */\n'
    expect(docstringExamples('x.ts', source)).toEqual([{ source: 'x.ts', line: 6, code: 'f(1)\n' }])
  })

  test('names the line of a mistake', () => {
    const [found] = checkExamples([
      {
        source: 'x.md',
        line: 10,
        code: "const a = 1\nconst b: string = a + 1\nprocess.exit('b')\n",
      },
    ])
    expect(found).toMatch(/^x\.md:11: Type 'number' is not assignable/)
  })

  test('knows the types of the package', () => {
    const code = "import { nothingOfTheKind } from 'longhand'\nnothingOfTheKind()\n"
    expect(checkExamples([{ source: 'x.md', line: 1, code }]).join()).toMatch(/nothingOfTheKind/)
  })
})

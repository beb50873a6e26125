/** Small rules for every file under src: its length, the clock, the environment, state. */

import { describe, expect, test } from 'vitest'
import { read, sourceFiles } from './files.ts'
import { isNodeLand, layerOf, mayFetch, mayReadClock } from './layer-rules.ts'
import { sourceFacts } from './source-facts.ts'

const files = sourceFiles().map((path) => {
  const text = read(path)
  return { path, text, facts: sourceFacts(path, text) }
})
const engine = files.filter(({ path }) => !isNodeLand(path))

describe('source files', () => {
  test('there are some', () => {
    expect(files.length).toBeGreaterThan(9)
  })

  test('none is longer than 250 lines', () => {
    const long = files
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > 250)
    expect(long).toEqual([])
  })

  test('each says first what it is', () => {
    const silent = files.filter(({ text }) => !/^(?:#!.*\n)?\/\*\*|^\/\/ /.test(text))
    expect(silent.map(({ path }) => path)).toEqual([])
  })

  test('the engine does not read the clock, but where a service asks for the time', () => {
    const timeless = engine.filter(({ path }) => !mayReadClock(path))
    expect(lines(timeless, ({ clockReads }) => clockReads)).toEqual([])
  })

  test('at the public boundary, once a file, now may be the default of `at`', () => {
    const boundary = ['certificate', 'sign', 'verify', 'wkd', 'trust', 'release']
    const misplaced = engine.filter(
      ({ path, facts }) => facts.clockDefaults.length > (boundary.includes(layerOf(path)) ? 1 : 0),
    )
    expect(misplaced.map(({ path }) => path)).toEqual([])
  })

  test('the engine does not name process or console', () => {
    const named = lines(engine, ({ ambient }) =>
      ambient.filter(({ name }) => name !== 'fetch').map(({ line }) => line),
    )
    expect(named).toEqual([])
  })

  test('only wkd, and signers of services, reach for the network', () => {
    const elsewhere = engine.filter(({ path }) => !mayFetch(path))
    const named = lines(elsewhere, ({ ambient }) =>
      ambient.filter(({ name }) => name === 'fetch').map(({ line }) => line),
    )
    expect(named).toEqual([])
  })

  test('no file has state at its top level', () => {
    expect(lines(files, ({ moduleState }) => moduleState)).toEqual([])
  })

  test('no TypeScript or lint rule is switched off for a whole file, or without a reason', () => {
    const silenced = files.filter(({ text }) =>
      /@ts-(?:nocheck|ignore)|eslint-disable(?!-next-line [\w/@-]+ -- \S)/.test(text),
    )
    expect(silenced.map(({ path }) => path)).toEqual([])
  })
})

describe('the facts', () => {
  const facts = sourceFacts(
    'x.ts',
    [
      "import type { A } from './a.ts'",
      "import { type B } from './b.ts'",
      "import { type C, d } from './c.ts'",
      "export * from './e.ts'",
      'let state = 0',
      'const now = Date.now() + +new Date() + +new Date(0)',
      'const f = options.fetch ?? fetch',
      "const env = process.env['X'], own = { process: 1 }.process",
      "const sdk = () => import('sdk'), other = () => import(`${state}`)",
      "type T = import('t').T",
      'const g = ({ at = new Date(), to = new Date() }) => at ?? new Date()',
    ].join('\n'),
  )

  test('imports, with what is left of them', () => {
    expect(facts.imports).toEqual([
      { specifier: './a.ts', kind: 'type' },
      { specifier: './b.ts', kind: 'type' },
      { specifier: './c.ts', kind: 'static' },
      { specifier: './e.ts', kind: 'static' },
      { specifier: 'sdk', kind: 'dynamic' },
      { specifier: 't', kind: 'type' },
    ])
    expect(facts.computedImports).toEqual([9])
  })

  test('clock, environment and state', () => {
    expect(facts.clockReads).toEqual([6, 6, 11])
    expect(facts.clockDefaults).toEqual([11, 11])
    expect(facts.ambient).toEqual([
      { name: 'fetch', line: 7 },
      { name: 'process', line: 8 },
    ])
    expect(facts.moduleState).toEqual([5])
  })
})

type File = (typeof files)[number]

function lines(
  among: readonly File[],
  find: (facts: File['facts']) => readonly number[],
): string[] {
  return among.flatMap(({ path, facts }) => find(facts).map((line) => `${path}:${String(line)}`))
}

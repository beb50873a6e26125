import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorAt, parseJson, valueOf } from '../../src/plan/json.ts'
import type { JsonNode } from '../../src/plan/json.ts'
import { errorOf } from '../support/code-of.ts'

const read = (text: string): unknown => valueOf(parseJson({ name: 'x.json', text }))
const messageOf = (text: string): string => errorOf(() => read(text)).message

function attempt(run: () => unknown): { value?: unknown; error?: string } {
  try {
    return { value: run() }
  } catch (error) {
    return { error: (error as Error).message }
  }
}

describe('what it reads', () => {
  test('is what JSON.parse reads, whatever the layout', () => {
    const indents = fc.constantFrom(undefined, 1, 4, '\t')
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), indents, (value, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        expect(read(text)).toEqual(JSON.parse(text))
        expect(read(` \t\r\n${text.replaceAll('\n', '\r\n')}\n `)).toEqual(JSON.parse(text))
      }),
    )
  })

  test('has an error exactly where JSON.parse has, but for what is stricter here', () => {
    const pieces = ['{', '}', '[', ']', ',', ':', '"a"', '"', '1', '-', '0.', 'true', 'nul', ' ']
    const texts = fc.array(fc.constantFrom(...pieces, '\\', '\n', '01', 'e5', '"\\u12"'), {
      maxLength: 8,
    })
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.join('')
        const theirs = attempt(() => JSON.parse(text))
        const ours = attempt(() => read(text))
        if (ours.error?.includes('there twice')) return
        expect(ours.error !== undefined).toBe(theirs.error !== undefined)
        expect(ours.value).toEqual(theirs.value)
      }),
      { numRuns: 2000 },
    )
  })

  test('__proto__ is a member like any other', () => {
    const value = read('{"__proto__": {"polluted": 1}}') as object
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect('polluted' in value).toBe(false)
  })

  test('no value has white space at its ends', () => {
    const texts = fc
      .jsonValue({ maxDepth: 4, stringUnit: fc.constantFrom('a', ' ') })
      .map((value) => JSON.stringify(value, undefined, 1))
    fc.assert(
      fc.property(texts, (text) => {
        const spread = text.replaceAll(/(?<=[[{]) *(?=[\]}])/g, ' \n ')
        for (const { start, end } of nodesOf(parseJson({ name: 'x', text: ` ${spread} ` }))) {
          const own = ` ${spread} `.slice(start, end)
          expect(own).toBe(own.trim())
        }
      }),
    )
  })

  test('where each value is', () => {
    const text = '{ "a" : [1, "two"] }'
    const root = parseJson({ name: 'x', text })
    const [member] = root.kind === 'object' ? root.members : []
    expect(text.slice(member!.value.start, member!.value.end)).toBe('[1, "two"]')
    expect(text.slice(root.start, root.end)).toBe(text)
    expect(text.indexOf('"a"')).toBe(member!.start)
  })
})

describe('errors', () => {
  test.each([
    ['', 'x.json:1:1: a value is missing: text in double quotes, a number, { or ['],
    ['{"a": 1,\n "a": 2}', 'x.json:2:2: "a" is there twice'],
    ['{"a": 1,\n "\\u0061": 2}', 'x.json:2:2: "a" is there twice'],
    ['{"a": 1,}', 'x.json:1:9: a name in double quotes is missing'],
    ['{"a" 1}', 'x.json:1:6: a colon is missing'],
    ['[1 2]', 'x.json:1:4: "]" or a comma is missing'],
    ['[1,\r\n2', 'x.json:2:2: "]" or a comma is missing'],
    ['{"a": \'b\'}', 'x.json:1:7: a value is missing: text in double quotes, a number, { or ['],
    ['"a\nb"', 'x.json:1:1: a string does not end on its line, or has a bad character or escape'],
    ['"\\ud800"', 'x.json:1:1: a string has half a surrogate pair'],
    ['[1] // note', 'x.json:1:5: something stands behind the end'],
    ['01', 'x.json:1:2: something stands behind the end'],
    ['\ufeff{}', 'x.json:1:1: a value is missing: text in double quotes, a number, { or ['],
  ])('%j', (text, message) => {
    expect(messageOf(text)).toBe(message)
  })

  test('columns count characters, not code units; each kind of line end counts once', () => {
    const at = (text: string, mark: string): string =>
      errorAt({ name: 'x', text }, text.indexOf(mark), '').message
    expect(at('"😀é" !', '!')).toBe('x:1:6: ')
    expect(at('a\r\nb\rc\nd!', '!')).toBe('x:4:2: ')
  })

  test('depth is bounded, and a long text is no trouble', () => {
    expect(messageOf('['.repeat(100_000))).toContain('nested too deeply')
    expect(read(`"${'a'.repeat(1_000_000)}"`)).toHaveLength(1_000_000)
  })
})

function nodesOf(node: JsonNode): JsonNode[] {
  if (node.kind === 'scalar') return [node]
  const below = node.kind === 'array' ? node.elements : node.members.map(({ value }) => value)
  return [node, ...below.flatMap(nodesOf)]
}

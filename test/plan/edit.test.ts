import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editJson } from '../../src/plan/edit.ts'
import type { JsonValue } from '../../src/plan/json.ts'
import { jsonOf } from '../support/plan/plans.ts'

const edit = (text: string, wanted: JsonValue): string => editJson({ name: 'x', text }, wanted)

describe('the text', () => {
  test('has the wanted value, whatever it had and however it was laid out', () => {
    const values = fc.jsonValue({ maxDepth: 4 })
    const indents = fc.constantFrom(undefined, 1, 2, '\t')
    fc.assert(
      fc.property(values, values, indents, (before, after, indent) => {
        const text = JSON.stringify(before, undefined, indent)
        expect(JSON.parse(edit(text, jsonOf(after)))).toEqual(jsonOf(after))
      }),
    )
  })

  test('stays as it is where its value does', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        const spread = text.replaceAll(/(?<=^[^"]*),/g, ' ,\t')
        expect(edit(spread, jsonOf(JSON.parse(spread)))).toBe(spread)
      }),
    )
  })
})

describe('the layout', () => {
  const odd =
    '{\n    "keys": [\n        {"state":  "active" },\n        {\n            "n": 1e0\n        }\n    ],"last":true}\n'

  test('of what does not change is kept', () => {
    const wanted = { keys: [{ state: 'outgoing' }, { n: 1 }], last: true }
    expect(edit(odd, wanted)).toBe(odd.replace('"active"', '"outgoing"'))
  })

  test('of what is added follows what is there', () => {
    const wanted = {
      keys: [{ state: 'active', since: 'now' }, { n: 1, m: [2] }, { state: 'incoming' }],
      last: true,
    }
    expect(edit(odd, wanted)).toMatchInlineSnapshot(`
      "{
          "keys": [
              {"state":  "active", "since": "now" },
              {
                  "n": 1e0,
                  "m": [
                      2
                  ]
              },
              {
                  "state": "incoming"
              }
          ],"last":true}
      "
    `)
  })

  test('line ends and tabs are those of the file', () => {
    const text = '{\r\n\t"keys": [\r\n\t\t"a"\r\n\t]\r\n}\r\n'
    expect(edit(text, { keys: ['a', { b: 1 }] })).toBe(
      '{\r\n\t"keys": [\r\n\t\t"a",\r\n\t\t{\r\n\t\t\t"b": 1\r\n\t\t}\r\n\t]\r\n}\r\n',
    )
  })

  test('what was empty is filled where it stands', () => {
    const text = '{\n  "keys": []\n}\n'
    expect(edit(text, { keys: [1] })).toBe('{\n  "keys": [\n    1\n  ]\n}\n')
    expect(edit('{ "a": { }, "b": 1 }', { a: { c: 1 }, b: 1 })).toContain('}, "b": 1 }')
  })

  test('a member or an element that goes takes its object or array along', () => {
    expect(edit('{ "a": 1,   "b": {"c":2} }', { b: { c: 2 } })).toBe(
      '{\n  "b": {\n    "c": 2\n  }\n}',
    )
    expect(edit('{ "a":   [1,  2], "b":  3 }', { a: [2], b: 3 })).toBe(
      '{ "a":   [\n  2\n], "b":  3 }',
    )
  })
})

import { expect, test } from 'vitest'
import { jsonLine, jsonText } from '../../src/cli/json.ts'

const hostile = 'a\u001b[31m\u009b31m\u202e\u2028\u200b\u{e0041}\n\u007fé'

test.each([jsonLine, jsonText])(
  '%o: nothing that a terminal acts on, and the same value',
  (write) => {
    const text = write({ hostile })
    expect(text.trimEnd()).toMatch(/^[\n -~é]*$/)
    expect(JSON.parse(text)).toEqual({ hostile })
  },
)

test('jsonLine is one line, jsonText ends its last', () => {
  expect(jsonLine([1, { a: 2 }])).toBe('[1,{"a":2}]')
  expect(jsonText([1])).toBe('[\n  1\n]\n')
})

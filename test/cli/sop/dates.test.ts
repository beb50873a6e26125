import { describe, expect, test } from 'vitest'
import { readSpan } from '../../../src/cli/sop/dates.ts'
import { SopFailure } from '../../../src/cli/sop/failure.ts'

const now = new Date('2026-06-01T12:00:00.900Z')
const at = (iso: string): number => Date.parse(iso) / 1000
const before = (text: string): number =>
  readSpan({ 'not-before': text, 'not-after': undefined }, now).notBefore

test('without options: everything until now', () => {
  expect(readSpan({ 'not-before': undefined, 'not-after': undefined }, now)).toEqual({
    notBefore: -Infinity,
    notAfter: at('2026-06-01T12:00:00Z'),
  })
})

test('- is the end of time on its side', () => {
  const span = readSpan({ 'not-before': '-', 'not-after': '-' }, now)
  expect(span).toEqual({ notBefore: -Infinity, notAfter: Infinity })
})

describe('forms', () => {
  test.each([
    ['now', '2026-06-01T12:00:00Z'],
    ['2026-01-31T12:34:56Z', '2026-01-31T12:34:56Z'],
    ['2026-01-31t12:34:56z', '2026-01-31T12:34:56Z'],
    ['2026-01-31T12:34:56.789Z', '2026-01-31T12:34:56Z'],
    ['20260131T123456Z', '2026-01-31T12:34:56Z'],
    ['2026-01-31T12:34Z', '2026-01-31T12:34:00Z'],
    ['2026-01-31T12:34:56+02:00', '2026-01-31T10:34:56Z'],
    ['2026-01-31T12:34:56-0130', '2026-01-31T14:04:56Z'],
    ['2026-01-31', '2026-01-31T00:00:00Z'],
    ['2026-01-31T12:34:56', '2026-01-31T12:34:56Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
  ])('%s is %s', (text, iso) => {
    expect(before(text)).toBe(at(iso))
  })

  test.each([
    '',
    'tomorrow',
    '2026',
    '2026-13-01',
    '2026-02-29',
    '2026-04-31',
    '2026-01-01T25:00Z',
  ])('%j is none', (text) => {
    expect(() => before(text)).toThrow(SopFailure)
  })
})

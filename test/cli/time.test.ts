import { describe, expect, test } from 'vitest'
import { parseDuration, parseExpiry, parseTime } from '../../src/cli/time.ts'
import { codeOf, errorOf } from '../support/code-of.ts'

describe('parseTime', () => {
  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.999999999Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T23:30:00-02:00', '2026-02-01T01:30:00.000Z'],
    ['2028-02-29T00:00:00+00:00', '2028-02-29T00:00:00.000Z'],
    ['1969-12-31T23:59:59Z', '1969-12-31T23:59:59.000Z'],
  ])('%s', (text, time) => {
    expect(parseTime('created', text).toISOString()).toBe(time)
  })

  test.each([
    '',
    'now',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31 12:00:00Z',
    '2026-02-30T12:00:00Z',
    '2027-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-01-00T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00:00+99:99',
    '+002026-01-31T12:00:00Z',
    '1769860800',
    '2026-01-31T12:00:00Z\n',
  ])('%j is none', (text) => {
    const { code, message } = errorOf(() => parseTime('created', text))
    expect([code, message]).toEqual(['usage', `--created ${JSON.stringify(text)} is not a time`])
  })
})

describe('parseDuration', () => {
  test.each([
    ['30s', 30],
    ['2m', 120],
    ['12h', 43_200],
    ['90d', 7_776_000],
    ['1w', 604_800],
    ['2y', 730 * 86_400],
  ])('%s', (text, seconds) => {
    expect(parseDuration('expires', text)).toBe(seconds)
  })

  test.each(['', '0s', '2', 'y', '-1d', '1.5y', '2 y', '2Y', '1y6m', '9999999999s', '999999999y'])(
    '%j is none',
    (text) => {
      expect(errorOf(() => parseDuration('expires', text)).code).toBe('usage')
    },
  )
})

describe('an expiry', () => {
  const after = new Date('2026-01-31T12:00:00Z')

  test.each([
    ['1y', '2027-01-31T12:00:00.000Z'],
    ['90d', '2026-05-01T12:00:00.000Z'],
    ['2030-01-01T00:00:00Z', '2030-01-01T00:00:00.000Z'],
  ])('%s', (text, time) => {
    const expiry = parseExpiry('expires', text, after)
    expect(expiry === 'never' ? expiry : expiry.toISOString()).toBe(time)
  })

  test('never is never, and other words are nothing', () => {
    expect(parseExpiry('expires', 'never', after)).toBe('never')
    for (const text of ['Never', '0', '1', '', 'TODAY', '2030-01-01']) {
      expect(
        codeOf(() => parseExpiry('expires', text, after)),
        text,
      ).toBe('usage')
    }
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { retryAfter } from '../../src/signers/http-retry.ts'

const date = 'Sat, 31 Jan 2026 12:00:00 GMT'

describe('the wait for a busy service', () => {
  test.each([
    ['7', undefined, 7000],
    ['0', undefined, 100],
    ['Sat, 31 Jan 2026 12:00:09 GMT', date, 9000],
    ['Sat, 31 Jan 2026 11:00:00 GMT', date, 100],
    ['Sat, 31 Jan 2026 12:00:09 GMT', undefined, 200],
    ['soon', date, 200],
    ['-1', undefined, 200],
    ['1.5', undefined, 200],
    ['', undefined, 200],
  ])('%j at %j is %i ms', (named, at, wait) => {
    const headers = { 'retry-after': named, ...(at === undefined ? {} : { date: at }) }
    expect(retryAfter(headers, 0)).toBe(wait)
  })

  test('that it does not name doubles, up to five seconds', () => {
    const waits = [0, 1, 2, 3, 4, 5, 1000].map((tries) => retryAfter({}, tries))
    expect(waits).toEqual([200, 400, 800, 1600, 3200, 5000, 5000])
  })

  test('is never too short, nor no number, whatever it says', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (named, at, tries) => {
        expect(retryAfter({ 'retry-after': named, date: at }, tries)).toBeGreaterThanOrEqual(100)
      }),
    )
  })
})

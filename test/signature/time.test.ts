import { expect, test } from 'vitest'
import { isoTime, lastTime, toSeconds } from '../../src/signature/time.ts'
import { codeOf } from '../support/code-of.ts'

test('whole seconds, rounded down, before 1970 too', () => {
  expect(toSeconds(new Date('1970-01-01T00:00:00Z'))).toBe(0)
  expect(toSeconds(new Date('2026-01-01T00:00:00.999Z'))).toBe(1_767_225_600)
  expect(toSeconds(new Date(-1))).toBe(-1)
  expect(codeOf(() => toSeconds(new Date(NaN)))).toBe('time-invalid')
})

test('RFC 3339 in UTC', () => {
  expect(isoTime(0)).toBe('1970-01-01T00:00:00Z')
  expect(isoTime(lastTime)).toBe('2106-02-07T06:28:15Z')
})

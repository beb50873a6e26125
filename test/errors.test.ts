import { expect, test } from 'vitest'
import { errorCodes, isOpenPGPError, OpenPGPError } from '../src/errors.ts'

test('an error carries its code, a hint and a cause', () => {
  const cause = new TypeError('below')
  const error = new OpenPGPError('malformed', 'the thing is broken', { hint: 'mend it', cause })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'OpenPGPError', code: 'malformed', hint: 'mend it', cause })
  expect(String(error)).toBe('OpenPGPError: the thing is broken')
})

test('without details there is neither hint nor cause', () => {
  const error = new OpenPGPError('limit', 'too much')
  expect(error.hint).toBeUndefined()
  expect('cause' in error).toBe(false)
})

test('isOpenPGPError knows ours, by code where one is asked for', () => {
  const error: unknown = new OpenPGPError('limit', 'too much')
  expect(isOpenPGPError(error)).toBe(true)
  expect(isOpenPGPError(error, 'limit')).toBe(true)
  expect(isOpenPGPError(error, 'malformed')).toBe(false)
  expect(isOpenPGPError(new Error('limit'))).toBe(false)
  class Copy extends Error {
    override readonly name = 'OpenPGPError'
    readonly code = 'limit'
  }
  expect(isOpenPGPError(new Copy(), 'limit')).toBe(true) // another copy of the file
  expect(isOpenPGPError(new Copy(), 'malformed')).toBe(false)
  expect(isOpenPGPError({ name: 'OpenPGPError', code: 'limit' })).toBe(false)
  expect(isOpenPGPError(undefined)).toBe(false)
})

test('each code says in one line what it is', () => {
  for (const [code, meaning] of Object.entries(errorCodes)) {
    expect(code).toMatch(/^[a-z]+(-[a-z0-9]+)*$/)
    expect(meaning).toMatch(/^[^\n]{10,120}[^.\n]$/)
  }
})

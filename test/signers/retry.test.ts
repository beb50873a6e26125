import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { retryAfterMs, withRetries } from '../../src/signers/retry.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Fails so many times, and counts. */
function failing(times: number): { attempt: () => Promise<string>; count: () => number } {
  let count = 0
  const attempt = (): Promise<string> =>
    ++count > times ? Promise.resolve(`try ${count}`) : Promise.reject(new Error(`fault ${count}`))
  return { attempt, count: () => count }
}

const never = new AbortController().signal
const always = { id: 'k', attempts: 5, signal: never, pauseAfter: () => 100 }

describe('tries', () => {
  test('the first success is the outcome', async () => {
    const { attempt, count } = failing(2)
    const outcome = withRetries(always, attempt)
    await vi.runAllTimersAsync()
    expect(await outcome).toBe('try 3')
    expect(count()).toBe(3)
  })

  test('the last failure is thrown when there were as many as there may be', async () => {
    const { attempt, count } = failing(9)
    const outcome = expect(withRetries(always, attempt)).rejects.toThrow('fault 5')
    await vi.runAllTimersAsync()
    await outcome
    expect(count()).toBe(5)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('what must not be tried again is thrown at once', async () => {
    const { attempt, count } = failing(1)
    const once = { ...always, pauseAfter: () => undefined }
    await expect(withRetries(once, attempt)).rejects.toThrow('fault 1')
    expect(count()).toBe(1)
  })
})

describe('pauses', () => {
  test('each may be twice as long as the one before, up to 20 s', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.999999)
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const outcome = withRetries({ ...always, attempts: 11 }, failing(10).attempt)
    await vi.runAllTimersAsync()
    await outcome
    const pauses = timers.mock.calls.map(([, pause = 0]) => Math.round(pause))
    const expected = [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 20_000, 20_000]
    expect(pauses).toEqual(expected)
  })

  test('are of a random length', async () => {
    vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(0.5)
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const outcome = withRetries(always, failing(2).attempt)
    await vi.runAllTimersAsync()
    await outcome
    expect(timers.mock.calls.map(([, pause]) => pause)).toEqual([0, 100])
  })

  test('come after the time that the service wants to pass', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const waitAfter = (thrown: unknown): number => (String(thrown).endsWith('1') ? 3000 : 0)
    const outcome = withRetries({ ...always, waitAfter }, failing(2).attempt)
    await vi.runAllTimersAsync()
    await outcome
    expect(timers.mock.calls.map(([, pause]) => pause)).toEqual([3050, 100])
  })

  test('that would end after the deadline are not begun', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const { attempt, count } = failing(9)
    const patient = { ...always, waitAfter: () => 1000, patienceMs: 2150 }
    const outcome = expect(withRetries(patient, attempt)).rejects.toThrow('fault 2')
    await vi.runAllTimersAsync()
    await outcome
    expect(count()).toBe(2) // 1050 ms were waited, and 1100 were to come
    expect(vi.getTimerCount()).toBe(0)
  })

  test('end with the signal, and leave no timer', async () => {
    const own = new AbortController()
    const { attempt, count } = failing(9)
    const outcome = withRetries({ ...always, signal: own.signal }, attempt)
    await vi.advanceTimersByTimeAsync(0)
    own.abort(new OpenPGPError('signer-timeout', 'late'))
    await expect(outcome).rejects.toMatchObject({ code: 'signer-timeout' })
    expect(count()).toBeLessThan(9)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('there is none after the signal', async () => {
    const own = new AbortController()
    const outcome = withRetries({ ...always, signal: own.signal }, () => {
      own.abort()
      return Promise.reject(new Error('fault'))
    })
    await expect(outcome).rejects.toThrow('fault')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the wait that a service asks for', () => {
  const date = 'Sat, 31 Jan 2026 12:00:00 GMT'
  test.each([
    ['7', undefined, 7000],
    ['0', undefined, 0],
    ['Sat, 31 Jan 2026 12:00:09 GMT', date, 9000],
    ['Sat, 31 Jan 2026 11:00:00 GMT', date, 0],
    ['Sat, 31 Jan 2026 12:00:09 GMT', undefined, 0],
    ['soon', date, 0],
    ['-1', undefined, 0],
    ['1.5', undefined, 0],
    ['', undefined, 0],
    [null, null, 0],
  ])('%j at %j is %i ms', (named, at, wait) => {
    expect(retryAfterMs(named, at)).toBe(wait)
  })

  test('is a finite number, however long it is', () => {
    expect(retryAfterMs('9'.repeat(400), undefined)).toBe(Number.MAX_SAFE_INTEGER)
  })

  test('is never below none, nor no number, whatever it says', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (named, at) => {
        expect(retryAfterMs(named, at)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

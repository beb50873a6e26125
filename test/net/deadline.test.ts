import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { abortError, requireCount, untilAborted, withDeadline } from '../../src/net/deadline.ts'
import { codeOf, rejection } from '../support/code-of.ts'

const never = new Promise<never>(() => undefined)
const id = 'the key'

test('an aborted signal is `aborted`, or the error of ours that it was aborted with', () => {
  const reason = new OpenPGPError('signer-timeout', 'too late')
  expect(abortError(AbortSignal.abort(reason), id)).toBe(reason)
  expect(abortError(AbortSignal.abort('why'), id)).toMatchObject({ code: 'aborted', cause: 'why' })
})

describe('untilAborted', () => {
  test('passes on what comes of the work', async () => {
    const { signal } = new AbortController()
    await expect(untilAborted(Promise.resolve(1), signal, id)).resolves.toBe(1)
    await expect(untilAborted(Promise.resolve(1), undefined, id)).resolves.toBe(1)
    await expect(untilAborted(Promise.reject(new Error('no')), signal, id)).rejects.toThrow('no')
  })

  test('ends with the signal, before or during the work', async () => {
    const controller = new AbortController()
    const during = rejection(untilAborted(never, controller.signal, id))
    controller.abort()
    expect((await during).code).toBe('aborted')
    expect((await rejection(untilAborted(never, controller.signal, id))).code).toBe('aborted')
  })
})

describe('withDeadline', () => {
  const timers = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

  test('an answer in time is the answer, and leaves no timer', async () => {
    const before = timers()
    const answer = withDeadline({ id, milliseconds: 60_000 }, () => Promise.resolve('yes'))
    await expect(answer).resolves.toBe('yes')
    expect(timers()).toBe(before)
  })

  test('a call that never answers ends at the deadline, and is told', async () => {
    let told: AbortSignal | undefined
    const started = performance.now()
    const error = await rejection(
      withDeadline({ id, milliseconds: 50 }, (signal) => {
        told = signal
        return never
      }),
    )
    expect(error).toMatchObject({
      code: 'signer-timeout',
      message: 'the key did not answer within 0.05 s',
    })
    expect(performance.now() - started).toBeLessThan(2000)
    expect(told?.aborted).toBe(true)
  })

  test('a call that notices first cannot replace the error by its own', async () => {
    const error = await rejection(
      withDeadline({ id, milliseconds: 20 }, async (signal) => {
        await sleep(60_000, undefined, { signal })
      }),
    )
    expect(error.code).toBe('signer-timeout')
  })

  test('the signal of the caller ends it, and a signal that is aborted starts nothing', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const running = rejection(withDeadline({ id, milliseconds: 60_000, signal }, () => never))
    controller.abort()
    expect((await running).code).toBe('aborted')
    let called = false
    const late = withDeadline({ id, milliseconds: 60_000, signal }, async () => {
      called = true
    })
    expect((await rejection(late)).code).toBe('aborted')
    expect(called).toBe(false)
  })
})

test('a deadline of something else than a signer has a code of its own', async () => {
  const deadline = { id, milliseconds: 10, code: 'directory-unavailable' } as const
  expect((await rejection(withDeadline(deadline, () => never))).code).toBe('directory-unavailable')
})

test('a count is whole, above nothing, and one that a timer takes', () => {
  for (const value of [1, 2 ** 31 - 1]) expect(() => requireCount('n', value)).not.toThrow()
  for (const value of [0, -1, 1.5, NaN, Infinity, 2 ** 31]) {
    expect(codeOf(() => requireCount('n', value))).toBe('usage')
  }
})

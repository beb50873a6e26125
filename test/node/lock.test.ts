import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withLock } from '../../src/node/lock.ts'
import { rejection } from '../support/code-of.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lh-lock-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('one at a time, and nothing is left of it, whatever happens', async () => {
  const path = join(folder, 'lock')
  let inside = 0
  const most: number[] = []
  const enter = (fails: boolean) =>
    withLock(
      path,
      async ({ isHeld }) => {
        inside += 1
        most.push(inside)
        await turn()
        expect(isHeld()).toBe(true)
        inside -= 1
        if (fails) throw new Error('inside')
      },
      { pauseMs: 1 },
    )
  const ended = await Promise.allSettled([enter(false), enter(true), enter(false), enter(true)])
  expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(2)
  expect(most).toEqual([1, 1, 1, 1])
  expect(readdirSync(folder)).toEqual([])
})

test('one that a process left behind does not block for ever', async () => {
  const path = join(folder, 'lock')
  writeFileSync(path, '')
  const options = { pauseMs: 1, staleMs: 5 }
  const run = () => withLock(path, () => Promise.resolve(existsSync(path)), options)
  expect(await Promise.all([run(), run(), run()])).toEqual([true, true, true])
  expect(readdirSync(folder)).toEqual([])
})

test('who slept for too long has lost it, and is told; the other one keeps it', async () => {
  const path = join(folder, 'lock')
  let wake: () => void = () => undefined
  const asleep = new Promise<void>((resolve) => (wake = resolve))
  const options = { pauseMs: 1, staleMs: 5 }
  const slow = withLock(
    path,
    async ({ isHeld }) => {
      await asleep
      return isHeld()
    },
    options,
  )
  await withLock(
    path,
    async ({ isHeld }) => {
      wake()
      expect(await slow).toBe(false)
      expect(isHeld()).toBe(true)
    },
    options,
  )
  expect(readdirSync(folder)).toEqual([])
})

test('where no file can be made is an error', async () => {
  const path = join(folder, 'no', 'lock')
  expect((await rejection(withLock(path, () => Promise.resolve()))).code).toBe('output-failed')
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Io } from '../../src/cli/io.ts'
import { countProgress, withProgress } from '../../src/cli/progress.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

let said: string[] = []
beforeEach(() => void (said = []))
const io = (interactive: boolean): Io =>
  ({ interactive, err: (text: string) => void said.push(text) }) as unknown as Io

/** Takes `count` steps, each of so many milliseconds. */
function count(steps: number, ms: number, interactive = true): void {
  const progress = countProgress(steps, io(interactive))
  for (let left = steps; left > 0; left--) {
    vi.advanceTimersByTime(ms)
    progress.step()
  }
  progress.end()
}

test('files that are done are counted on one line, which goes away', () => {
  count(4, 600)
  expect(said).toEqual([
    '\r\u001b[K2 of 4 files',
    '\r\u001b[K3 of 4 files',
    '\r\u001b[K4 of 4 files',
    '\r\u001b[K',
  ])
})

test('not more than five times a second', () => {
  count(200, 10)
  expect(said).toHaveLength(6 + 1)
})

test.each([
  ['in less than a second', 4, 200, true],
  ['where nobody looks on', 4, 600, false],
] as const)('nothing is shown %s', (_, steps, ms, interactive) => {
  count(steps, ms, interactive)
  expect(said).toEqual([])
})

test('one large file shows how much was hashed, its name made harmless', async () => {
  async function* slow(): AsyncGenerator<Uint8Array> {
    for (let part = 0; part < 3; part++) {
      vi.advanceTimersByTime(600)
      yield await Promise.resolve(new Uint8Array(2 ** 20))
    }
  }
  let octets = 0
  for await (const chunk of withProgress(slow(), 'a\u001b[31m', io(true))) octets += chunk.length
  expect(octets).toBe(3 * 2 ** 20)
  expect(said.map((line) => line.replace('\r\u001b[K', ''))).toEqual([
    expect.stringMatching(/^hashing a[^\u001b]*: 2 MiB$/),
    expect.stringMatching(/^hashing a[^\u001b]*: 3 MiB$/),
    '',
  ])
})

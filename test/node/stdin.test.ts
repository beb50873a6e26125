import { createHash, randomBytes } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startChild } from './child.ts'

const folder = mkdtempSync(join(tmpdir(), 'longhand-stdin-'))
afterAll(() => rmSync(folder, { recursive: true }))

const reader = (options: string): string => `
  import { createHash } from 'node:crypto'
  import { stdinData } from 'SRC/node/data.ts'
  const hash = createHash('sha256')
  try {
    for await (const chunk of stdinData(${options})) hash.update(chunk)
    console.log(hash.digest('hex'))
  } catch (error) {
    console.log(error.code, error.message, error.hint)
  }`
const sha256 = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex')

test('a pipe, with pauses below the deadline that add up to more than it', async () => {
  const [child, ended] = startChild(reader('{ idleTimeoutMs: 1500 }'), ['pipe', 'pipe', 'pipe'])
  const octets = randomBytes(300_000)
  for (let at = 0; at < octets.length; at += 60_000) {
    child.stdin?.write(octets.subarray(at, at + 60_000))
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  child.stdin?.end()
  expect((await ended).stdout).toBe(`${sha256(octets)}\n`)
})

test('a file', async () => {
  const octets = randomBytes(2_500_000)
  writeFileSync(join(folder, 'data'), octets)
  const fd = openSync(join(folder, 'data'), 'r')
  const [, ended] = startChild(reader(''), [fd, 'pipe', 'pipe'])
  expect((await ended).stdout).toBe(`${sha256(octets)}\n`)
  closeSync(fd)
})

test('nothing at all, and a directory', async () => {
  const [, empty] = startChild(reader(''), ['ignore', 'pipe', 'pipe'])
  expect((await empty).stdout).toBe(`${sha256(new Uint8Array(0))}\n`)
  const fd = openSync(folder, 'r')
  const [, ended] = startChild(reader(''), [fd, 'pipe', 'pipe'])
  expect((await ended).stdout).toContain('input-missing standard input is a directory')
  closeSync(fd)
})

test.each([
  ['that never says anything', 0],
  ['that falls silent after a while', 70_000],
])('a pipe %s: fails, and the process ends by itself', async (_, octets) => {
  const [child, ended] = startChild(reader('{ idleTimeoutMs: 300 }'), ['pipe', 'pipe', 'pipe'])
  child.stdin?.write(randomBytes(octets + 1))
  const { status, stdout, milliseconds } = await ended // the pipe stays open until now
  expect(stdout).toMatch(/^input-unreadable standard input sent nothing for 0\.3 s .*--timeout/)
  expect(status).toBe(0)
  expect(milliseconds).toBeLessThan(10_000)
  child.stdin?.destroy()
})

test('a signal ends it', async () => {
  const [child, ended] = startChild(reader('{ signal: AbortSignal.timeout(200) }'), [
    'pipe',
    'pipe',
    'pipe',
  ])
  expect((await ended).stdout).toContain('aborted reading standard input was ended')
  child.stdin?.destroy()
})

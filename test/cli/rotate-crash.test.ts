/** A rotation that is killed at any write: each file is the old or the new one, and again finishes it. */

import fs, { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { crashBefore } from '../node/failing-fs.ts'
import { runMain } from '../support/cli/in-process.ts'
import { runProgram } from '../support/cli/program.ts'
import { filesBelow, useWorkplace } from '../support/cli/workplace.ts'
import {
  authority,
  daysLater,
  emptyPlan,
  rotate,
  second,
  setOut,
  startFirst,
} from '../support/plan/workplace.ts'

useWorkplace()

type Files = Readonly<Record<string, string>>

// A process that is killed loses nothing that the system has; only the power would take more.
const { fsyncSync } = fs
const setFsync = (fsync: typeof fsyncSync): void => {
  fs.fsyncSync = fsync
  syncBuiltinESMExports()
}
beforeAll(() => setFsync(() => undefined))
afterAll(() => setFsync(fsyncSync))

/** Without what a killed process leaves beside them under temporary names. */
function files(): Files {
  const own = filesBelow().filter((path) => !/\.longhand-[\w-]+\.tmp$/.test(path))
  return Object.fromEntries(own.map((path) => [path, readFileSync(path, 'hex')]))
}

/** Each file is as it was or as it should be; one that is new may not be there yet. */
function expectOldOrNew(now: Files, before: Files, after: Files): void {
  for (const path of new Set([...Object.keys(before), ...Object.keys(now)])) {
    expect([before[path], after[path]], path).toContain(now[path])
  }
}

/** The working directory as it is, kept for many tries. */
function keepDirectory(): { restore(): void; done(): void } {
  const kept = mkdtempSync(join(tmpdir(), 'lh-kept-'))
  cpSync('.', kept, { recursive: true })
  return {
    restore() {
      for (const path of filesBelow()) rmSync(path)
      rmSync('public', { recursive: true, force: true })
      cpSync(kept, '.', { recursive: true })
    },
    done: () => rmSync(kept, { recursive: true }),
  }
}

interface Scene {
  readonly name: string
  readonly before: readonly (readonly [string, number])[]
  readonly step: readonly [string, number]
}

const started = [`start ${second}`, 100] as const
const scenes: readonly Scene[] = [
  {
    name: 'the first start',
    before: [],
    step: ['start --key keys/a.pem --cert keys/a.asc --name A', 0],
  },
  { name: 'start', before: [], step: started },
  { name: 'start, with the authority', before: [], step: [`start ${second} ${authority}`, 100] },
  { name: 'switch', before: [started], step: ['switch', 101] },
  { name: 'finish', before: [started, ['switch', 101]], step: ['finish --leave-behind', 190] },
  { name: 'abort', before: [started], step: ['abort', 101] },
  {
    name: 'break-glass',
    before: [started],
    step: [`start --break-glass --reason compromised ${authority}`, 101],
  },
]

describe.each(scenes)('$name', ({ name, before, step: [words, days] }) => {
  test('killed before each of its writes', async () => {
    await setOut()
    writeFileSync('data.txt', 'hello\n')
    if (name !== 'the first start') await startFirst()
    for (const [words, days] of before) expect((await rotate(words, days)).status).toBe(0)
    const kept = keepDirectory()
    const old = files()
    expect((await rotate(words, days)).status).toBe(0)
    const next = files()
    expect(next).not.toEqual(old)
    const states = [old, next].map((each) => each['longhand.json'])
    let crashes = 0
    for (; ; crashes += 1) {
      kept.restore()
      if ((await crashBefore(crashes, () => rotate(words, days))) === 'finished') break
      const now = files()
      expectOldOrNew(now, old, next)
      expect(states).toContain(now['longhand.json'])
      await expectSigning(days)
      const again = await rotate(words, days)
      expect([again.status, again.stderr], `after ${crashes}`).toEqual([0, expect.any(String)])
      expect(files(), `after ${crashes}`).toEqual(next)
      if (crashes % 3 !== 0) continue
      // And on another day: by then other times stand in the files.
      kept.restore()
      await crashBefore(crashes, () => rotate(words, days))
      expect((await rotate(words, days + 1)).status).toBe(0)
      expect(statesNow()).toEqual(statesOf(next['longhand.json'] ?? ''))
    }
    expect(crashes).toBeGreaterThan(5)
    kept.done()
  }, 120_000)
})

/** Signing goes on, whatever was cut short: by the plan as it is. */
async function expectSigning(days: number): Promise<void> {
  if (statesNow().length === 0) return
  const signed = await runMain(['sign', 'data.txt', '--force'], { now: daysLater(days) })
  expect(signed.status, signed.transcript).toBe(0)
  rmSync('data.txt.asc')
}

function statesNow(): string[] {
  return statesOf(readFileSync('longhand.json', 'hex'))
}

function statesOf(hex: string): string[] {
  const plan = JSON.parse(Buffer.from(hex, 'hex').toString()) as { keys: { state: string }[] }
  return plan.keys.map(({ state }) => state)
}

/** A process that kills itself before its changing call number N. */
const preload = `
const fs = require('node:fs')
const { syncBuiltinESMExports } = require('node:module')
let left = Number(process.env.KILL_BEFORE)
for (const name of ['writeFileSync', 'linkSync', 'renameSync', 'unlinkSync', 'mkdirSync']) {
  const original = fs[name]
  fs[name] = (...words) => {
    if (left-- === 0) process.kill(process.pid, 'SIGKILL')
    return original(...words)
  }
}
syncBuiltinESMExports()
`

test('the built command, killed for good', async () => {
  await setOut({ ...emptyPlan, rotation: { lag: '0s', wait: '0s' } })
  writeFileSync('preload.cjs', preload)
  const run = (words: string, kill?: number): ReturnType<typeof runProgram> =>
    runProgram(['rotate', ...words.split(' ')], {
      ...(kill === undefined
        ? {}
        : { node: ['--require', './preload.cjs'], env: { KILL_BEFORE: String(kill) } }),
    })
  const first = 'start --key keys/a.pem --cert keys/a.asc --name A'
  for (const words of [first, `start ${second}`, 'switch']) {
    const { status, stderr } = await run(words)
    expect([words, status], stderr).toEqual([words, 0])
  }
  // In whole seconds a revocation has to be newer than what it takes back.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const finish = 'finish --leave-behind'
  const kept = keepDirectory()
  const old = files()
  let killed = 0
  for (; ; killed += 1) {
    kept.restore()
    const ended = await run(finish, killed)
    if (ended.status === 0) break
    expect(ended.status).toBe(-1)
    const now = files()
    expect(statesNow()[1]).toBe('active')
    // Certificates are the old one or have the revocation besides; the tree has what they have.
    for (const path of ['keys/b.asc', 'keys/authority.asc']) expect(now[path]).toBe(old[path])
    expect(now['keys/a.asc'] === old['keys/a.asc'] || statesNow()[0] === 'retired').toBe(true)
    expect((await run(finish)).status).toBe(0)
    expect(statesNow()).toEqual(['retired', 'active'])
    const status = await runMain(['rotate', 'status'], { now: new Date() })
    expect(status.stdout.toString()).not.toContain('again')
    expect(existsSync('longhand-rotation.md')).toBe(true)
  }
  expect(killed).toBeGreaterThan(5)
  kept.done()
}, 120_000)

/** Standard input that stays open and says nothing: every command ends by itself. */

import { readFileSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { runProgram } from '../support/cli/program.ts'
import type { ProgramRun } from '../support/cli/program.ts'
import { runOnTerminal } from '../support/cli/pty.ts'
import { mint, useWorkplace } from '../support/cli/workplace.ts'
import { toEncrypted } from '../support/openssl-key.ts'
import { run } from '../support/tools/run.ts'

useWorkplace()
beforeEach(async () => {
  await mint()
  writeFileSync('data.txt', 'hello\n')
  writeFileSync('locked.pem', await toEncrypted(readFileSync('release.pem', 'utf8'), 'secret'))
  await run('mkfifo', ['fifo'], { cwd: process.cwd() })
})

const keys = ['--key', 'release.pem', '--cert', 'release.asc']

/** What reads standard input, or another pipe, waits for --timeout and no longer. */
const waiting: readonly [string, readonly string[]][] = [
  ['sign -', ['sign', ...keys, '-']],
  ['sign FIFO', ['sign', ...keys, 'fifo']],
  ['sign --key FIFO', ['sign', '--key', 'fifo', '--cert', 'release.asc', 'data.txt']],
  ['sign --cert FIFO', ['sign', '--key', 'release.pem', '--cert', 'fifo', 'data.txt']],
  ['sign --passphrase-file FIFO', ['sign', ...keys, '--passphrase-file', 'fifo', 'data.txt']],
  ['verify SIGNATURE -', ['verify', '--cert', 'release.asc', 'data.txt.asc', '-']],
  ['verify FIFO FILE', ['verify', '--cert', 'release.asc', 'fifo', 'data.txt']],
]

/** What reads none does not wait at all. */
const independent: readonly [string, readonly string[], number][] = [
  ['nothing', [], 0],
  ['sign --help', ['sign', '--help'], 0],
  ['sign FILE', ['sign', ...keys, '--force', 'data.txt'], 0],
  [
    'an encrypted key without passphrase',
    ['sign', '--key', 'locked.pem', '--cert', 'release.asc', '--force', 'data.txt'],
    35,
  ],
  [
    'keys mint with one',
    ['keys', 'mint', '--key', 'locked.pem', '--name=N', '--email=n@n.example', '-o', 'x'],
    35,
  ],
  ['keys generate', ['keys', 'generate', '--bits', '3072', '-o', 'new.pem'], 0],
  ['keys wkd', ['keys', 'wkd', '--domain', 'acme.example', '-o', 'public', 'release.asc'], 0],
  ['inspect', ['inspect', 'release.asc'], 0],
]

describe.each([
  ['a pipe', (args: readonly string[]) => runProgram(args, { stdin: null })],
  ['a terminal', (args: readonly string[]) => runOnTerminal(args)],
] as const)('%s', (_, start: (args: readonly string[]) => Promise<ProgramRun>) => {
  beforeEach(async () => {
    await runProgram(['sign', ...keys, 'data.txt'])
  })

  test.each(waiting)('%s ends at its deadline', async (_name, args) => {
    const force = args[0] === 'sign' ? ['--force'] : []
    const ran = await start([...args, ...force, '--timeout=1s'])
    const { status, stdout, stderr, milliseconds, files } = ran
    expect(stderr + stdout.toString()).toMatch(/sent nothing for 1 s/)
    expect(status).toBe(11)
    expect(milliseconds).toBeGreaterThan(1000)
    expect(milliseconds).toBeLessThan(10_000)
    expect(files).toEqual([
      'data.txt',
      'data.txt.asc',
      'fifo',
      'locked.pem',
      'release.asc',
      'release.pem',
    ])
  })

  test.each(independent)('%s does not wait for it', async (_name, args, status) => {
    const ran = await start(args)
    expect([ran.status, ran.milliseconds < 15_000]).toEqual([status, true])
  })
})

/** What the environment and the terminal change: defaults, secrets, colours, progress. */

import { createWriteStream, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { runMain } from '../support/cli/in-process.ts'
import { launcher, runProgram, startProgram } from '../support/cli/program.ts'
import { runOnTerminal } from '../support/cli/pty.ts'
import { mint, testKeys, useWorkplace } from '../support/cli/workplace.ts'
import { run } from '../support/tools/run.ts'

useWorkplace()
beforeEach(async () => {
  await mint()
  writeFileSync('data.txt', 'hello\n')
})

const keys = ['--key', 'release.pem', '--cert', 'release.asc']

describe('LONGHAND_KEY and LONGHAND_CERT', () => {
  const env = { LONGHAND_KEY: 'release.pem', LONGHAND_CERT: 'release.asc' }

  test('are the defaults of --key and --cert, for each command', async () => {
    expect(await runProgram(['sign', 'data.txt'], { env })).toMatchObject({ status: 0 })
    expect(await runProgram(['verify', 'data.txt.asc'], { env })).toMatchObject({ status: 0 })
    const user = ['--name', 'N', '--email', 'n@n.example', '-o', 'new.asc']
    expect(await runProgram(['keys', 'mint', ...user], { env })).toMatchObject({ status: 0 })
  })

  test('give way to the options', async () => {
    const other = { LONGHAND_KEY: testKeys.b, LONGHAND_CERT: 'missing.asc' }
    expect(await runMain(['sign', ...keys, 'data.txt'], { env: other })).toMatchObject({
      status: 0,
    })
  })

  test('are nothing when they are empty', async () => {
    const transcripts = []
    for (const empty of ['LONGHAND_KEY', 'LONGHAND_CERT']) {
      const { transcript } = await runMain(['sign', 'data.txt'], { env: { ...env, [empty]: '' } })
      transcripts.push(transcript)
    }
    expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
      "2> error: no key is named
      2> hint: give --key release.pem or --key awskms:///alias/NAME, or set LONGHAND_KEY
      [2]

      2> error: no certificate is named
      2> hint: give --cert release.asc, or set LONGHAND_CERT
      [2]"
    `)
  })

  test('are guarded as the options are', async () => {
    const words = ['sign', '--force', '-o', './release.pem', 'data.txt']
    expect((await runMain(words, { env })).transcript).toMatchInlineSnapshot(`
      "2> error: the output ./release.pem is release.pem
      2> hint: choose another output; --force does not lift this
      [14]"
    `)
  })
})

test.each([
  'release.pem?passphrase=hunter2',
  'file:release.pem?passphrase=hunter2',
  'awskms://user:hunter2@127.0.0.1/alias/x',
  'awskms:///alias/x?aws_secret_access_key=hunter2',
  'awskms:///alias/x?session%5Ftoken=hunter2',
  'pkcs11:token=t;object=o?pin-value=hunter2',
  'hashivault://hunter2@vault/key',
  '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----',
])('the secret in %j is refused and not repeated', async (uri) => {
  for (const [words, env] of [
    [['sign', `--key=${uri}`, '--cert', 'release.asc', 'data.txt'], {}],
    [['sign', '--cert', 'release.asc', 'data.txt'], { LONGHAND_KEY: uri }],
    [['keys', 'mint', `--key=${uri}`, '--name=N', '--email=n@n.example', '-o', 'x'], {}],
  ] as const) {
    const ran = await runMain(words, { env })
    expect(ran.status).toBe(34)
    expect(ran.transcript).not.toMatch(/hunter2/)
  }
})

describe('colours', () => {
  const failing = ['sign', ...keys, 'missing.txt']
  const red = '\u001b[31merror:\u001b[0m'

  test('on a terminal, and only the label', async () => {
    const { stdout, status } = await runOnTerminal(failing)
    expect(stdout.toString()).toBe(`${red} the file missing.txt does not exist\r\n`)
    expect(status).toBe(10)
  })

  test.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('not with %o', async (env) => {
    const { stdout } = await runOnTerminal(failing, { env })
    expect(stdout.toString()).toBe('error: the file missing.txt does not exist\r\n')
  })

  test('with NO_COLOR empty, which says nothing', async () => {
    const { stdout } = await runOnTerminal(failing, { env: { NO_COLOR: '' } })
    expect(stdout.toString()).toContain(red)
  })

  test('not in a pipe, not even when it is asked for', async () => {
    const { stderr } = await runProgram(failing, { env: { FORCE_COLOR: '1' } })
    expect(stderr).toBe('error: the file missing.txt does not exist\n')
  })
})

describe('progress', () => {
  const hashing = /hashing fifo: \d+ MiB/

  /** Gives the FIFO a few MiB over two seconds. */
  async function writeSlowly(): Promise<void> {
    const pipe = createWriteStream('fifo')
    for (let part = 0; part < 8; part += 1) {
      pipe.write(Buffer.alloc(1_000_000))
      await sleep(250)
    }
    await new Promise((resolve) => pipe.end(resolve))
  }

  beforeEach(() => run('mkfifo', ['fifo'], { cwd: process.cwd() }))

  test('on a terminal, after a second, and it is wiped away', async () => {
    const [{ stdout, status }] = await Promise.all([
      runOnTerminal(['sign', ...keys, 'fifo'], { env: { NO_COLOR: '1' } }),
      writeSlowly(),
    ])
    expect(status).toBe(0)
    const shown = stdout.toString()
    expect(shown).toMatch(hashing)
    expect(shown).toMatch(/\r\u001b\[Ksigned: fifo → fifo\.asc\r\n$/)
  })

  test('not in a pipe', async () => {
    const [{ stderr, status }] = await Promise.all([
      runProgram(['sign', ...keys, 'fifo']),
      writeSlowly(),
    ])
    expect([status, stderr]).toEqual([0, 'signed: fifo → fifo.asc\n'])
  })

  test('not for what is done sooner', async () => {
    const { stdout } = await runOnTerminal(['sign', ...keys, 'data.txt'])
    expect(stdout.toString()).not.toContain('hashing')
  })
})

describe('standard output that takes nothing', () => {
  const hint = 'hint: choose another output, or make room for it\n'

  test('a full device', async () => {
    const line = 'exec "$@" > /dev/full'
    const words = ['-c', line, 'sh', process.execPath, launcher(), 'inspect', 'release.asc']
    const ran = await run('/bin/sh', words, { cwd: process.cwd() })
    expect([ran.status, ran.stderr]).toEqual([
      15,
      'error: cannot write standard output: ENOSPC\n' + hint,
    ])
  })

  test('a reader that has gone', async () => {
    const [child, ended] = startProgram(['inspect', 'release.asc'])
    child.stdin?.end()
    child.stdout?.destroy()
    const { status, stderr } = await ended
    expect(status).toBe(15)
    expect(stderr).toBe(
      'error: cannot write standard output: whoever read it has gone\n' +
        'hint: have it read to its end, or write it to a file first\n',
    )
  })
})

test('a fault of our own says so, with status 1', async () => {
  const env = new Proxy<Record<string, string>>(
    {},
    {
      get(_, name) {
        if (name === 'LONGHAND_DEBUG') return undefined
        throw new TypeError('boom\u001b[31m')
      },
    },
  )
  const { transcript } = await runMain(['sign', 'data.txt'], { env })
  expect(transcript).toMatchInlineSnapshot(`
    "2> error: unexpected: boom\\x1B[31m
    2> hint: this is a fault of Longhand; LONGHAND_DEBUG=1 shows where
    [1]"
  `)
})

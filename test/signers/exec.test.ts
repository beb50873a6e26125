import { mkdirSync } from 'node:fs'
import { afterAll, describe, expect, test, vi } from 'vitest'
import type { Digest } from '../../src/signature/signer.ts'
import { execSigner, type ExecSignerOptions } from '../../src/signers/exec.ts'
import { codeOf, rejection } from '../support/code-of.ts'
import { makePrograms } from '../support/exec/programs.ts'

const programs = makePrograms()
afterAll(programs.remove)

const digest: Digest = { algorithm: 'SHA-256', octets: new Uint8Array(32) }
const answer = `echo '{"longhand":1,"signature":"AQID"}'`
const value = Uint8Array.of(1, 2, 3)
const env = { PATH: process.env['PATH'] ?? '' }

const sign = (
  path: string,
  options: Partial<ExecSignerOptions> = {},
  signal?: AbortSignal,
): Promise<Uint8Array> =>
  execSigner({ path, env, ...options }).sign(digest, signal === undefined ? {} : { signal })

const run = (name: string, script: string, ...more: [Partial<ExecSignerOptions>?, AbortSignal?]) =>
  sign(programs.write(name, script), ...more)

/** What the process holds of others: pipes and children. */
const held = (): number =>
  process.getActiveResourcesInfo().filter((name) => /Pipe|Process/.test(name)).length

describe('a program', () => {
  test('reads one line and the end, and gets its arguments and environment and nothing else', async () => {
    const script = `cat > request; printf '%s\\n' "$@" > args
      tr '\\0' '\\n' < /proc/$$/environ > environ; ${answer}`
    const args = ['--key', 'a b', '$(touch injected)', '*; touch injected', '', '-']
    const given = { PATH: env.PATH, TOKEN: 'x y' }
    expect(await run('asked', script, { args, env: given })).toEqual(value)
    expect(programs.read('request')).toMatch(/^\{"longhand":1,"request":"sign",[^\n]*\}\n$/)
    expect(programs.read('args')).toBe(`${args.join('\n')}\n`)
    expect(programs.read('environ').trim().split('\n').sort()).toEqual(
      Object.entries(given).map(([name, text]) => `${name}=${text}`),
    )
    expect(() => programs.read('injected')).toThrow()
  })

  test('is named by its path; its arguments are not told', () => {
    expect(execSigner({ path: '/bin/signer', args: ['--pin=1234'] }).id).toBe('exec:/bin/signer')
  })

  test('leads a process group of its own', async () => {
    await run('group', `ps -o pgid= -p $$ > group.id; echo $$ > group.pid; ${answer}`)
    expect(Number(programs.read('group.id'))).toBe(Number(programs.read('group.pid')))
  })

  test.each(['', 'relative', './here', 'a/b', '/nul\0'])('%j is no path of one', (path) => {
    expect(codeOf(() => execSigner({ path }))).toBe('usage')
  })

  test('a digest that is none starts nothing', async () => {
    const path = programs.write('unasked', `touch started; ${answer}`)
    const wrong = { algorithm: 'SHA-512', octets: new Uint8Array(32) } as const
    expect((await rejection(execSigner({ path, env }).sign(wrong))).code).toBe('usage')
    expect(() => programs.read('started')).toThrow()
  })

  test.each([
    ['that does not read', 'true'],
    ['that closes its input', 'exec 0<&-'],
    ['that complains and is right', 'echo watch out >&2'],
    ['that floods standard error', 'yes no | head -c 5000000 >&2'],
  ])('%s answers all the same', async (name, script) => {
    expect(await run(name, `${script}; ${answer}`)).toEqual(value)
  })

  test('32 at once, and again: nothing is held afterwards', async () => {
    const before = held()
    const signer = execSigner({ path: programs.write('many', `cat > /dev/null; ${answer}`), env })
    for (const _ of [1, 2]) {
      const calls = Array.from({ length: 32 }, () => signer.sign(digest))
      expect(await Promise.all(calls)).toEqual(calls.map(() => value))
    }
    await vi.waitFor(() => expect(held()).toBeLessThanOrEqual(before))
  })
})

describe('a program that cannot be started', () => {
  test.each<[string, () => string, RegExp]>([
    ['not there', () => programs.path('none'), /there is no such program/],
    ['a directory', () => programs.path('folder'), /this is a directory/],
    ['below a file', () => programs.write('file', 'true') + '/x', /there is no such program/],
    ['not executable', () => programs.write('data', 'true', { mode: 0o600 }), /may not be run/],
    [
      'without its interpreter',
      () => programs.write('lost', 'true', { shell: '/nonexistent/sh' }),
      /its interpreter is not there/,
    ],
  ])('%s', async (_, path, message) => {
    mkdirSync(programs.path('folder'), { recursive: true })
    const before = held()
    const error = await rejection(sign(path()))
    expect(error.code).toBe('usage')
    expect(error.message).toMatch(message)
    expect(error.hint).toBeDefined()
    await vi.waitFor(() => expect(held()).toBeLessThanOrEqual(before))
  })
})

describe('a program that fails', () => {
  test('with a status, whatever it answers', async () => {
    const error = await rejection(run('status', `${answer}; exit 3`))
    expect(error.code).toBe('signer-unavailable')
    expect(error.message).toMatch(/^exec:.*\/status ended with exit status 3$/)
  })

  test('by a signal', async () => {
    const error = await rejection(run('signal', `${answer}; kill -TERM $$`))
    expect(error.message).toMatch(/ended by SIGTERM$/)
  })

  test('with an error for an answer: that is why', async () => {
    const denied = `echo '{"longhand":1,"error":{"code":"signer-denied","message":"no"}}'`
    for (const [name, end] of [
      ['denied', ''],
      ['denied-1', '; echo noise >&2; exit 1'],
    ] as const) {
      const error = await rejection(run(name, denied + end))
      expect(error.code).toBe('signer-denied')
      expect(error.message).toMatch(/: the signer refused \(no\)$/)
    }
  })

  test('the last line of what it complains of is shown, made safe', async () => {
    const script = `printf 'first\\n\\033[31mred\\033]0;title\\007 \\342\\200\\256turned\\n\\n' >&2; exit 1`
    const { message } = await rejection(run('complains', script))
    expect(message).toMatch(/ended with exit status 1 \(\[31mred \]0;title turned\)$/)
  })

  test('a flood of complaints is cut, and ends', async () => {
    const error = await rejection(
      run('floods', 'yes complaint | head -c 5000000 >&2; echo the end >&2; exit 1'),
    )
    expect(error.message).toMatch(/\(the end\)$/)
    const one = await rejection(run('long', 'yes | head -c 5000000 | tr "\\n" x >&2; exit 1'))
    expect(one.message.length).toBeLessThan(400)
  })

  test('what it repeats of a secret is withheld', async () => {
    const secret = 'hunter2-hunter2-hunter2'
    const options = { env: { ...env, TOKEN: secret }, secrets: [secret] }
    const complains = await rejection(run('tells', 'echo "bad $TOKEN" >&2; exit 1', options))
    const answers = await rejection(
      run(
        'says',
        `echo '{"longhand":1,"error":{"code":"key-missing","message":"'$TOKEN'"}}'`,
        options,
      ),
    )
    expect([complains.code, answers.code]).toEqual(['signer-unavailable', 'key-missing'])
    for (const error of [complains, answers]) {
      expect(`${error.message} ${error.hint} ${error.stack}`).not.toContain('hunter2')
      expect(error.message).toContain('withheld')
      expect(error.cause).toBeUndefined()
    }
  })
})

describe('a program that answers wrongly', () => {
  test.each([
    ['nothing', 'true'],
    ['text', 'echo hello'],
    ['terminal escapes', `printf '\\033[2J\\033]0;x\\007'`],
    ['two lines', `${answer}; ${answer}`],
    ['another thing', `echo '{"longhand":1,"public-key":"AQID"}'`],
    ['deeply', 'head -c 60000 /dev/zero | tr "\\0" "["'],
  ])('%s', async (name, script) => {
    const error = await rejection(run(name, script))
    expect(error.code).toBe('signer-answer')
    expect(error.message).not.toMatch(/\p{Cc}/u)
  })

  test('in another version', async () => {
    expect((await rejection(run('v2', `echo '{"longhand":2}'`))).code).toBe('unsupported')
  })

  test('a public key that is none', async () => {
    const path = programs.write('no-key', `echo '{"longhand":1,"public-key":"AQID"}'`)
    expect((await rejection(execSigner({ path, env }).publicKey())).code).toBe('signer-answer')
  })

  test('without an end: it is killed', async () => {
    const error = await rejection(run('endless', 'echo $$ > endless.pid; exec yes'))
    expect(error.code).toBe('signer-answer')
    expect(error.message).toMatch(/answered with more than 65536 octets$/)
    expect(programs.isAlive('endless.pid')).toBe(false)
  })
})

describe('a program that does not end', () => {
  test.each([
    ['hangs', 'sleep 1000'],
    ['hangs after its answer', `${answer}; sleep 1000`],
    ['closes its output and hangs', 'exec 1>&- 2>&-; sleep 1000'],
    ['drips', 'while printf " "; do sleep 0.05; done'],
    ['floods standard error', 'yes >&2'],
    ['ignores signals', 'trap "" TERM INT HUP; sleep 1000; sleep 1000'],
    ['waits for its children', 'sleep 1000 & wait'],
  ])('%s: ends at the deadline with all that it started', async (name, script) => {
    const before = held()
    const start = `rm -f child; echo $$ > leader; sh -c 'echo $$ > child; exec sleep 1000' 3>&1 &
      while ! [ -s child ]; do sleep 0.01; done`
    const error = await rejection(run(name, `${start}; ${script}`, { timeoutMs: 700 }))
    expect(error.code).toBe('signer-timeout')
    await vi.waitFor(() => {
      expect([programs.isAlive('leader'), programs.isAlive('child')]).toEqual([false, false])
      expect(held()).toBeLessThanOrEqual(before)
    })
  })

  test("ends with the caller's signal", async () => {
    const controller = new AbortController()
    const script = 'rm -f waits; echo $$ > aborted.pid; touch waits; sleep 1000'
    const signed = rejection(run('waiting', script, {}, controller.signal))
    await vi.waitFor(() => programs.read('waits'))
    controller.abort()
    expect((await signed).code).toBe('aborted')
    await vi.waitFor(() => expect(programs.isAlive('aborted.pid')).toBe(false))
  })

  test('ends with its signer, which starts no other', async () => {
    const script = 'rm -f open; echo $$ > closed.pid; echo > open; sleep 1000'
    const signer = execSigner({ path: programs.write('closing', script), env })
    const signed = rejection(signer.sign(digest))
    await vi.waitFor(() => programs.read('open'))
    await signer.close?.()
    expect((await signed).code).toBe('aborted')
    await vi.waitFor(() => expect(programs.isAlive('closed.pid')).toBe(false))
    await signer.close?.()
    expect((await rejection(signer.sign(digest))).code).toBe('aborted')
  })

  test('is not started by a signal that is aborted', async () => {
    const error = await rejection(run('late', 'touch late.started', {}, AbortSignal.abort()))
    expect(error.code).toBe('aborted')
    expect(() => programs.read('late.started')).toThrow()
  })
})

describe('what a program leaves behind', () => {
  test('is killed when it has ended, and cannot add to the answer', async () => {
    const script = `sh -c 'echo $$ > left.pid; sleep 0.5; echo more; exec sleep 1000' &
      while ! [ -s left.pid ]; do sleep 0.01; done; ${answer}`
    expect(await run('leaves', script)).toEqual(value)
    await vi.waitFor(() => expect(programs.isAlive('left.pid')).toBe(false))
  })

  test('does not hold the answer up where it has left the group', async () => {
    const before = held()
    const script = `setsid sh -c 'echo $$ > fled.pid; exec sleep 1000' &
      while ! [ -s fled.pid ]; do sleep 0.01; done; ${answer}`
    expect(await run('flees', script)).toEqual(value)
    await vi.waitFor(() => expect(held()).toBeLessThanOrEqual(before))
    process.kill(Number(programs.read('fled.pid')), 'SIGKILL')
  })
})

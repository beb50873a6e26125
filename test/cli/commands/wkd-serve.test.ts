import type { ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { runMain } from '../../support/cli/in-process.ts'
import { startProgram } from '../../support/cli/program.ts'
import { mint, useWorkplace } from '../../support/cli/workplace.ts'
import { describePart } from '../../support/parts.ts'
import { newTlsPair } from '../../support/tls.ts'

useWorkplace()
beforeEach(async () => {
  await mint()
  await runMain(['keys', 'wkd', '--domain', 'acme.example', '-o', 'public', 'release.asc'])
})

const address = 'release@acme.example'
const serve = ['wkd', 'serve', '-d', 'public', '--domain', 'acme.example', '--port=0']

/** Starts it, and gives its port as soon as it says so. */
async function start(...words: readonly string[]): Promise<{
  child: ChildProcess
  port: string
  ended: ReturnType<typeof startProgram>[1]
}> {
  const [child, ended] = startProgram([...serve, ...words])
  const port = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const [, found] = /served at 127\.0\.0\.1:(\d+)\n/.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
    void ended.then(({ stderr }) => reject(new Error(stderr)), reject)
  })
  return { child, port, ended }
}

test.each(['SIGINT', 'SIGTERM'] as const)('serves until %s comes', async (signal) => {
  const { child, port, ended } = await start('--write-ca', 'ca.pem')
  const reach = ['--connect', `127.0.0.1:${port}`, '--ca', 'ca.pem']
  const fetched = await runMain(['wkd', 'fetch', address, '-o', 'got.asc', ...reach])
  expect(fetched.status, fetched.transcript).toBe(0)
  expect(readFileSync('got.asc')).toEqual(readFileSync('release.asc'))
  child.kill(signal)
  const { status, stdout, stderr } = await ended
  expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: '' })
  expect(stderr.replaceAll(port, 'PORT')).toBe(
    [
      'wrote: ca.pem: the authority that clients trust with --ca',
      'note: acme.example and openpgpkey.acme.example are served at 127.0.0.1:PORT',
      'note: 200 GET /.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5?l=release',
      '',
    ].join('\n'),
  )
})

describePart('openssl', 'with a TLS certificate of their own', () => {
  test('serves by it', async () => {
    const ca = await newTlsPair('.', 'own-ca')
    await newTlsPair('.', 'own', { by: ca, hosts: 'DNS:openpgpkey.acme.example' })
    const { child, port, ended } = await start('--tls-cert', 'own.crt', '--tls-key', 'own.key')
    const reach = ['--connect', `127.0.0.1:${port}`, '--ca', 'own-ca.crt']
    const fetched = await runMain(['wkd', 'fetch', address, '-o', 'got.asc', ...reach])
    child.kill('SIGTERM')
    expect(fetched.status, fetched.transcript).toBe(0)
    expect((await ended).status).toBe(0)
  })
})

describe('refuses', () => {
  const run = (...words: readonly string[]): ReturnType<typeof runMain> =>
    runMain([...serve, ...words])

  test.each([
    [2, []],
    [2, ['--tls-cert', 'a.pem']],
    [2, ['--write-ca', 'ca.pem', '--tls-cert', 'a.pem', '--tls-key', 'b.pem']],
    [2, ['--write-ca', 'ca.pem', 'operand']],
    [10, ['--tls-cert', 'a.pem', '--tls-key', 'b.pem']],
    [2, ['--tls-cert', 'release.asc', '--tls-key', 'release.asc']],
  ])('%i: %j', async (status, words) => {
    const { status: ended, transcript } = await run(...words)
    expect(ended, transcript).toBe(status)
  })

  test('a folder that is none, and a port that is none', async () => {
    const words = ['wkd', 'serve', '--domain', 'acme.example', '--write-ca', 'ca.pem']
    expect((await runMain([...words, '-d', 'missing'])).status).toBe(10)
    expect((await runMain([...words, '-d', 'public', '--port', '65536'])).status).toBe(2)
    expect((await runMain([...words, '-d', 'public', '--port', 'x'])).status).toBe(2)
  })

  test('a port that is taken', async () => {
    const { child, port, ended } = await start('--write-ca', 'ca.pem')
    const words = ['wkd', 'serve', '-d', 'public', '--domain', 'acme.example', '--port', port]
    const { status, stderr } = await runMain([...words, '--write-ca', 'other.pem'])
    child.kill('SIGTERM')
    expect((await ended).status).toBe(0)
    expect([status, stderr.replaceAll(port, 'PORT')]).toEqual([
      2,
      'error: port PORT cannot be listened on: EADDRINUSE\n' +
        'hint: choose another one; 0 is any that is free\n',
    ])
  })

  test('to replace what is there', async () => {
    writeFileSync('ca.pem', 'mine')
    expect((await run('--write-ca', 'ca.pem')).status).toBe(13)
    expect(readFileSync('ca.pem', 'utf8')).toBe('mine')
  })
})

/** Programs and services that answer anything but the signature: the command writes nothing. */

import { constants, createPrivateKey, createPublicKey, privateEncrypt } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestInfo } from '../../src/signature/digest-info.ts'
import { runProgram, type ProgramRun } from '../support/cli/program.ts'
import { filesBelow, keyTime, mint, testKeys, useWorkplace } from '../support/cli/workplace.ts'
import {
  reply,
  startToldServer,
  type ToldRequest,
  type ToldServer,
} from '../support/services/index.ts'

useWorkplace()

let server: ToldServer | undefined
beforeEach(async () => {
  await mint()
  writeFileSync('data.txt', 'hello\n')
})
afterEach(() => server?.stop())

const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString('base64')

/** What an honest signer with this key file answers. */
function signed({ body }: Pick<ToldRequest, 'body'>, pem: string): Buffer {
  const { digest } = JSON.parse(body) as { digest: { hex: string } }
  const octets = new Uint8Array(Buffer.from(digest.hex, 'hex'))
  const key = { key: createPrivateKey(readFileSync(pem)), padding: constants.RSA_PKCS1_PADDING }
  return privateEncrypt(key, digestInfo({ algorithm: 'SHA-256', octets }))
}
const signature = (octets: Uint8Array): object => ({ longhand: 1, signature: base64(octets) })

async function answering(answer: (request: ToldRequest) => object): Promise<string> {
  server = await startToldServer((response, _, request) => reply(response, answer(request)))
  return `${server.url}/sign`
}

function signAt(key: string, ...more: readonly string[]): Promise<ProgramRun> {
  const words = ['sign', '--allow-http', '--key', key, '--cert', 'release.asc', ...more, 'data.txt']
  return runProgram(words, { env: { LONGHAND_HTTP_TOKEN: 'hunter2-hunter2' } })
}

function expectRefusal({ status, stderr, stdout }: ProgramRun, expected: number): void {
  expect([status, stderr]).toEqual([expected, expect.stringMatching(/^error: /)])
  expect(stderr).toMatch(/^error: [^\p{Cc}]+\n(hint: [^\p{Cc}]+\n)?$/u)
  expect(stderr).not.toContain('hunter2')
  expect(stdout.length).toBe(0)
  expect(filesBelow().filter((name) => name.startsWith('data'))).toEqual(['data.txt'])
}

describe('a service', () => {
  test('that is honest: the very octets of the local key', async () => {
    const created = ['--created', '2024-05-01T00:00:00Z', '-o', '-']
    const key = await answering((request) => signature(signed(request, testKeys.a)))
    const remote = await signAt(key, ...created)
    expect([remote.status, remote.stderr]).toEqual([0, ''])
    expect(remote.stdout).toEqual((await signAt('release.pem', ...created)).stdout)
    expect(JSON.parse(server?.requests[0]?.body ?? '')).toMatchObject({
      subject: { purpose: 'document', type: 0, created: '2024-05-01T00:00:00Z' },
    })
  })

  const wrong: readonly [string, (right: Buffer, request: ToldRequest) => Uint8Array][] = [
    ['a flipped bit', (right) => right.map((octet, at) => (at === 200 ? octet ^ 1 : octet))],
    ["another key's", (_, request) => signed(request, testKeys.b)],
    ['short', (right) => right.subarray(1)],
    ['long', (right) => Buffer.concat([right, Buffer.alloc(1)])],
    ['zeros', (right) => Buffer.alloc(right.length)],
  ]
  test.each(wrong)('whose signature is wrong: %s', async (_, change) => {
    const key = await answering((one) => signature(change(signed(one, testKeys.a), one)))
    expectRefusal(await signAt(key), 43)
  })

  test('whose public key is another: neither signed nor asked to', async () => {
    const spki = createPublicKey(readFileSync(testKeys.b)).export({ type: 'spki', format: 'der' })
    const key = await answering(() => ({ longhand: 1, 'public-key': base64(spki) }))
    expectRefusal(await signAt(key, '--verify-key'), 31)
    expect(server?.requests).toHaveLength(1)
  })

  test('which signs a mint by another key than it shows: nothing is written', async () => {
    const spki = createPublicKey(readFileSync(testKeys.b)).export({ type: 'spki', format: 'der' })
    const key = await answering((request) =>
      request.body.includes('"sign"')
        ? signature(signed(request, testKeys.a))
        : { longhand: 1, 'public-key': base64(spki) },
    )
    const user = ['--name=N', '--email=n@n.example', '--created', keyTime, '-o', 'data.asc']
    expectRefusal(await runProgram(['keys', 'mint', '--allow-http', '--key', key, ...user]), 43)
  })

  test('over http without the flag, or elsewhere', async () => {
    const key = await answering((request) => signature(signed(request, testKeys.a)))
    const words = ['sign', '--cert', 'release.asc', 'data.txt', '--key']
    expectRefusal(await runProgram([...words, key]), 2)
    expectRefusal(await signAt('http://signer.example/sign'), 2)
    expect(server?.requests).toEqual([])
  })
})

describe('a program', () => {
  const failing: readonly [string, string, number][] = [
    [
      'says no',
      `echo '{"longhand":1,"error":{"code":"signer-denied","message":"\\u001b[31mno"}}'`,
      40,
    ],
    ['fails', `printf 'a\\033[31m\\nhint: run this\\n' >&2; exit 7`, 41],
    ['hangs', 'sleep 1000', 42],
    ['babbles', 'echo hello', 43],
    ['signs nothing', `echo '{"longhand":1,"signature":"AAAA"}'`, 43],
    ['is newer', `echo '{"longhand":2,"signature":"AAAA"}'`, 4],
  ]
  test.each(failing)('that %s', async (_, script, status) => {
    writeFileSync('program', `#!/bin/sh\n${script}\n`)
    chmodSync('program', 0o700)
    expectRefusal(await signAt(`exec:${process.cwd()}/program`, '--timeout=3s'), status)
  })

  test('that is not there', async () => {
    expectRefusal(await signAt('exec:/nonexistent/program'), 2)
  })
})

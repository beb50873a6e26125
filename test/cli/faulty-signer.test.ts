/** A service that answers anything but the signature: the command writes nothing. */

import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  kmsEnvironment,
  kmsKeyArn,
  kmsKeyId,
  publicKeyAnswer,
  signLast,
} from '../support/cli/kms.ts'
import { runProgram } from '../support/cli/program.ts'
import type { ProgramRun } from '../support/cli/program.ts'
import { filesBelow, keyTime, mint, testKeys, useWorkplace } from '../support/cli/workplace.ts'
import { startAnsweringServer, startHungServer } from '../support/services/index.ts'
import type { AnsweringServer, FaultyServer } from '../support/services/index.ts'

useWorkplace()

let server: FaultyServer | undefined
beforeEach(async () => {
  await mint()
  writeFileSync('data.txt', 'hello\n')
})
afterEach(() => server?.stop())

type Answer = ReturnType<Parameters<typeof startAnsweringServer>[0]>

async function answering(
  answer: (server: AnsweringServer, count: number) => Answer,
): Promise<AnsweringServer> {
  const started: AnsweringServer = await startAnsweringServer((_, count) => answer(started, count))
  server = started
  return started
}

function signAt(host: string, ...more: readonly string[]): Promise<ProgramRun> {
  const key = `awskms://${host}/${kmsKeyId}`
  const words = ['sign', '--key', key, '--cert', 'release.asc', ...more, 'data.txt']
  return runProgram(words, { env: kmsEnvironment })
}

const signed = (signature: Uint8Array): Answer => ({
  body: { KeyId: kmsKeyArn, Signature: Buffer.from(signature).toString('base64') },
})

function flipped(at: AnsweringServer, place: number): Answer {
  const signature = signLast(at, testKeys.a)
  signature.writeUInt8(signature.readUInt8(place) ^ 1, place)
  return signed(signature)
}

/** One line that says why, perhaps one that says what to do; no secret; nothing written. */
function expectRefusal(ran: ProgramRun, status: number, message: RegExp): void {
  expect([ran.status, ran.stderr]).toEqual([status, expect.stringMatching(message)])
  expect(ran.stderr).toMatch(/^error: [^\p{Cc}]+\n(hint: [^\p{Cc}]+\n)?$/u)
  expect(ran.stderr).not.toContain('hunter2')
  expect(ran.stdout.length).toBe(0)
  expect(filesBelow()).toEqual(['data.txt', 'release.asc', 'release.pem'])
}

test('an honest one: the very octets of the local key, by one call', async () => {
  const kms = await answering((at) => signed(signLast(at, testKeys.a)))
  const created = ['--created', '2024-05-01T00:00:00Z', '-o', '-']
  const remote = await signAt(kms.host, ...created)
  expect([remote.status, remote.stderr]).toEqual([0, ''])
  const words = ['sign', '--key', 'release.pem', '--cert', 'release.asc', ...created, 'data.txt']
  expect(remote.stdout).toEqual((await runProgram(words)).stdout)
  expect(kms.requests.map(({ operation }) => operation)).toEqual(['Sign'])
  expect(kms.requests[0]?.body).toMatchObject({ KeyId: kmsKeyId, MessageType: 'DIGEST' })
})

test('AWS_ENDPOINT_URL_KMS names the service as well', async () => {
  const kms = await answering((at) => signed(signLast(at, testKeys.a)))
  const key = 'awskms:///alias/release'
  const words = ['sign', '--key', key, '--cert', 'release.asc', 'data.txt']
  const env = { ...kmsEnvironment, AWS_ENDPOINT_URL_KMS: kms.url }
  expect(await runProgram(words, { env })).toMatchObject({ status: 0 })
  expect(kms.requests.map(({ body }) => body)).toMatchObject([{ KeyId: 'alias/release' }])
})

const wrong: readonly [string, (at: AnsweringServer) => Answer][] = [
  ['the first octet', (at) => flipped(at, 0)],
  ['one in the middle', (at) => flipped(at, 200)],
  ['the last octet', (at) => flipped(at, 383)],
  ['short', (at) => signed(signLast(at, testKeys.a).subarray(1))],
  ['long', (at) => signed(Buffer.concat([signLast(at, testKeys.a), Buffer.alloc(1)]))],
  ['empty', () => signed(new Uint8Array())],
  ['nothing but zeros', () => signed(new Uint8Array(384))],
  ["another key's", (at) => signed(signLast(at, testKeys.b))],
  ['missing', () => ({ body: { KeyId: kmsKeyArn } })],
  ['no answer', () => ({ body: {} })],
  [
    'by another KeyId',
    (at) => {
      const signature = signLast(at, testKeys.a).toString('base64')
      return { body: { KeyId: kmsKeyArn.replace('1234abcd', '00000000'), Signature: signature } }
    },
  ],
]

test.each(wrong)('a signature of which this is wrong: %s', async (_, answer) => {
  expectRefusal(await signAt((await answering(answer)).host), 43, /^error: (what )?awskms:/)
})

describe('failures', () => {
  const failing: readonly [string, Answer, number, RegExp][] = [
    ['throttled', { status: 400, body: { __type: 'ThrottlingException' } }, 41, /Throttling/],
    ['500 each time', { status: 500, body: { __type: 'KMSInternalException' } }, 41, /KMSInternal/],
    ['HTML', { status: 502, body: '<html>\u001b[31m\nbad gateway</html>' }, 41, /AWS KMS failed/],
    ['HTML that says 200', { status: 200, body: '<html>' }, 41, /AWS KMS failed/],
    ['denied', { status: 400, body: { __type: 'AccessDeniedException' } }, 40, /AWS refused/],
    ['unknown key', { status: 400, body: { __type: 'NotFoundException' } }, 32, /does not know/],
    ['disabled', { status: 400, body: { __type: 'DisabledException' } }, 33, /cannot sign/],
  ]

  test.each(failing)('%s', async (_, answer, status, message) => {
    expectRefusal(
      await signAt((await answering(() => answer)).host, '--timeout=10s'),
      status,
      message,
    )
  })

  test('the text of a service is shown on one line', async () => {
    const message = 'a\u001b[31m\nhint: run this\u202e'
    const body = { __type: 'AccessDeniedException', message }
    const ran = await signAt((await answering(() => ({ status: 400, body }))).host)
    expectRefusal(ran, 40, /a \[31m hint: run this/)
    expect(ran.stderr).not.toMatch(/[\u001b\u202e]/)
  })

  test('nobody there', async () => {
    const { host, stop } = await startHungServer()
    await stop()
    expectRefusal(await signAt(host), 41, /ECONNREFUSED/)
  })

  test('silence, until the deadline', async () => {
    server = await startHungServer()
    const ran = await signAt(server.host, '--timeout', '1s')
    expectRefusal(ran, 42, /did not answer within 1 s/)
    expect(ran.milliseconds).toBeLessThan(8000)
  })
})

test('one good answer and one bad one: the one file is signed, the other is not', async () => {
  writeFileSync('other.txt', 'other\n')
  const kms = await answering((at, count) =>
    count === 1 ? signed(signLast(at, testKeys.a)) : signed(new Uint8Array(384)),
  )
  const ran = await signAt(kms.host, 'other.txt')
  expect(ran.status).toBe(43)
  const [signature, ...others] = ran.files.filter((name) => name.endsWith('.txt.asc'))
  expect(others).toEqual([])
  const judged = await runProgram(['verify', '--cert', 'release.asc', signature ?? ''])
  expect([judged.status, judged.stderr]).toEqual([0, ''])
})

test('a mint that is answered wrongly writes nothing either', async () => {
  const answers: Record<string, Answer> = {
    GetPublicKey: publicKeyAnswer(testKeys.a),
    Sign: signed(new Uint8Array(384)),
  }
  const kms = await answering((at) => answers[at.requests.at(-1)?.operation ?? ''] ?? { body: {} })
  const key = `awskms://${kms.host}/${kmsKeyId}`
  const user = ['--name=N', '--email=n@n.example', '--created', keyTime, '-o', 'new.asc']
  const ran = await runProgram(['keys', 'mint', '--key', key, ...user], { env: kmsEnvironment })
  expectRefusal(ran, 43, /is not a signature by/)
  expect(kms.requests.map(({ operation }) => operation)).toEqual(['GetPublicKey', 'Sign'])
})

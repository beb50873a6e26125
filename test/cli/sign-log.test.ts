/** `longhand sign --log`: a line for each signature, before its file, and never instead of anything. */

import { constants, createHash, createPublicKey, publicDecrypt } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { runMain } from '../support/cli/in-process.ts'
import { kmsEnvironment, kmsKeyArn, publicKeyAnswer, signRequest } from '../support/cli/kms.ts'
import { runProgram } from '../support/cli/program.ts'
import { filesBelow, mint, testKeys, useWorkplace } from '../support/cli/workplace.ts'
import { startAnsweringServer } from '../support/services/index.ts'

useWorkplace()
beforeEach(() => mint())

interface LogLine {
  readonly time: string
  readonly key: string
  readonly signer: string
  readonly hash: string
  readonly digest: string
  readonly file: string
  readonly output: string
  readonly requestId?: string
}

function readLog(path = 'log.jsonl'): LogLine[] {
  const text = readFileSync(path, 'utf8')
  expect(text).toMatch(/^(?:\{[^\n]*\}\n)*$/)
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LogLine)
}

const sign = (...args: readonly string[]) =>
  runMain(['sign', '--key', 'release.pem', '--cert', 'release.asc', ...args])

test('a line says when, by which key, of which signer, over which digest, and where it went', async () => {
  writeFileSync('data', 'hello\n')
  const before = Date.now()
  const { status } = await sign('--log', 'log.jsonl', '--binary', 'data')
  expect(status).toBe(0)
  const [line, ...others] = readLog()
  expect(others).toEqual([])
  expect(line).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/) as string,
    key: 'FEB1553F63940651BD845714D3E786AA47E716DA',
    signer: 'release.pem',
    hash: 'SHA-256',
    digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    file: 'data',
    output: 'data.sig',
  })
  expect(Date.parse(line?.time ?? '')).toBeGreaterThanOrEqual(before)
})

test('the digest is what the key signed, whose first octets the signature repeats', async () => {
  writeFileSync('data', 'hello\n')
  await sign('--log', 'log.jsonl', '--binary', 'data')
  const [line] = readLog()
  const { stdout } = await runMain(['inspect', 'data.sig'])
  const prefix = /digest starts with: ([0-9A-F]{4})/.exec(stdout.toString())?.[1] ?? '?'
  expect(line?.digest.slice(0, 4).toUpperCase()).toBe(prefix)
  // Not the file's own digest: OpenPGP hashes the fields of the signature as well.
  expect(line?.digest).not.toBe(createHash('sha256').update('hello\n').digest('hex'))
})

test('lines are added to what is there, one for each file, and none for one that is signed already', async () => {
  appendFileSync('log.jsonl', '{"an":"older line"}\n')
  for (const name of ['a', 'b', 'c']) writeFileSync(name, name)
  expect((await sign('--log', 'log.jsonl', 'a')).status).toBe(0)
  expect((await sign('--log', 'log.jsonl', '--resume', 'a', 'b', 'c')).status).toBe(0)
  const [older, ...lines] = readLog()
  expect(older).toEqual({ an: 'older line' })
  expect(lines.map(({ output }) => output).sort()).toEqual(['a.asc', 'b.asc', 'c.asc'])
})

test('behind a line that was cut short a new one is begun, which can be read', async () => {
  appendFileSync('log.jsonl', '{"an":"older line"}\n{"time":"2026-01-3')
  writeFileSync('data', 'hello\n')
  expect((await sign('--log', 'log.jsonl', 'data')).status).toBe(0)
  expect((await sign('--log', 'log.jsonl', '--force', 'data')).status).toBe(0)
  const lines = readFileSync('log.jsonl', 'utf8').split('\n')
  expect(lines.slice(0, 2)).toEqual(['{"an":"older line"}', '{"time":"2026-01-3'])
  expect(lines.slice(2, -1).map((line) => (JSON.parse(line) as LogLine).file)).toEqual([
    'data',
    'data',
  ])
})

test('a log that was moved away in the middle is begun anew', async () => {
  for (const name of ['a', 'b']) writeFileSync(name, name)
  await sign('--log', 'log.jsonl', 'a')
  renameSync('log.jsonl', 'log.jsonl.1')
  await sign('--log', 'log.jsonl', 'b')
  expect([readLog('log.jsonl.1').length, readLog().length]).toEqual([1, 1])
})

test('lines of many runs at a time stay whole', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `file-${at}`)
  for (const name of names) writeFileSync(name, name)
  await Promise.all(names.map((name) => sign('--log', 'log.jsonl', name)))
  expect(
    readLog()
      .map(({ file }) => file)
      .sort(),
  ).toEqual([...names].sort())
})

test('a name with a line break in it stays in its line', async () => {
  writeFileSync('da\nta', 'x')
  await sign('--log', 'log.jsonl', 'da\nta')
  expect(readLog().map(({ file }) => file)).toEqual(['da\nta'])
})

test('the thin longhand-sign writes the same', async () => {
  writeFileSync('data', 'hello\n')
  const args = ['--key', 'release.pem', '--cert', 'release.asc', '--log', 'log.jsonl', 'data']
  const { status, stderr } = await runProgram(args, { program: 'longhand-sign' })
  expect([status, stderr]).toEqual([0, 'signed: data → data.asc\n'])
  expect(readLog().map(({ output }) => output)).toEqual(['data.asc'])
})

describe('several keys', () => {
  const both = [
    '--key',
    'release.pem',
    '--key',
    'b.pem',
    '--cert',
    'release.asc',
    '--cert',
    'b.asc',
  ]
  const byTwo = (...args: readonly string[]) =>
    runMain(['sign', ...both, '--log', 'log.jsonl', ...args])

  beforeEach(async () => {
    copyFileSync(testKeys.b, 'b.pem')
    chmodSync('b.pem', 0o600)
    await mint('b.asc', '--key=b.pem')
    writeFileSync('data', 'hello\n')
  })

  test('a line for each, of one file', async () => {
    expect((await byTwo('data')).status).toBe(0)
    const lines = readLog()
    expect(lines.map(({ signer, output }) => [signer, output])).toEqual([
      ['release.pem', 'data.asc'],
      ['b.pem', 'data.asc'],
    ])
    expect(new Set(lines.map(({ key }) => key)).size).toBe(2)
  })

  test('or of a file for each', async () => {
    expect((await byTwo('--separate', 'data')).status).toBe(0)
    for (const { key, output } of readLog()) expect(output).toBe(`data.${key.slice(-16)}.asc`)
    expect(readLog()).toHaveLength(2)
  })

  test('and of a signature that is added the one that was made', async () => {
    await sign('data')
    expect((await byTwo('--append', 'data')).status).toBe(0)
    expect(readLog().map(({ signer, output }) => [signer, output])).toEqual([['b.pem', 'data.asc']])
  })

  test('the log is no key of them', async () => {
    const { status } = await runMain(['sign', ...both, '--log', 'b.pem', 'data'])
    expect(status).toBe(14)
  })
})

describe('without a line there is no signature', () => {
  beforeEach(() => {
    writeFileSync('data', 'hello\n')
  })

  test.each([
    ['a folder', 'folder'],
    ['in a folder that is not there', 'nowhere/log.jsonl'],
  ])('a log that is %s', async (_, log) => {
    mkdirSync('folder')
    const { status, stderr } = await sign('--log', log, 'data')
    expect([status, existsSync('data.asc')]).toEqual([15, false])
    expect(stderr).toMatch(/^error: the log /)
  })

  test.runIf(existsSync('/dev/full'))(
    'a disk that is full: the key signed, and nothing is put in place',
    async () => {
      const { status, stderr } = await sign('--log', '/dev/full', 'data')
      expect([status, filesBelow()]).toEqual([15, ['data', 'release.asc', 'release.pem']])
      expect(stderr).toMatch(/^error: the log \/dev\/full: ENOSPC/)
    },
  )
})

describe('the log is nothing that the run reads or writes', () => {
  test.each([
    ['the data', 'data', 14],
    ['the key', 'release.pem', 14],
    ['the certificate', 'release.asc', 14],
    ['a symbolic link to the key', 'link', 14],
    ['a hard link to the certificate', 'hard', 14],
    ['the signature', 'data.asc', 2],
  ])('%s', async (_, log, expected) => {
    writeFileSync('data', 'hello\n')
    symlinkSync('release.pem', 'link')
    linkSync('release.asc', 'hard')
    const before = filesBelow().map((path) => readFileSync(path))
    const { status } = await sign('--log', log, 'data')
    expect(status).toBe(expected)
    expect(filesBelow().map((path) => readFileSync(path))).toEqual(before)
  })
})

test('a directory is no log', async () => {
  writeFileSync('data', 'hello\n')
  mkdirSync('logs')
  const { status, stderr } = await sign('--log', 'logs', 'data')
  expect([status, stderr]).toEqual([
    15,
    expect.stringContaining('error: the log logs is a directory\n'),
  ])
})

describe("the service's request id", () => {
  async function signBy(requestId: string): Promise<LogLine[]> {
    const pem = testKeys.a
    const kms = await startAnsweringServer((operation, _count, { body }) => {
      const headers = { 'x-amzn-requestid': requestId }
      if (operation === 'GetPublicKey') return { ...publicKeyAnswer(pem), headers }
      const Signature = signRequest(body, pem).toString('base64')
      return { headers, body: { KeyId: kmsKeyArn, Signature } }
    })
    try {
      writeFileSync('data', 'hello\n')
      const key = `awskms://${kms.host}/${kmsKeyArn}`
      const args = ['sign', '--key', key, '--cert', 'release.asc', '--log', 'log.jsonl', 'data']
      const { status, stderr } = await runProgram(args, { env: kmsEnvironment })
      expect([status, stderr]).toEqual([0, 'signed: data → data.asc\n'])
      const [line] = readLog()
      expect(line?.signer).toBe(key)
      const asked = Buffer.from(
        (kms.requests.at(-1)?.body as { Message: string }).Message,
        'base64',
      )
      expect(line?.digest).toBe(asked.toString('hex'))
      return readLog()
    } finally {
      await kms.stop()
    }
  }

  test('of AWS KMS is that of the Sign request', async () => {
    const id = '7a1e0c5f-0a3b-4f2e-9d7c-1c2b3a4d5e6f'
    expect((await signBy(id)).map(({ requestId }) => requestId)).toEqual([id])
  })

  test('is left out where it is no id', async () => {
    expect((await signBy('an id? "no"')).map(({ requestId }) => requestId)).toEqual([undefined])
  })
})

test('nothing of it is made up: the signature in the file is over the digest in the line', async () => {
  writeFileSync('data', 'hello\n')
  await sign('--log', 'log.jsonl', '--binary', 'data')
  const [line] = readLog()
  const signature = readFileSync('data.sig').subarray(-384)
  const digest = Buffer.from(line?.digest ?? '', 'hex')
  const key = createPublicKey(readFileSync(testKeys.a))
  const info = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), digest])
  expect(publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature)).toEqual(info)
})

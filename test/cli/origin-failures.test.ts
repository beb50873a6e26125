/** Bad inputs of which a predecessor made bad outputs: each refused, by a line and status of its own. */

import {
  closeSync,
  createWriteStream,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../src/errors.ts'
import { exitStatuses } from '../../src/cli/exit-codes.ts'
import { runMain } from '../support/cli/in-process.ts'
import { kmsEnvironment, kmsKeyArn, kmsKeyId, signRequest } from '../support/cli/kms.ts'
import { runProgram, startProgram } from '../support/cli/program.ts'
import { filesBelow, mint, testKeys, useWorkplace } from '../support/cli/workplace.ts'
import { newRsaPem, toEncrypted } from '../support/openssl-key.ts'
import { startAnsweringServer, startHungServer } from '../support/services/index.ts'
import type { FaultyServer } from '../support/services/index.ts'
import { run } from '../support/tools/run.ts'
import { withFailures } from '../node/failing-fs.ts'

useWorkplace()

let server: FaultyServer | undefined
beforeEach(async () => {
  await mint()
  writeFileSync('data.txt', 'hello\n')
})
afterEach(async () => {
  await server?.stop()
  server = undefined
})

const keys = ['--key', 'release.pem', '--cert', 'release.asc']
const sign = ['sign', ...keys]
const user = ['--name', 'Acme', '--email', 'a@acme.example']
const given = ['data.txt', 'release.asc', 'release.pem']

describe('--output naming the private key', () => {
  beforeEach(() => {
    symlinkSync('release.pem', 'link.pem')
    linkSync('release.pem', 'hard.pem')
    mkdirSync('folder')
    symlinkSync('..', 'folder/up')
  })

  test.each([
    'release.pem',
    './release.pem',
    'folder/../release.pem',
    'folder/up/release.pem',
    'link.pem',
    'hard.pem',
  ])('as %s: refused, with --force as well', async (output) => {
    const pem = readFileSync(testKeys.a, 'utf8')
    for (const force of [[], ['--force']]) {
      for (const words of [
        [...sign, '-o', output, ...force, 'data.txt'],
        [
          'sign',
          '--key',
          'file:release.pem',
          '--cert=release.asc',
          '-o',
          output,
          ...force,
          'data.txt',
        ],
        ['keys', 'mint', '--key', 'release.pem', ...user, '-o', output, ...force],
      ]) {
        const { status, stderr } = await runMain(words)
        expect([status, stderr]).toEqual([14, expect.stringMatching(/^error: the output .* is /)])
      }
    }
    expect(readFileSync('release.pem', 'utf8')).toBe(pem)
    expect(lstatSync('link.pem').isSymbolicLink()).toBe(true)
  })

  test('says so in two lines', async () => {
    const { transcript } = await runMain([...sign, '--force', '-o', 'link.pem', 'data.txt'])
    expect(transcript).toMatchInlineSnapshot(`
      "2> error: the output link.pem is release.pem
      2> hint: choose another output; --force does not lift this
      [14]"
    `)
  })

  test('nor the certificate, the data, the passphrase, or what standard input is', async () => {
    writeFileSync('pass', 'secret')
    const before = given.map((name) => readFileSync(name, 'utf8'))
    for (const output of ['release.asc', 'data.txt', 'pass']) {
      const words = [...sign, '--passphrase-file', 'pass', '--force', '-o', output, 'data.txt']
      expect((await runMain(words)).status).toBe(14)
    }
    const input = openSync('data.txt', 'r')
    const [, ended] = startProgram([...sign, '--force', '-o', 'data.txt', '-'], {}, [
      input,
      'pipe',
      'pipe',
    ])
    const ran = await ended
    closeSync(input)
    expect([ran.status, ran.stderr]).toMatchInlineSnapshot(`
      [
        14,
        "error: the output data.txt is standard input
      hint: choose another output; --force does not lift this
      ",
      ]
    `)
    expect(given.map((name) => readFileSync(name, 'utf8'))).toEqual(before)
  })
})

test('an existing signature is not replaced, unless --force', async () => {
  writeFileSync('data.txt.asc', 'mine')
  expect((await runMain([...sign, 'data.txt'])).transcript).toMatchInlineSnapshot(`
    "2> error: data.txt.asc exists already
    2> hint: choose another name, or replace it with --force
    [13]"
  `)
  expect(readFileSync('data.txt.asc', 'utf8')).toBe('mine')
  expect((await runMain([...sign, '--force', 'data.txt'])).status).toBe(0)
  expect(readFileSync('data.txt.asc', 'utf8')).toMatch(/^-----BEGIN PGP SIGNATURE-----\n/)
})

test('a symbolic link as output is not followed, not even by --force', async () => {
  writeFileSync('victim', 'mine')
  symlinkSync('victim', 'data.txt.asc')
  expect((await runMain([...sign, 'data.txt'])).status).toBe(13)
  expect(readlinkSync('data.txt.asc')).toBe('victim')
  expect((await runMain([...sign, '--force', 'data.txt'])).status).toBe(0)
  expect(lstatSync('data.txt.asc').isFile()).toBe(true)
  symlinkSync('nowhere', 'dangling')
  expect((await runMain([...sign, '-o', 'dangling', 'data.txt'])).status).toBe(13)
  expect(filesBelow()).not.toContain('nowhere')
  expect(readFileSync('victim', 'utf8')).toBe('mine')
})

describe('no partial outputs', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('%s while it hashes', async (signal) => {
    await run('mkfifo', ['fifo'], { cwd: process.cwd() })
    const [child, ended] = startProgram([...sign, 'fifo'])
    const pipe = createWriteStream('fifo')
    pipe.on('error', () => undefined)
    pipe.write(Buffer.alloc(3_000_000))
    await sleep(1000)
    child.kill(signal)
    const { status, files } = await ended
    pipe.destroy()
    expect([status, files]).toEqual([-1, ['data.txt', 'fifo', 'release.asc', 'release.pem']])
  })

  test('a disk that takes no more', async () => {
    const full = (call: string): string | undefined =>
      call === 'writeFileSync' ? 'ENOSPC' : undefined
    const { transcript } = await withFailures(full, () => runMain([...sign, 'data.txt']))
    expect(transcript.replace(process.cwd(), '')).toMatchInlineSnapshot(`
      "2> error: cannot write /data.txt.asc: ENOSPC
      2> hint: choose another output, or make room for it
      [15]"
    `)
    expect(filesBelow()).toEqual(given)
  })

  test('a failure at the last of several files leaves the others whole', async () => {
    const alone = await runMain([...sign, '-o', '-', 'data.txt'])
    const { status } = await runMain([...sign, 'data.txt', 'missing'])
    expect([status, filesBelow()]).toEqual([10, [...given, 'data.txt.asc'].sort()])
    expect(readFileSync('data.txt.asc')).toEqual(alone.stdout)
  })

  test('a directory that is not there, or is the output', async () => {
    mkdirSync('folder')
    const transcripts = []
    for (const output of ['no/where', 'folder', 'folder/']) {
      transcripts.push((await runMain([...sign, '-o', output, 'data.txt'])).transcript)
    }
    expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
      "2> error: there is no directory for the output no/where
      2> hint: create its directory first
      [15]

      2> error: the output folder is a directory
      2> hint: choose another output, or make room for it
      [15]

      2> error: the output folder/ is a directory
      2> hint: choose another output, or make room for it
      [15]"
    `)
  })
})

test('a hung service ends at the deadline', async () => {
  server = await startHungServer()
  const key = ['--key', `awskms://${server.host}/${kmsKeyId}`, '--timeout', '1s']
  for (const words of [
    ['sign', ...key, '--cert', 'release.asc', 'data.txt'],
    ['keys', 'mint', ...key, ...user, '-o', 'new.asc'],
  ]) {
    const ran = await runProgram(words, { env: kmsEnvironment })
    expect([ran.status, ran.stderr.replace(server.host, 'HOST')]).toEqual([
      42,
      `error: awskms://HOST/${kmsKeyId} did not answer within 1 s\n` +
        'hint: see whether the service can be reached from here, or allow more time\n',
    ])
    expect(ran.milliseconds).toBeLessThan(8000)
    expect(ran.files).toEqual(given)
  }
})

test('a throttled service is named as that', async () => {
  server = await startAnsweringServer(() => ({
    status: 400,
    body: { __type: 'ThrottlingException' },
  }))
  const words = [
    'sign',
    '--key',
    `awskms://${server.host}/${kmsKeyId}`,
    '--cert',
    'release.asc',
    'data.txt',
  ]
  const ran = await runProgram(words, { env: kmsEnvironment })
  expect([ran.status, ran.stderr.replace(server.host, 'HOST')]).toMatchInlineSnapshot(`
    [
      41,
      "error: awskms://HOST/1234abcd-12ab-34cd-56ef-1234567890ab: AWS KMS failed (ThrottlingException: UnknownError)
    hint: nothing was signed; try again later
    ",
    ]
  `)
})

test('AWS_REGION is honoured; the region of the URI comes first', async () => {
  const regions: (string | undefined)[] = []
  const kms = createServer((request, response) => {
    const { authorization } = request.headers
    regions.push(/\/([a-z0-9-]+)\/kms\/aws4_request/.exec(authorization ?? '')?.[1])
    void json(request).then((body) => {
      const signature = signRequest(body, testKeys.a).toString('base64')
      response.end(JSON.stringify({ KeyId: kmsKeyArn, Signature: signature }))
    })
  })
  await new Promise<void>((resolve) => kms.listen(0, '127.0.0.1', resolve))
  const key = `awskms://127.0.0.1:${(kms.address() as AddressInfo).port}/${kmsKeyId}`
  const env = { ...kmsEnvironment, AWS_REGION: 'ap-south-1' }
  for (const uri of [key, `${key}?region=eu-north-1`]) {
    const words = ['sign', '--key', uri, '--cert', 'release.asc', '--force', 'data.txt']
    const ran = await runProgram(words, { env })
    expect([ran.status, ran.stderr]).toEqual([0, 'signed: data.txt → data.txt.asc\n'])
  }
  kms.close()
  expect(regions).toEqual(['ap-south-1', 'eu-north-1'])
})

test('RSA-1024 neither mints nor signs', async () => {
  writeFileSync('weak.pem', await newRsaPem(1024))
  const transcripts = [
    (await runMain(['keys', 'mint', '--key', 'weak.pem', ...user, '-o', 'new.asc'])).transcript,
    (await runMain(['keys', 'mint', '--key=weak.pem', ...user, '-o', 'x', '--allow-rsa-2048']))
      .transcript,
    (await runMain(['sign', '--key', 'weak.pem', '--cert', 'release.asc', 'data.txt'])).transcript,
  ]
  expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
    "2> error: weak.pem is an RSA key of 1024 bits; 2048 is the least
    2> hint: make another: longhand keys generate -o release.pem
    [30]

    2> error: weak.pem is an RSA key of 1024 bits; 2048 is the least
    2> hint: make another: longhand keys generate -o release.pem
    [30]

    2> error: weak.pem is an RSA key of 1024 bits; 2048 is the least
    2> hint: make another: longhand keys generate -o release.pem
    [30]"
  `)
  expect(filesBelow()).toEqual([...given, 'weak.pem'])
})

test('--created 2200 does not wrap around', async () => {
  const words = ['--created', '2200-01-01T00:00:00Z']
  const transcripts = [
    (await runMain([...sign, ...words, 'data.txt'])).transcript,
    (await runMain(['keys', 'mint', '--key', 'release.pem', ...user, ...words, '-o', 'x']))
      .transcript,
  ]
  expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
    "2> error: OpenPGP has no times after 2106-02-07T06:28:15Z
    2> hint: give a time between 1970 and 2106 that is not before the key
    [24]

    2> error: the creation time is outside of what OpenPGP can write
    2> hint: it lies between 1970-01-01T00:00:00Z and 2106-02-07T06:28:15Z
    [24]"
  `)
  expect(filesBelow()).toEqual(given)
})

test('an expired key does not back-date', async () => {
  await mint('release.asc', '--expires', '90d', '--force')
  const words = [...sign, '--created', '2024-02-10T00:00:00Z', 'data.txt']
  expect((await runMain(words)).transcript).toMatchInlineSnapshot(`
    "2> error: FEB1553F63940651BD845714D3E786AA47E716DA may not sign: the primary key expired 2024-04-30T12:00:00Z
    2> hint: a certificate that is valid now is needed; --created does not help
    [22]"
  `)
  expect(filesBelow()).toEqual(given)
  // It does sign while it is valid.
  expect((await runMain(words, { now: new Date('2024-03-01T00:00:00Z') })).status).toBe(0)
})

test('a file that changes while it is hashed', async () => {
  truncateSync('data.txt', 300 * 2 ** 20)
  const [child, ended] = startProgram([...sign, 'data.txt'])
  child.stdin?.end()
  const writing = setInterval(() => {
    writeFileSync('data.txt', 'x', { flag: 'a' })
  }, 5)
  const { status, stderr, files } = await ended
  clearInterval(writing)
  expect([status, stderr]).toMatchInlineSnapshot(`
    [
      12,
      "error: the file data.txt changed while it was read
    hint: run again when nothing writes to it any more
    ",
    ]
  `)
  expect(files).toEqual(given)
})

test('the second of two armored blocks is not silently dropped', async () => {
  await runMain([...sign, 'data.txt'])
  const block = readFileSync('data.txt.asc', 'utf8')
  writeFileSync('data.txt.asc', block + block)
  const { status } = await runMain(['verify', '--cert', 'release.asc', 'data.txt.asc'])
  expect(status).toBe(3)
})

test('--output - is standard output, and no file', async () => {
  const ran = await runProgram([...sign, '--output', '-', 'data.txt'])
  expect(ran.stdout.toString()).toMatch(/^-----BEGIN PGP SIGNATURE-----\n/)
  expect(ran).toMatchObject({ status: 0, stderr: '', files: given })
  const minted = await runProgram(['keys', 'mint', '--key', 'release.pem', ...user, '-o', '-'])
  expect(minted.stdout.toString()).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----\n/)
  expect(minted).toMatchObject({ status: 0, stderr: '', files: given })
  const generated = await runProgram(['keys', 'generate', '-o', '-'])
  expect(generated).toMatchObject({ status: 2, files: given })
})

test('a newline in a User ID', async () => {
  const words = ['keys', 'mint', '--key', 'release.pem', '-o', 'x', '--email', 'a@acme.example']
  expect((await runMain([...words, '--name', 'Acme\n[GNUPG:] x'])).transcript)
    .toMatchInlineSnapshot(`
    "2> error: a User ID may not hold control characters or angle brackets
    2> hint: give the name and the address as plain text on one line
    [2]"
  `)
  expect(filesBelow()).toEqual(given)
})

test('an encrypted key without its passphrase, and with a wrong one', async () => {
  const locked = await toEncrypted(readFileSync('release.pem', 'utf8'), 'secret')
  writeFileSync('locked.pem', locked, { mode: 0o600 })
  writeFileSync('wrong', 'Secret\n', { mode: 0o600 })
  writeFileSync('right', 'secret\n', { mode: 0o600 })
  const words = ['sign', '--key', 'locked.pem', '--cert', 'release.asc', 'data.txt']
  const transcripts = [
    (await runMain(words)).transcript,
    (await runMain([...words, '--passphrase-file', 'wrong'])).transcript,
    (await runMain(words, { env: { LONGHAND_PASSPHRASE: 'wrong' } })).transcript,
    (await runMain([...words, '--passphrase-file', 'right'])).transcript,
  ]
  expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
    "2> error: locked.pem is encrypted, its passphrase is needed
    2> hint: give it by --passphrase-file FILE or in the environment variable LONGHAND_PASSPHRASE
    [35]

    2> error: the passphrase does not open locked.pem
    2> hint: give it by --passphrase-file FILE or in the environment variable LONGHAND_PASSPHRASE
    [36]

    2> error: the passphrase does not open locked.pem
    2> hint: give it by --passphrase-file FILE or in the environment variable LONGHAND_PASSPHRASE
    [36]

    2> signed: data.txt → data.txt.asc
    [0]"
  `)
})

test('everything has a status of its own', async () => {
  server = await startHungServer()
  const hung = `awskms://${server.host}/${kmsKeyId}`
  writeFileSync('weak.pem', await newRsaPem(1024))
  writeFileSync('locked.pem', await toEncrypted(readFileSync('release.pem', 'utf8'), 'secret'))
  writeFileSync('wrong', 'wrong')
  await mint('expired.asc', '--expires', '90d')
  await mint('other.asc', `--key=${testKeys.b}`)
  await runMain([...sign, '-o', 'exists.sig', 'data.txt'])
  writeFileSync('changed.txt', 'changed')
  const causes: Readonly<Record<string, readonly string[]>> = {
    usage: ['keys', 'bogus'],
    malformed: ['verify', '--cert', 'release.asc', 'data.txt', 'data.txt'],
    'input-missing': [...sign, 'missing.txt'],
    'input-unreadable': [...sign, '-o', 'x', '/proc/self/mem'],
    'output-exists': [...sign, '-o', 'exists.sig', 'data.txt'],
    'output-is-input': [...sign, '-o', 'release.pem', 'data.txt'],
    'output-failed': [...sign, '-o', 'no/where', 'data.txt'],
    'certificate-expired': ['sign', '--key=release.pem', '--cert=expired.asc', 'data.txt'],
    'time-invalid': [...sign, '--created', '2200-01-01T00:00:00Z', 'data.txt'],
    'user-id-missing': ['keys', 'wkd', '--domain', 'b.example', '-o', 'x', 'release.asc'],
    'key-weak': ['sign', '--key', 'weak.pem', '--cert', 'release.asc', 'data.txt'],
    'key-mismatch': ['sign', '--key', 'release.pem', '--cert', 'other.asc', 'data.txt'],
    'key-secret': ['sign', '--key', 'file:x?pin=1', '--cert', 'release.asc', 'data.txt'],
    'passphrase-missing': ['sign', '--key', 'locked.pem', '--cert', 'release.asc', 'data.txt'],
    'passphrase-wrong': [
      'sign',
      '--key=locked.pem',
      '--cert=release.asc',
      '--passphrase-file=wrong',
      'data.txt',
    ],
    'signer-timeout': ['sign', '--key', hung, '--cert=release.asc', '--timeout=1s', 'data.txt'],
    'signature-bad': ['verify', '--cert', 'release.asc', 'exists.sig', 'changed.txt'],
    'signer-unknown': ['verify', '--cert', 'other.asc', 'exists.sig', 'data.txt'],
  }
  const statuses = []
  for (const [cause, words] of Object.entries(causes)) {
    const { status, stderr } = await runProgram(words, { env: kmsEnvironment })
    expect([cause, status, stderr]).toEqual([
      cause,
      exitStatuses[cause as ErrorCode],
      expect.stringMatching(/^error: [^\n]+\n(hint: [^\n]+\n)?$/),
    ])
    statuses.push(status)
  }
  expect(new Set(statuses).size).toBe(statuses.length)
  expect(statuses).not.toContain(0)
  expect(statuses).not.toContain(1)
})

test('keys bogus is not a success', async () => {
  const ran = await runProgram(['keys', 'bogus'])
  expect([ran.status, ran.stderr]).toMatchInlineSnapshot(`
    [
      2,
      "error: keys bogus is no command
    hint: the commands are keys generate, keys mint, keys bind-subkey, keys add-user-id, keys extend, keys revoke, keys endorse, keys merge, keys export, keys show, keys lint, keys wkd; see: longhand --help
    ",
    ]
  `)
})

test('a file of 1 GiB takes less than 90 MiB of memory', async () => {
  truncateSync('data.txt', 2 ** 30)
  const report = `process.on('exit', () => {
    require('node:fs').writeSync(2, 'peak ' + process.resourceUsage().maxRSS + '\\n')
  })`
  writeFileSync('report.cjs', report)
  const node = ['--require', './report.cjs']
  for (const program of ['longhand', 'longhand-sign'] as const) {
    const words = [...(program === 'longhand' ? ['sign'] : []), ...keys, '--force', 'data.txt']
    const { status, stderr } = await runProgram(words, { program, node, deadline: 50_000 })
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^signed: .*\npeak \d+\n$/)])
    expect(Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024).toBeLessThan(90)
  }
})

test('the main job needs nothing on PATH', async () => {
  mkdirSync('empty')
  const env = { PATH: `${process.cwd()}/empty` }
  for (const words of [
    ['keys', 'generate', '--bits', '3072', '-o', 'new.pem'],
    ['keys', 'mint', '--key', 'new.pem', ...user, '-o', 'new.asc'],
    ['keys', 'wkd', '--domain', 'acme.example', '-o', 'public', 'new.asc'],
    ['sign', '--key', 'new.pem', '--cert', 'new.asc', 'data.txt'],
    ['verify', '--cert', 'new.asc', 'data.txt.asc'],
    ['inspect', 'data.txt.asc'],
  ]) {
    const { status, stderr } = await runProgram(words, { env })
    expect([words, status, stderr]).toEqual([words, 0, expect.not.stringMatching(/error/)])
  }
  expect(filesBelow()).toContain('data.txt.asc')
})

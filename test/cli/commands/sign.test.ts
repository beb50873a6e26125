import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { runMain } from '../../support/cli/in-process.ts'
import { runProgram, startCommand, launcher } from '../../support/cli/program.ts'
import { filesBelow, mint, testKeys, useWorkplace } from '../../support/cli/workplace.ts'
import { dearmored } from '../../support/tools/tool.ts'

useWorkplace()
beforeEach(async () => {
  await mint()
  writeFileSync('data.txt', 'hello\n')
})

const sign = ['sign', '--key', 'release.pem', '--cert', 'release.asc']
const env = { LONGHAND_KEY: 'release.pem', LONGHAND_CERT: 'release.asc' }
const verdict = async (...words: string[]): Promise<number> =>
  (await runMain(['verify', '--cert', 'release.asc', ...words], { now: new Date() })).status

describe('one file', () => {
  test('armored; the same again for the same time', async () => {
    expect((await runMain([...sign, 'data.txt'])).transcript).toMatchInlineSnapshot(`
      "2> signed: data.txt → data.txt.asc
      [0]"
    `)
    expect(readFileSync('data.txt.asc', 'utf8')).toMatchInlineSnapshot(`
      "-----BEGIN PGP SIGNATURE-----

      wsDzBAABCAAdBQJnQvkgFiEE/rFVP2OUBlG9hFcU0+eGqkfnFtoACgkQ0+eGqkfn
      FtoUMwv9EUNcnR/WcfFrcEHr2G6IfsfHMa36JRhY/w3ZsVKVSl1M9lnWx+t8FCXg
      dD6jFC8ANiZwPWphmaAK3yObPmADWtiBkfrE0MjcvE7ieS1qFe1xqKjnSgW5CSUb
      PWVzD2yUGaiKvLX0pGv3hGaHeWkOMfDO3iC5D16clkDzyl7oeZDLTRJb7gITc2XV
      T9AgjLeCdJ+BdbIlojSwuULgjHhV/q69NoHBiocXu7Dx3gPqBn1CL0yxBGFrt8CB
      a+setT/tU7x+wcg5IJxPcVfrx6nm6H0a2KT9S79SmGRIvXx95tjflSr6vwBoIa8+
      nDp7EXFYHTRdji3Bat2GyJM5QmGNIrSKGdlhj55lWWbiettr8zrEkBlYqb9mdOBl
      KDbC8RSQVW0KhZvzDSgdw2VithGw9cdUI0xpDWF1zC/jCMEqsAazahDLJWatTU0O
      49aIb3jWJzRHm80x5vWIeNmDYh/i31H1PS7mIsAothS/eNQ06cu4WfXlsARoAGYH
      kDh6mOt2
      =ruW4
      -----END PGP SIGNATURE-----
      "
    `)
    expect(await verdict('data.txt.asc')).toBe(0)
  })

  test('binary: the octets of the armored one', async () => {
    const { transcript } = await runMain([...sign, '--binary', 'data.txt'])
    expect(transcript).toMatchInlineSnapshot(`
      "2> signed: data.txt → data.txt.sig
      [0]"
    `)
    await runMain([...sign, 'data.txt'])
    expect(readFileSync('data.txt.sig')).toEqual(dearmored(readFileSync('data.txt.asc')))
  })

  test('-o, and - as the output', async () => {
    const { transcript } = await runMain([...sign, '-o', 'other.asc', 'data.txt'])
    expect(transcript).toMatchInlineSnapshot(`
      "2> signed: data.txt → other.asc
      [0]"
    `)
    const { stdout, stderr } = await runMain([...sign, '-o', '-', 'data.txt'])
    expect([stdout, stderr]).toEqual([readFileSync('other.asc'), ''])
    expect(filesBelow()).not.toContain('-')
  })

  test('--hash and --created stand in the signature', async () => {
    const words = ['--hash', 'sha-512', '--created', '2024-03-01T02:03:04.9+01:00']
    await runMain([...sign, ...words, 'data.txt'])
    const { stdout } = await runMain(['verify', '--cert', 'release.asc', 'data.txt.asc'])
    expect(stdout.toString()).toMatchInlineSnapshot(`
      "good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-03-01T01:03:04Z, SHA-512
      "
    `)
  })

  test('--json', async () => {
    const { transcript } = await runMain([...sign, '--json', 'data.txt'])
    expect(transcript).toMatchInlineSnapshot(`
      "[
        {
          "file": "data.txt",
          "output": "data.txt.asc",
          "certificate": "FEB1553F63940651BD845714D3E786AA47E716DA",
          "hash": "SHA-256"
        }
      ]
      [0]"
    `)
    expect((await runMain([...sign, '--json', '-o', '-', 'data.txt'])).transcript)
      .toMatchInlineSnapshot(`
      "2> error: --json needs standard output for itself: give --output FILE
      2> hint: see: longhand sign --help
      [2]"
    `)
  })

  test('empty', async () => {
    writeFileSync('empty', '')
    expect((await runMain([...sign, 'empty'])).status).toBe(0)
    expect(await verdict('empty.asc')).toBe(0)
  })
})

describe('standard input', () => {
  test('goes to standard output', async () => {
    await runMain([...sign, 'data.txt'])
    const ran = await runMain([...sign, '-'], { stdin: 'hello\n' })
    expect([ran.status, ran.stderr]).toEqual([0, ''])
    expect(ran.stdout).toEqual(readFileSync('data.txt.asc'))
  })

  test('of the built command, octet for octet, in binary and from a file', async () => {
    const [child, ended] = startCommand(
      '/bin/sh',
      ['-c', 'exec "$@" < data.txt', 'sh', process.execPath, launcher(), ...sign, '-', '--binary'],
      { env },
    )
    child.stdin?.end()
    const { status, stdout, stderr } = await ended
    expect([status, stderr]).toEqual([0, ''])
    writeFileSync('out.sig', stdout)
    expect(await verdict('out.sig', 'data.txt')).toBe(0)
  })

  test('is not taken twice, nor beside a file', async () => {
    const { transcript } = await runMain([...sign, '-', 'data.txt'])
    expect(transcript).toMatchInlineSnapshot(`
      "2> error: --output and - go with one FILE only
      2> hint: see: longhand sign --help
      [2]"
    `)
  })
})

describe('several files', () => {
  test('in their order, each signed', async () => {
    const names = Array.from({ length: 12 }, (_, number) => `file-${number}`)
    for (const name of names) writeFileSync(name, name)
    const { status, stderr } = await runMain([...sign, ...names])
    expect(status).toBe(0)
    const lines = names.map((name) => `signed: ${name} → ${name}.asc`)
    expect(stderr).toBe([...lines, 'note: 12 of 12 files are signed\n'].join('\n'))
    for (const name of names) expect(await verdict(`${name}.asc`)).toBe(0)
  })

  test('one missing: the others are signed', async () => {
    const { transcript } = await runMain([...sign, 'data.txt', 'missing', 'release.asc'])
    expect(transcript).toMatchInlineSnapshot(`
      "2> signed: data.txt → data.txt.asc
      2> error: the file missing does not exist
      2> signed: release.asc → release.asc.asc
      2> error: 1 of 3 files are not signed
      2> hint: when the cause is gone, the same command with --resume signs them
      [10]"
    `)
    expect(await verdict('data.txt.asc')).toBe(0)
  })

  test('the same twice, or one whose signature is another input', async () => {
    writeFileSync('data.txt.asc', 'an input')
    const transcripts = []
    for (const words of [
      ['data.txt', './data.txt'],
      ['data.txt', 'data.txt.asc'],
    ]) {
      transcripts.push((await runMain([...sign, '--force', ...words])).transcript)
    }
    transcripts.push((await runMain([...sign, '-o', 'x', 'data.txt', 'release.asc'])).transcript)
    expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
      "2> error: the outputs data.txt.asc and ./data.txt.asc are the same file
      [2]

      2> error: the output data.txt.asc is an input
      2> hint: choose another output; --force does not lift this
      [14]

      2> error: --output and - go with one FILE only
      2> hint: see: longhand sign --help
      [2]"
    `)
    expect(readFileSync('data.txt.asc', 'utf8')).toBe('an input')
  })
})

test('what cannot be read', async () => {
  mkdirSync('folder')
  symlinkSync('nowhere', 'dangling')
  const transcripts = []
  // Reading a process's own memory from its start fails with EIO, for root as well.
  for (const words of [['folder'], ['missing'], ['dangling'], ['/proc/self/mem', '-o', 'x']]) {
    transcripts.push((await runMain([...sign, ...words])).transcript)
  }
  expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
    "2> error: the file folder is a directory
    [10]

    2> error: the file missing does not exist
    [10]

    2> error: the file dangling does not exist
    [10]

    2> error: the file /proc/self/mem cannot be read: EIO
    2> hint: see whether this user may read it
    [11]"
  `)
})

test.each([
  '-x',
  '--force',
  'with space',
  'two\nlines',
  'colour\u001b[31m',
  'bidi\u202etxt.exe',
  'quo\'te"$(id)',
  'back\\slash',
  'Ünïcödé',
])('a file named %j', async (name) => {
  writeFileSync(name, 'odd')
  const ran = await runProgram([...sign, '--', name])
  expect(ran.stderr).toMatch(/^signed: [^\p{Cc}\p{Cf}]+\n$/u)
  expect(ran.files).toContain(`${name}.asc`)
  const json = await runProgram([...sign, '--force', '--json', '--', name])
  expect(json.stdout.toString()).toMatch(/^[^\p{Cf}\u001b]+$/u)
  expect(JSON.parse(json.stdout.toString())).toMatchObject([{ file: name, output: `${name}.asc` }])
  const checked = await runProgram(['verify', '--cert', 'release.asc', '--', `${name}.asc`])
  expect([checked.status, checked.stderr]).toEqual([0, ''])
})

test('a file whose name is not UTF-8 is refused, and no other is taken for it', async () => {
  const line = `printf odd > "$(printf 'a\\377b')"; exec "$@" -- "$(printf 'a\\377b')"`
  const words = ['-c', line, 'sh', process.execPath, launcher(), ...sign]
  const [child, ended] = startCommand('/bin/sh', words)
  child.stdin?.end()
  const { status, stderr } = await ended
  expect([status, stderr]).toEqual([10, 'error: the file a\ufffdb does not exist\n'])
})

describe('times', () => {
  test('to come: with a warning', async () => {
    const words = ['--created', '2024-12-24T00:00:00Z', 'data.txt']
    expect((await runMain([...sign, ...words])).transcript).toMatchInlineSnapshot(`
      "2> signed: data.txt → data.txt.asc
      2> warning: the signature states a time to come: it is not good before 2024-12-24T00:00:00Z
      [0]"
    `)
    const check = ['verify', '--cert', 'release.asc', 'data.txt.asc']
    expect((await runMain(check)).status).toBe(24)
  })

  test('before the key, and outside of OpenPGP', async () => {
    const transcripts = []
    for (const time of ['2024-01-31T11:59:59Z', '1969-12-31T23:59:59Z', '2106-02-07T06:28:16Z']) {
      transcripts.push((await runMain([...sign, '--created', time, 'data.txt'])).transcript)
    }
    expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
      "2> error: the time to sign at, 2024-01-31T11:59:59Z, is before the key's own, 2024-01-31T12:00:00Z
      2> hint: sign at a later time; to back-date is not possible before the key was made
      [24]

      2> error: the time to sign at, 1969-12-31T23:59:59Z, is before the key's own, 2024-01-31T12:00:00Z
      2> hint: sign at a later time; to back-date is not possible before the key was made
      [24]

      2> error: OpenPGP has no times after 2106-02-07T06:28:15Z
      2> hint: give a time between 1970 and 2106 that is not before the key
      [24]"
    `)
    expect(filesBelow()).not.toContain('data.txt.asc')
  })
})

test('keys and certificates that do not fit', async () => {
  writeFileSync('both.asc', readFileSync('release.asc', 'utf8').repeat(2))
  writeFileSync('empty.asc', '')
  const transcripts = []
  for (const [key, cert] of [
    [testKeys.b, 'release.asc'],
    ['release.pem', 'both.asc'],
    ['release.pem', 'empty.asc'],
    ['release.pem', 'data.txt'],
    ['release.pem', 'release.pem'],
    ['release.asc', 'release.asc'],
    ['missing.pem', 'release.asc'],
    ['data.txt', 'release.asc'],
  ] as const) {
    const { transcript } = await runMain(['sign', '--key', key, '--cert', cert, 'data.txt'])
    transcripts.push(transcript.replaceAll(testKeys.b, 'OTHER-KEY'))
  }
  expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
    "2> warning: others on this machine may read OTHER-KEY: chmod 600 OTHER-KEY
    2> error: OTHER-KEY is not the key of FEB1553F63940651BD845714D3E786AA47E716DA
    2> hint: give the certificate that was minted for this key, or the key that it was minted for
    [31]

    2> error: both.asc holds 2 certificates
    2> hint: give a file with the one certificate of the key
    [2]

    2> error: empty.asc is not OpenPGP data
    2> hint: it should be binary packets or an armored PGP PUBLIC KEY BLOCK
    [3]

    2> error: data.txt is not OpenPGP data
    2> hint: it should be binary packets or an armored PGP PUBLIC KEY BLOCK
    [3]

    2> error: release.pem is not OpenPGP data
    2> hint: it should be binary packets or an armored PGP PUBLIC KEY BLOCK
    [3]

    2> error: release.asc is an OpenPGP file, not the PEM of a private key
    2> hint: give the key as PKCS#8, PKCS#1 or SEC1 PEM; certificates go to --cert
    [4]

    2> error: the key file missing.pem does not exist
    [10]

    2> error: data.txt holds no PEM private key
    2> hint: a key in DER is converted by: openssl pkey -inform DER -in OLD -out NEW
    [3]"
  `)
  expect(filesBelow()).not.toContain('data.txt.asc')
})

test.each([
  [2, '"0" is not from 1 to 256', ['--concurrency', '0', 'data.txt']],
  [32, 'hint: longhand keys show names its keys', ['--signing-key', 'ABCD', 'data.txt']],
  [
    2,
    'hint: a key in AWS KMS is named awskms:///',
    ['--key=arn:aws:kms:x', '--cert=release.asc', 'data.txt'],
  ],
] as const)('%i: %s', async (status, said, words) => {
  const [first] = words
  const ran = await runMain([...(first.startsWith('--key') ? ['sign'] : sign), ...words])
  expect([ran.status, ran.stderr]).toEqual([status, expect.stringContaining(said)])
})

test('--signing-key names a key of the certificate', async () => {
  const fingerprint = '0'.repeat(40)
  const { transcript } = await runMain([...sign, '--signing-key', fingerprint, 'data.txt'])
  expect(transcript).toMatchInlineSnapshot(`
    "2> error: certificate FEB1553F63940651BD845714D3E786AA47E716DA has no key 0000000000000000000000000000000000000000
    2> hint: longhand keys show names its keys, each by its whole fingerprint
    [32]"
  `)
})

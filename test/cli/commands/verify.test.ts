import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { parseCertificates } from '../../../src/certificate/certificate.ts'
import { openSigner } from '../../../src/node/uri.ts'
import { signCleartext } from '../../../src/sign/cleartext.ts'
import { signInline } from '../../../src/sign/inline.ts'
import { encodeArmor } from '../../../src/wire/armor.ts'
import { runMain } from '../../support/cli/in-process.ts'
import { runProgram } from '../../support/cli/program.ts'
import { mint, now, testKeys, useWorkplace } from '../../support/cli/workplace.ts'
import { dearmored } from '../../support/tools/tool.ts'

useWorkplace()
beforeEach(async () => {
  await mint()
  await mint('other.asc', `--key=${testKeys.b}`, '--name=Other', '--email=other@other.example')
  writeFileSync('data.txt', 'hello\n')
  await sign('data.txt')
})

async function sign(file: string, ...more: readonly string[]): Promise<void> {
  const [key, cert] = more.includes('other.asc') ? [testKeys.b] : ['release.pem', 'release.asc']
  const words = ['sign', '--key', key, ...(cert === undefined ? [] : ['--cert', cert]), ...more]
  const { status, transcript } = await runMain([...words, file])
  if (status !== 0) throw new Error(transcript)
}

const verify = ['verify', '--cert', 'release.asc']
const transcriptOf = async (...words: readonly string[]): Promise<string> =>
  (await runMain([...verify, ...words])).transcript

describe('good', () => {
  test('FILE named, and found by the name of the signature', async () => {
    expect(await transcriptOf('data.txt.asc')).toMatchInlineSnapshot(`
      "good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
      [0]"
    `)
    expect(await transcriptOf('data.txt.asc', 'data.txt')).toBe(await transcriptOf('data.txt.asc'))
    await sign('data.txt', '--binary')
    expect(await transcriptOf('data.txt.sig')).toBe(await transcriptOf('data.txt.asc'))
  })

  test('FILE is standard input', async () => {
    const signature = readFileSync('data.txt.asc')
    expect((await runMain([...verify, '-', 'data.txt'], { stdin: signature })).status).toBe(0)
    expect((await runMain([...verify, '-'], { stdin: signature })).transcript).toMatch(/which FILE/)
    expect((await runMain([...verify, '-', '-'])).transcript).toMatch(/cannot both be standard/)
    const words = [...verify, 'data.txt.asc', '-']
    expect((await runMain(words, { stdin: 'hello\n' })).status).toBe(0)
    expect((await runMain(words, { stdin: 'hello' })).status).toBe(51)
    expect(await runProgram(words, { stdin: 'hello\n' })).toMatchObject({ status: 0, stderr: '' })
  })

  test('--json', async () => {
    expect(await transcriptOf('--json', 'data.txt.asc')).toMatchInlineSnapshot(`
      "{
        "good": true,
        "signatures": [
          {
            "type": 0,
            "hash": "SHA-256",
            "created": 1732442400,
            "good": true,
            "signer": {
              "certificate": "FEB1553F63940651BD845714D3E786AA47E716DA",
              "key": "FEB1553F63940651BD845714D3E786AA47E716DA"
            }
          }
        ]
      }
      [0]"
    `)
  })
})

test('tampered data, and a tampered signature', async () => {
  appendFileSync('data.txt', ' ')
  expect(await transcriptOf('data.txt.asc')).toMatchInlineSnapshot(`
    "bad signature, made 2024-11-24T10:00:00Z, SHA-256: the signature is not one by FEB1553F63940651BD845714D3E786AA47E716DA over this data
    2> error: data.txt is not verified: the signature is not one by FEB1553F63940651BD845714D3E786AA47E716DA over this data
    2> hint: the file or the signature was changed, or they do not belong together
    [51]"
  `)
  expect(await transcriptOf('--json', 'data.txt.asc')).toMatchInlineSnapshot(`
    "{
      "good": false,
      "signatures": [
        {
          "type": 0,
          "hash": "SHA-256",
          "created": 1732442400,
          "good": false,
          "code": "signature-bad",
          "reason": "the signature is not one by FEB1553F63940651BD845714D3E786AA47E716DA over this data"
        }
      ]
    }
    2> error: data.txt is not verified: the signature is not one by FEB1553F63940651BD845714D3E786AA47E716DA over this data
    2> hint: the file or the signature was changed, or they do not belong together
    [51]"
  `)
  writeFileSync('data.txt', 'hello\n')
  await sign('data.txt', '--binary')
  const octets = readFileSync('data.txt.sig')
  octets.writeUInt8(octets.readUInt8(octets.length - 1) ^ 1, octets.length - 1)
  writeFileSync('data.txt.sig', octets)
  expect((await runMain([...verify, 'data.txt.sig'])).status).toBe(51)
})

test('an unknown signer is not called bad, and the status is its own', async () => {
  await sign('data.txt', '--cert', 'other.asc', '-o', 'other.sig')
  expect(await transcriptOf('other.sig', 'data.txt')).toMatchInlineSnapshot(`
    "signature by an unknown key, made 2024-11-24T10:00:00Z, SHA-256: no given certificate holds the key A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C
    2> error: data.txt is not verified: no given certificate holds the key A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C
    2> hint: if you trust that key, give its certificate with --cert
    [53]"
  `)
})

describe('two packets in one file', () => {
  beforeEach(async () => {
    await sign('data.txt', '--binary')
    await sign('data.txt', '--binary', '--cert', 'other.asc', '-o', 'other.sig')
    writeFileSync(
      'both.sig',
      Buffer.concat(['data.txt.sig', 'other.sig'].map((name) => readFileSync(name))),
    )
  })

  test('one known signer is enough', async () => {
    expect(await transcriptOf('both.sig', 'data.txt')).toMatchInlineSnapshot(`
      "good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
      signature by an unknown key, made 2024-11-24T10:00:00Z, SHA-256: no given certificate holds the key A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C
      2> note: signatures that do not count: 1
      [0]"
    `)
  })

  test('both known', async () => {
    writeFileSync(
      'all.asc',
      ['release.asc', 'other.asc'].map((name) => readFileSync(name, 'utf8')).join(''),
    )
    const { transcript } = await runMain(['verify', '--cert', 'all.asc', 'both.sig', 'data.txt'])
    expect(transcript).toMatchInlineSnapshot(`
      "good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
      good signature by A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C (Other <other@other.example>), made 2024-11-24T10:00:00Z, SHA-256
      [0]"
    `)
  })
})

test('two armored blocks are no dual signature', async () => {
  const block = readFileSync('data.txt.asc', 'utf8')
  writeFileSync('data.txt.asc', block + block)
  expect(await transcriptOf('data.txt.asc')).toMatchInlineSnapshot(`
    "2> error: data.txt.asc: the signature file holds more than one armored block
    2> hint: signatures by several keys go into one block, one packet after the other
    [3]"
  `)
})

test('times of the key', async () => {
  await mint('short.asc', '--expires', '90d')
  await sign('data.txt', '-o', 'late.sig')
  await sign('data.txt', '-o', 'early.sig', '--created', '2024-02-29T00:00:00Z')
  const transcripts = []
  for (const name of ['late.sig', 'early.sig']) {
    const words = ['verify', '--cert', 'short.asc', name, 'data.txt']
    transcripts.push((await runMain(words)).transcript)
  }
  await sign('data.txt', '-o', 'future.sig', '--created', '2025-01-01T00:00:00Z')
  transcripts.push(await transcriptOf('future.sig', 'data.txt'))
  expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
    "bad signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256: the primary key expired 2024-04-30T12:00:00Z
    2> error: data.txt is not verified: the primary key expired 2024-04-30T12:00:00Z
    2> hint: get the current certificate: its owner may have extended it
    [22]

    good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-02-29T00:00:00Z, SHA-256
    [0]

    bad signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2025-01-01T00:00:00Z, SHA-256: the signature is from the future, 2025-01-01T00:00:00Z
    2> error: data.txt is not verified: the signature is from the future, 2025-01-01T00:00:00Z
    2> hint: see whether the clock of this machine is right
    [24]"
  `)
})

test('what is not a detached signature', async () => {
  writeFileSync('garbage', Buffer.from([0x80, 1, 2, 3]))
  writeFileSync('empty', '')
  writeFileSync('cut.asc', readFileSync('data.txt.asc', 'utf8').slice(0, 300))
  writeFileSync('cut.sig', dearmored(readFileSync('data.txt.asc')).subarray(0, 100))
  writeFileSync('certificate.sig', dearmored(readFileSync('release.asc')))
  writeFileSync('large', Buffer.alloc(1_048_577))
  const names = ['garbage', 'empty', 'cut.asc', 'cut.sig', 'certificate.sig', 'large']
  const transcripts = []
  for (const name of [...names, 'release.asc', 'data.txt', 'missing.sig']) {
    transcripts.push(`$ ${name}\n${await transcriptOf(name, 'data.txt')}`)
  }
  expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
    "$ garbage
    2> error: garbage: packet type 0 at offset 0
    [3]

    $ empty
    2> error: empty: the signature is not OpenPGP data
    2> hint: it should be binary packets or an armored PGP SIGNATURE
    [3]

    $ cut.asc
    2> error: cut.asc: the armored SIGNATURE has no END line
    [3]

    $ cut.sig
    2> error: cut.sig: packet is cut short: 435 octets wanted at offset 3, 97 left
    [3]

    $ certificate.sig
    2> error: certificate.sig: a packet of type 6 stands in a detached signature
    2> hint: a detached signature is Signature packets only; is this a signed message?
    [3]

    $ large
    2> error: the signature file large has more than 1048576 octets
    [5]

    $ release.asc
    2> error: release.asc: the signature holds a PGP PUBLIC KEY BLOCK, not a PGP SIGNATURE
    [3]

    $ data.txt
    2> error: data.txt: the signature is not OpenPGP data
    2> hint: it should be binary packets or an armored PGP SIGNATURE
    [3]

    $ missing.sig
    2> error: the signature file missing.sig does not exist
    [10]"
  `)
})

test('a signature file of one letter is named, though the message has that letter', async () => {
  writeFileSync('n', 'no signature')
  const { stderr } = await runMain(['verify', '--cert', 'release.asc', 'n', 'data.txt'])
  expect(stderr).toMatch(/^error: n: the signature is not OpenPGP data\n/)
})

test('without the FILE that its name tells, it says why it looked for that', async () => {
  writeFileSync('other.asc', readFileSync('data.txt.asc'))
  const { transcript } = await runMain(['verify', '--cert', 'release.asc', 'other.asc'])
  expect(transcript).toMatchInlineSnapshot(`
    "2> error: the file other does not exist
    2> hint: other.asc is taken for the signature of other; if it is of another FILE, give it too
    [10]"
  `)
})

test('of several certificate files the one that cannot be read is named', async () => {
  mkdirSync('certs')
  writeFileSync('certs/a.asc', readFileSync('release.asc').subarray(0, 300))
  copyFileSync('release.asc', 'certs/b.asc')
  for (const words of [
    ['verify', '--cert', 'certs', 'data.txt.asc'],
    ['keys', 'show', 'certs/b.asc', 'certs/a.asc'],
    ['keys', 'merge', 'certs/b.asc', 'certs/a.asc', '-o', 'x.asc'],
  ]) {
    const { status, stderr } = await runMain(words)
    expect([status, stderr]).toEqual([
      3,
      'error: certs/a.asc: the armored PUBLIC KEY BLOCK has no END line\n',
    ])
  }
})

test('what it is asked cannot be answered', async () => {
  const transcripts = [
    await transcriptOf('signature-of-what'),
    await transcriptOf('data.txt.asc', 'data.txt', 'more'),
    await transcriptOf('data.txt.asc', 'missing.txt'),
    (await runMain(['verify', 'data.txt.asc'])).transcript,
    (await runMain(['verify', '--cert', 'missing.asc', 'data.txt.asc'])).transcript,
    (await runMain(['verify', '--cert', 'release.pem', 'data.txt.asc'])).transcript,
  ]
  expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
    "2> error: which FILE does signature-of-what sign? give it as well
    2> hint: see: longhand verify --help
    [2]

    2> error: give one SIGNATURE and at most one FILE
    2> hint: see: longhand verify --help
    [2]

    2> error: the file missing.txt does not exist
    [10]

    2> error: no certificate is named
    2> hint: give --cert release.asc, or set LONGHAND_CERT
    [2]

    2> error: the certificate file missing.asc does not exist
    [10]

    2> error: release.pem is not OpenPGP data
    2> hint: it should be binary packets or an armored PGP PUBLIC KEY BLOCK
    [3]"
  `)
})

test('a User ID that the key does not vouch for is not shown', async () => {
  // A User ID that nobody certified stands before the right one.
  const octets = Buffer.from(dearmored(readFileSync('release.asc')))
  const userIdAt = octets.indexOf('Acme') - 2
  const evil = Buffer.from(octets.subarray(userIdAt, userIdAt + 38))
  evil.write('Evil', 2)
  const merged = [octets.subarray(0, userIdAt), evil, octets.subarray(userIdAt)]
  writeFileSync('merged.gpg', Buffer.concat(merged))
  expect((await runMain(['inspect', 'merged.gpg'])).stdout.toString()).toContain('text: Evil ')
  const { transcript } = await runMain(['verify', '--cert', 'merged.gpg', 'data.txt.asc'])
  expect(transcript).toMatch(/^good signature by [0-9A-F]{40} \(Acme Releases </)
})

describe('several certificates', () => {
  beforeEach(async () => {
    await sign('data.txt', '--binary')
    await sign('data.txt', '--binary', '--cert', 'other.asc', '-o', 'other.sig')
    const parts = ['data.txt.sig', 'other.sig'].map((name) => readFileSync(name))
    writeFileSync('both.sig', Buffer.concat(parts))
    writeFileSync('twice.sig', Buffer.concat([0, 0].flatMap((at) => parts[at] ?? [])))
    mkdirSync('trusted')
  })
  const asked = async (...words: readonly string[]): Promise<string> =>
    (await runMain(['verify', ...words])).transcript

  test('--cert given twice is as one file of both', async () => {
    const words = ['both.sig', 'data.txt']
    const transcript = await asked('--cert=release.asc', '--cert', 'other.asc', ...words)
    expect(transcript.match(/^good signature by [0-9A-F]{40}/gm)).toEqual([
      'good signature by FEB1553F63940651BD845714D3E786AA47E716DA',
      'good signature by A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C',
    ])
    expect(transcript).toMatch(/\[0\]$/)
  })

  test('a directory: files by their ends, links too, none of its directories', async () => {
    const words = ['--cert', 'trusted', '--require', '2', 'both.sig', 'data.txt']
    symlinkSync('../release.asc', 'trusted/a.pub')
    writeFileSync('trusted/b.gpg', dearmored(readFileSync('other.asc')))
    writeFileSync('trusted/README', 'no certificate')
    mkdirSync('trusted/c.asc')
    writeFileSync('trusted/c.asc/bad.asc', 'no certificate')
    expect(await asked(...words)).toMatch(/\[0\]$/)
    const env = { LONGHAND_CERT: 'trusted' }
    expect((await runMain(['verify', ...words.slice(2)], { env })).status).toBe(0)
    // --cert replaces what the environment names.
    const [, , ...rest] = words
    expect((await runMain(['verify', '--cert=release.asc', ...rest], { env })).status).toBe(53)
  })

  test('a directory without certificates, with a dangling link, with another file', async () => {
    const words = ['--cert', 'trusted', 'data.txt.asc']
    const transcripts = [await asked(...words)]
    symlinkSync('nowhere', 'trusted/a.asc')
    transcripts.push(await asked(...words))
    mkdirSync('more')
    writeFileSync('more/a.pgp', readFileSync('data.txt.asc'))
    transcripts.push(await asked('--cert', 'release.asc', '--cert', 'more', 'data.txt.asc'))
    expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
      "2> error: there is no certificate file in trusted
      2> hint: the name of one ends in .asc, .gpg, .pgp or .pub
      [20]

      2> error: the certificate file trusted/a.asc does not exist
      [10]

      2> error: more/a.pgp holds a PGP SIGNATURE, not a PGP PUBLIC KEY BLOCK
      [3]"
    `)
  })

  test('--require', async () => {
    const both = ['--cert', 'release.asc', '--cert', 'other.asc', '--require', '2']
    const transcripts = [
      await asked('--cert', 'release.asc', '--require', '2', 'both.sig', 'data.txt'),
      await asked(...both, 'twice.sig', 'data.txt'),
      await asked(...both, '--require=2', 'both.sig', 'data.txt'),
      await asked(...verify.slice(1), '--require', '0', 'data.txt.asc'),
      await asked(...verify.slice(1), '--require=65', 'data.txt.asc'),
    ]
    expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
      "good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
      signature by an unknown key, made 2024-11-24T10:00:00Z, SHA-256: no given certificate holds the key A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C
      2> error: data.txt is not verified: good signatures by 1 of the 2 certificates required; no given certificate holds the key A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C
      2> hint: if you trust that key, give its certificate with --cert
      [53]

      good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
      good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
      2> error: data.txt is not verified: good signatures by 1 of the 2 certificates required
      [50]

      2> error: --require is given twice
      2> hint: see: longhand verify --help
      [2]

      2> error: --require "0" is not a whole number from 1 to 64
      2> hint: it is the number of certificates of which each has a good signature there
      [2]

      2> error: --require "65" is not a whole number from 1 to 64
      2> hint: it is the number of certificates of which each has a good signature there
      [2]"
    `)
    expect(await asked(...both, 'both.sig', 'data.txt')).toMatch(/\[0\]$/)
  })

  test('copies of one certificate are one', async () => {
    writeFileSync('copy.asc', readFileSync('release.asc'))
    const words = ['--cert=release.asc', '--cert=copy.asc', '--require=2', 'twice.sig', 'data.txt']
    expect((await runMain(['verify', ...words])).status).toBe(50)
  })
})

test('--at', async () => {
  await sign('data.txt', '-o', 'future.sig', '--created', '2025-01-01T00:00:00Z')
  expect((await runMain([...verify, 'future.sig', 'data.txt'])).status).toBe(24)
  const later = ['--at', '2025-01-01T01:00:00+01:00', 'future.sig', 'data.txt']
  expect((await runMain([...verify, ...later])).status).toBe(0)
  const transcripts = [
    await transcriptOf('--at', '2024-11-23T10:00:00Z', 'data.txt.asc'),
    await transcriptOf('--at', 'yesterday', 'data.txt.asc'),
  ]
  expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
    "bad signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256: the signature is from the future, 2024-11-24T10:00:00Z
    2> error: data.txt is not verified: the signature is from the future, 2024-11-24T10:00:00Z
    2> hint: see whether the time of --at is right
    [24]

    2> error: --at "yesterday" is not a time
    2> hint: write it as RFC 3339 says: 2026-01-31T12:00:00Z
    [2]"
  `)
})

test('--quiet: the status speaks, errors are still told', async () => {
  expect(await transcriptOf('--quiet', 'data.txt.asc')).toBe('[0]')
  expect(await transcriptOf('-q', '--json', 'data.txt.asc')).toMatchInlineSnapshot(`
    "2> error: --json and --quiet do not go together
    2> hint: see: longhand verify --help
    [2]"
  `)
  appendFileSync('data.txt', ' ')
  const { stdout, stderr, status } = await runMain([...verify, '--quiet', 'data.txt.asc'])
  expect([stdout.length, status]).toEqual([0, 51])
  expect(stderr).toMatch(/^error: data.txt is not verified: the signature is not one by /)
})

describe('a message that holds its signatures', () => {
  const text = 'Dear all,\n- this is signed\n'

  beforeEach(async () => {
    const certificate = parseCertificates(readFileSync('release.asc'))[0]
    if (!certificate) throw new Error('release.asc is empty')
    const key = { certificate, signer: await openSigner('release.pem') }
    const { message } = await signCleartext(text, key, { at: now })
    const { binary, armored } = await signInline(Buffer.from(text), key, { at: now })
    writeFileSync('clear.txt', message)
    writeFileSync('inline.pgp', binary)
    writeFileSync('inline.asc', armored)
    // An older form: the Signature stands before the data.
    const literalAt = 2 + (binary[1] ?? 0)
    const literalEnd = literalAt + 2 + (binary[literalAt + 1] ?? 0)
    const pieces = [binary.subarray(literalEnd), binary.subarray(literalAt, literalEnd)]
    writeFileSync('old.pgp', Buffer.concat(pieces))
  })

  test.each(['clear.txt', 'inline.pgp', 'inline.asc', 'old.pgp'])('%s', async (name) => {
    const good = await transcriptOf(name)
    expect(good).toBe(await transcriptOf('data.txt.asc'))
    expect(await transcriptOf(name, '--output', 'out')).toBe(good)
    expect(readFileSync('out', 'utf8')).toBe(text)
    const piped = await runMain([...verify, name, '-o', '-'])
    expect(piped).toMatchObject({ status: 0, stdout: Buffer.from(text) })
    expect(`${piped.stderr}[0]`).toBe(good)
    expect(await transcriptOf(name, '-o', '-', '--quiet')).toBe(`${text}[0]`)
    const { stdout } = await runMain([...verify, '--json', name])
    expect(Object.keys(JSON.parse(stdout.toString()) as object)).toEqual(['good', 'signatures'])
  })

  test.each(['clear.txt', 'inline.pgp', 'old.pgp'])('%s changed, or not enough', async (name) => {
    const octets = readFileSync(name)
    octets.write('THIS', octets.indexOf('this'))
    writeFileSync('changed', octets)
    for (const output of ['out', '-']) {
      const { status, stdout } = await runMain([...verify, 'changed', '--output', output])
      expect(status).toBe(51)
      expect(stdout.toString()).not.toContain('signed')
      const short = await runMain([...verify, name, '--require', '2', '--output', output])
      expect(short.status).toBe(50)
      expect(short.stdout.toString()).not.toContain('Dear')
    }
    expect(existsSync('out')).toBe(false)
  })

  test('does not pass for a signature of the file beside it', async () => {
    writeFileSync('data.txt', 'Pay Mallory')
    const transcripts = []
    for (const name of ['clear.txt', 'inline.pgp', 'inline.asc', 'old.pgp']) {
      writeFileSync('data.txt.asc', readFileSync(name))
      expect(await transcriptOf('data.txt.asc')).toMatch(/ a signed message, no .*\n.*\n\[3\]$/)
      transcripts.push(`$ ${name}\n${await transcriptOf('data.txt.asc', 'data.txt')}`)
    }
    expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
      "$ clear.txt
      2> error: armor of type "SIGNED MESSAGE"
      [4]

      $ inline.pgp
      2> error: data.txt.asc: a packet of type 4 stands in a detached signature
      2> hint: a detached signature is Signature packets only; is this a signed message?
      [3]

      $ inline.asc
      2> error: data.txt.asc: the signature holds a PGP MESSAGE, not a PGP SIGNATURE
      [3]

      $ old.pgp
      2> error: data.txt.asc: a packet of type 11 stands in a detached signature
      2> hint: a detached signature is Signature packets only; is this a signed message?
      [3]"
    `)
    symlinkSync('nowhere', 'dangling')
    writeFileSync('dangling.sig', readFileSync('inline.pgp'))
    expect(await transcriptOf('dangling.sig')).toMatchInlineSnapshot(`
      "2> error: dangling.sig is a signed message, no signature of dangling
      2> hint: to verify the message for itself, say with --output where its content goes
      [3]"
    `)
    // Who says where the content goes means the message.
    expect((await runMain([...verify, 'data.txt.asc', '-o', 'content'])).status).toBe(0)
    expect(readFileSync('content', 'utf8')).toBe(text)
  })

  test('- is a message on standard input', async () => {
    const stdin = readFileSync('clear.txt')
    const { status, stdout } = await runMain([...verify, '-', '-o', '-'], { stdin })
    expect({ status, text: stdout.toString() }).toEqual({ status: 0, text })
    expect((await runMain([...verify, '-'], { stdin })).status).toBe(0)
  })

  test('--output is no input, replaces nothing unasked, and needs a message', async () => {
    writeFileSync('out', 'before')
    writeFileSync('unsigned.asc', encodeArmor('MESSAGE', Buffer.from('cb06620000000000', 'hex')))
    const transcripts = [
      await transcriptOf('clear.txt', '-o', 'out'),
      await transcriptOf('clear.txt', '-o', 'clear.txt', '--force'),
      await transcriptOf('clear.txt', '-o', 'release.asc', '--force'),
      await transcriptOf('clear.txt', '-o', '-', '--json'),
      await transcriptOf('data.txt.asc', '-o', 'new'),
      await transcriptOf('data.txt.asc', 'data.txt', '-o', 'new'),
      await transcriptOf('data.txt', '-o', 'new'),
      await transcriptOf('missing', '-o', 'new'),
      await transcriptOf('data.txt'),
      await transcriptOf('unsigned.asc'),
    ]
    expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
      "2> error: out exists already
      2> hint: choose another name, or replace it with --force
      [13]

      2> error: the output clear.txt is an input
      2> hint: choose another output; --force does not lift this
      [14]

      2> error: the output release.asc is an input
      2> hint: choose another output; --force does not lift this
      [14]

      2> error: --json and --output - do not go together
      2> hint: see: longhand verify --help
      [2]

      2> error: data.txt.asc is no signed message
      2> hint: --output goes with a message that holds its signatures
      [3]

      2> error: --output goes with a MESSAGE: a detached signature has no content
      2> hint: see: longhand verify --help
      [2]

      2> error: data.txt is no signed message
      2> hint: --output goes with a message that holds its signatures
      [3]

      2> error: the message missing does not exist
      [10]

      2> error: which FILE does data.txt sign? give it as well
      2> hint: see: longhand verify --help
      [2]

      2> error: the message is not signed
      [50]"
    `)
    expect([readFileSync('out', 'utf8'), existsSync('new')]).toEqual(['before', false])
    expect((await runMain([...verify, 'clear.txt', '-o', 'out', '--force'])).status).toBe(0)
    expect(readFileSync('out', 'utf8')).toBe(text)
  })
})

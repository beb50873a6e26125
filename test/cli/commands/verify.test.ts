import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { runMain } from '../../support/cli/in-process.ts'
import { runProgram } from '../../support/cli/program.ts'
import { mint, testKeys, useWorkplace } from '../../support/cli/workplace.ts'
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
    "2> error: the signature file holds more than one armored block
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
    2> error: packet type 0 at offset 0
    [3]

    $ empty
    2> error: the signature is not OpenPGP data
    2> hint: it should be binary packets or an armored PGP SIGNATURE
    [3]

    $ cut.asc
    2> error: the armored SIGNATURE has no END line
    [3]

    $ cut.sig
    2> error: packet is cut short: 435 octets wanted at offset 3, 97 left
    [3]

    $ certificate.sig
    2> error: a packet of type 6 stands in a detached signature
    2> hint: a detached signature is Signature packets only; is this a signed message?
    [3]

    $ large
    2> error: the signature file large has more than 1048576 octets
    [5]

    $ release.asc
    2> error: the signature holds a PGP PUBLIC KEY BLOCK, not a PGP SIGNATURE
    [3]

    $ data.txt
    2> error: the signature is not OpenPGP data
    2> hint: it should be binary packets or an armored PGP SIGNATURE
    [3]

    $ missing.sig
    2> error: the signature file missing.sig does not exist
    [10]"
  `)
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

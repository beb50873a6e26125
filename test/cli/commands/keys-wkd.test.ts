import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { runMain } from '../../support/cli/in-process.ts'
import { runProgram } from '../../support/cli/program.ts'
import { filesBelow, mint, testKeys, useWorkplace } from '../../support/cli/workplace.ts'
import { dearmored } from '../../support/tools/tool.ts'

useWorkplace()
beforeEach(async () => {
  await mint()
  await mint('info.asc', `--key=${testKeys.b}`, '--name=Info', '--email=Info@ACME.example')
})

const wkd = ['keys', 'wkd', '--domain', 'acme.example', '-o', 'public']
const transcriptOf = async (...words: readonly string[]): Promise<string> =>
  (await runMain([...wkd, ...words])).transcript
const root = 'public/.well-known/openpgpkey'

test('a file in the place of the folder; two certificates of one address', async () => {
  writeFileSync('file', '')
  const words = ['keys', 'wkd', '--domain', 'acme.example', '-o', 'file', 'release.asc']
  expect((await runMain(words)).transcript).toMatchInlineSnapshot(`
    "2> error: cannot write file: ENOTDIR
    2> hint: a file stands where a directory has to be: choose another output, or move it away
    [15]"
  `)
  await mint('second.asc', `--key=${testKeys.b}`)
  const shown = await transcriptOf('release.asc', 'second.asc')
  expect(shown.match(/note: release@acme\.example is looked up/g)).toHaveLength(1)
})

test('two addresses: both layouts, binary, and what is looked up where', async () => {
  expect(await transcriptOf('release.asc', 'info.asc')).toMatchInlineSnapshot(`
    "2> wrote: public/.well-known/openpgpkey/acme.example/hu/mg6owx9w8c3ejg3tu31f4tha5n17d4rj
    2> wrote: public/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
    2> wrote: public/.well-known/openpgpkey/acme.example/policy
    2> wrote: public/.well-known/openpgpkey/hu/mg6owx9w8c3ejg3tu31f4tha5n17d4rj
    2> wrote: public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
    2> wrote: public/.well-known/openpgpkey/policy
    2> note: release@acme.example is looked up at https://openpgpkey.acme.example/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5?l=release
    2> note: Info@ACME.example is looked up at https://openpgpkey.acme.example/.well-known/openpgpkey/acme.example/hu/mg6owx9w8c3ejg3tu31f4tha5n17d4rj?l=Info
    [0]"
  `)
  const release = dearmored(readFileSync('release.asc'))
  for (const layout of [`${root}/hu`, `${root}/acme.example/hu`]) {
    expect(readFileSync(`${layout}/y84sdmnksfqswe7fxf5mzjg53tbdz8f5`)).toEqual(release)
  }
  expect(filesBelow('public')).toHaveLength(6)
  expect(await transcriptOf('release.asc', 'info.asc', '--json')).toMatchInlineSnapshot(`
    "{
      "domain": "acme.example",
      "written": [],
      "unchanged": [
        ".well-known/openpgpkey/acme.example/hu/mg6owx9w8c3ejg3tu31f4tha5n17d4rj",
        ".well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5",
        ".well-known/openpgpkey/acme.example/policy",
        ".well-known/openpgpkey/hu/mg6owx9w8c3ejg3tu31f4tha5n17d4rj",
        ".well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5",
        ".well-known/openpgpkey/policy"
      ],
      "removed": [],
      "left": []
    }
    [0]"
  `)
})

test('several certificates for one address are one file', async () => {
  await mint('next.asc', `--key=${testKeys.b}`)
  expect((await runMain([...wkd, 'release.asc', 'next.asc'])).status).toBe(0)
  const file = readFileSync(`${root}/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5`)
  const parts = ['release.asc', 'next.asc'].map((name) => dearmored(readFileSync(name)))
  expect(file).toEqual(Buffer.concat(parts))
})

test('what an earlier run wrote and this one does not have is removed', async () => {
  await runMain([...wkd, 'release.asc', 'info.asc'])
  expect(await transcriptOf('info.asc')).toMatchInlineSnapshot(`
    "2> removed: public/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
    2> removed: public/.well-known/openpgpkey/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5
    2> note: 4 files were as they should be
    2> note: Info@ACME.example is looked up at https://openpgpkey.acme.example/.well-known/openpgpkey/acme.example/hu/mg6owx9w8c3ejg3tu31f4tha5n17d4rj?l=Info
    [0]"
  `)
  expect(filesBelow('public')).toHaveLength(4)
})

test('what others wrote is left, and goes with --prune only', async () => {
  mkdirSync(`${root}/hu`, { recursive: true })
  writeFileSync(`${root}/hu/${'y'.repeat(32)}`, 'stale')
  writeFileSync('public/index.html', 'a page')
  const left = await transcriptOf('release.asc')
  expect(left.match(/^2> note: .*left alone$/gm)).toMatchInlineSnapshot(`
    [
      "2> note: public/.well-known/openpgpkey/hu/yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy is not from here, and left alone",
    ]
  `)
  const pruned = await transcriptOf('release.asc', '--prune')
  expect(pruned.match(/^2> removed: .*$/gm)).toMatchInlineSnapshot(`
    [
      "2> removed: public/.well-known/openpgpkey/hu/yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
    ]
  `)
  expect(filesBelow('public')).toContain('index.html')
  expect(filesBelow('public')).not.toContain(`.well-known/openpgpkey/hu/${'y'.repeat(32)}`)
})

test('an expired certificate stays published: old signatures are checked by it', async () => {
  await mint('expired.asc', '--expires=30d')
  expect(await transcriptOf('expired.asc')).toContain('wrote: public/.well-known/openpgpkey/hu/')
})

describe('what it refuses, writing nothing', () => {
  test('certificates and domains', async () => {
    await mint('other.asc', '--email=release@other.example')
    await mint('sub.asc', '--email=release@sub.acme.example')
    await mint('suffix.asc', '--email=release@notacme.example')
    await mint('copy.asc', '--hash=SHA-512')
    const transcripts = []
    for (const words of [
      ['other.asc'],
      ['sub.asc'],
      ['suffix.asc'],
      ['release.asc', 'other.asc'],
      ['release.asc', 'copy.asc'],
      ['release.pem'],
      ['missing.asc'],
    ]) {
      transcripts.push(`$ ${words.join(' ')}\n${await transcriptOf(...words)}`)
    }
    for (const domain of [
      '../..',
      'acme.example/x',
      'acme',
      'ácme.example',
      '127.0.0.1',
      'a'.repeat(64),
    ]) {
      const words = ['keys', 'wkd', '--domain', domain, '-o', 'public', 'release.asc']
      transcripts.push(`$ --domain ${domain}\n${(await runMain(words)).transcript}`)
    }
    expect(transcripts.join('\n\n')).toMatchInlineSnapshot(`
      "$ other.asc
      2> error: other.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA has no valid User ID in acme.example
      2> hint: mint it with --email NAME@acme.example, or leave it out
      [25]

      $ sub.asc
      2> error: sub.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA has no valid User ID in acme.example
      2> hint: mint it with --email NAME@acme.example, or leave it out
      [25]

      $ suffix.asc
      2> error: suffix.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA has no valid User ID in acme.example
      2> hint: mint it with --email NAME@acme.example, or leave it out
      [25]

      $ release.asc other.asc
      2> error: two different copies of certificate FEB1553F63940651BD845714D3E786AA47E716DA are given
      2> hint: make one of them that has everything: longhand keys merge
      [2]

      $ release.asc copy.asc
      2> error: two different copies of certificate FEB1553F63940651BD845714D3E786AA47E716DA are given
      2> hint: make one of them that has everything: longhand keys merge
      [2]

      $ release.pem
      2> error: release.pem is not OpenPGP data
      2> hint: it should be binary packets or an armored PGP PUBLIC KEY BLOCK
      [3]

      $ missing.asc
      2> error: the certificate file missing.asc does not exist
      [10]

      $ --domain ../..
      2> error: ../.. is not a domain name
      2> hint: write a host name such as example.org, without a dot at its end
      [2]

      $ --domain acme.example/x
      2> error: acme.example/x is not a domain name
      2> hint: write a host name such as example.org, without a dot at its end
      [2]

      $ --domain acme
      2> error: release.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA has no valid User ID in acme
      2> hint: mint it with --email NAME@acme, or leave it out
      [25]

      $ --domain ácme.example
      2> error: the domain ácme.example is not written in ASCII
      2> hint: write it in its punycode form, which begins with xn--
      [2]

      $ --domain 127.0.0.1
      2> error: 127.0.0.1 is not a domain name
      2> hint: write a host name such as example.org, without a dot at its end
      [2]

      $ --domain aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      2> error: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa is not a domain name
      2> hint: write a host name such as example.org, without a dot at its end
      [2]"
    `)
    expect(filesBelow().filter((name) => name.startsWith('public'))).toEqual([])
  })

  test('an address that a User ID only names', async () => {
    // The name of the User ID is changed after it was certified.
    const octets = Buffer.from(dearmored(readFileSync('release.asc')))
    octets.write('Evil', octets.indexOf('Acme'))
    writeFileSync('forged.gpg', octets)
    const { status } = await runMain([...wkd, 'forged.gpg'])
    expect([21, 25]).toContain(status)
    expect(filesBelow().filter((name) => name.startsWith('public'))).toEqual([])
  })
})

test('the built command says the same', async () => {
  const ran = await runProgram([...wkd, 'release.asc', '--json'])
  expect(ran).toMatchObject({ status: 0, stderr: '' })
  expect(JSON.parse(ran.stdout.toString())).toMatchObject({
    domain: 'acme.example',
    removed: [],
    left: [],
  })
  expect(filesBelow('public')).toHaveLength(4)
})

import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { parseCertificates } from '../../../src/certificate/certificate.ts'
import { endorsementsOn } from '../../../src/certificate/endorsed.ts'
import { runMain } from '../../support/cli/in-process.ts'
import { mint, testKeys, useWorkplace } from '../../support/cli/workplace.ts'

useWorkplace()

beforeEach(async () => {
  copyFileSync(testKeys.b, 'new.pem')
  await mint()
  await mint('new.asc', '--key=new.pem', '--created=2024-10-01T00:00:00Z')
})

const words = ['keys', 'endorse', 'new.asc', '--with', 'release.pem', '--cert', 'release.asc']
const run = (...more: string[]) => runMain([...words, ...more])
const claimsOf = (path: string) =>
  parseCertificates(readFileSync(path)).flatMap((each) => endorsementsOn(each))

test('the new certificate, with the old one’s word on it', async () => {
  const { transcript } = await run('-o', 'endorsed.asc')
  expect(transcript).toMatchInlineSnapshot(`
    "2> wrote: endorsed.asc: 517437EADDD725B8A6A2256050382B1FAB712104, endorsed by FEB1553F63940651BD845714D3E786AA47E716DA
    2> note: serial 2; it counts until 2026-11-24T10:00:00Z
    2> note: rpm 4.18 imports no certificate with an endorsement: give it the one without
    [0]"
  `)
  expect(claimsOf('endorsed.asc')).toMatchObject([{ serial: 2, domain: 'acme.example' }])
  expect(claimsOf('new.asc')).toEqual([])
})

test('the same octets each time, and to standard output', async () => {
  await run('-o', 'endorsed.asc')
  const { stdout, stderr } = await run('-o', '-')
  expect(stdout.toString()).toBe(readFileSync('endorsed.asc', 'utf8'))
  expect(stderr).toBe('')
})

test('serials rise along a chain, and two endorsers say the same one', async () => {
  await run('-o', 'second.asc')
  copyFileSync('release.pem', 'third.pem')
  await mint('third.asc', '--key=third.pem', '--created=2024-10-02T00:00:00Z')
  const by = ['keys', 'endorse', 'third.asc', '--with', 'new.pem', '--cert', 'second.asc']
  expect((await runMain([...by, '-o', 'endorsed.asc'])).stderr).toContain('serial 3;')
  const also = ['keys', 'endorse', 'endorsed.asc', '--with', 'release.pem', '--cert', 'release.asc']
  expect((await runMain([...also, '-o', 'both.asc'])).stderr).toContain('serial 3;')
  expect(claimsOf('both.asc').map(({ serial }) => serial)).toEqual([3, 3])
})

test('a serial, a name space, times and a hash that are given', async () => {
  const given = ['--serial', '7', '--domain', 'Other.example', '--expires', '90d']
  const { stderr } = await run(...given, '--created=2024-11-01T00:00:00Z', '-o', 'x.asc')
  expect(stderr).toContain('note: serial 7; it counts until 2025-01-30T00:00:00Z')
  const [certificate] = parseCertificates(readFileSync('x.asc'))
  const read = certificate && endorsementsOn(certificate, 'other.example')
  expect(read).toMatchObject([{ serial: 7, created: Date.UTC(2024, 10, 1) / 1000 }])
})

describe('a rotation authority', () => {
  const passphrase = { LONGHAND_PASSPHRASE: 'correct horse' }
  const authority = ['--with', 'authority.pem', '--cert', 'authority.asc']

  beforeEach(async () => {
    const generate = ['keys', 'generate', '--type', 'ed25519', '--rotation-authority']
    const made = await runMain([...generate, '-o', 'authority.pem'], { env: passphrase })
    expect(made.transcript).toMatchInlineSnapshot(`
      "2> wrote: authority.pem: an Ed25519 private key, encrypted
      2> note: keep it off line, apart from its passphrase; mint its certificate by
      2> note: longhand keys mint --rotation-authority, and embed that in your clients
      [0]"
    `)
    const user = ['--name', 'Acme Rotation', '--email', 'rotation@acme.example']
    const key = ['--key', 'authority.pem', '--created=2024-09-01T00:00:00Z']
    const mint = ['keys', 'mint', '--rotation-authority', ...key, ...user]
    const minted = await runMain([...mint, '-o', 'authority.asc'], { env: passphrase })
    expect(minted.status, minted.transcript).toBe(0)
  })

  test('says which certificate takes the place of a lost one', async () => {
    const [old] = parseCertificates(readFileSync('release.asc'))
    const lost = ['--replaces', `${old?.fingerprint.toLowerCase()}`, '--reason', 'lost']
    const command = ['keys', 'endorse', 'new.asc', ...authority, ...lost]
    const { stderr } = await runMain([...command, '--serial=2', '-o', 'x.asc'], { env: passphrase })
    expect(stderr).toMatch(/note: clients that embed this authority hold [0-9A-F]{40} for void/)
    const replaces = { fingerprint: old?.fingerprint, reason: 'lost' }
    expect(claimsOf('x.asc')).toMatchObject([{ serial: 2, replaces }])
  })

  test('has no serial of its own, and takes that of the others', async () => {
    const command = ['keys', 'endorse', 'new.asc', ...authority, '-o', 'x.asc']
    expect((await runMain(command, { env: passphrase })).transcript).toMatchInlineSnapshot(`
      "2> error: a rotation authority has no serial to go by: give --serial
      2> hint: see: longhand keys endorse --help
      [2]"
    `)
    await run('--serial', '5', '-o', 'endorsed.asc')
    const after = ['keys', 'endorse', 'endorsed.asc', ...authority, '-o', 'x.asc']
    expect((await runMain(after, { env: passphrase })).stderr).toContain('serial 5;')
  })

  test('signs nothing', async () => {
    writeFileSync('data', 'a release')
    const sign = ['sign', '--key', 'authority.pem', '--cert', 'authority.asc', 'data']
    expect((await runMain(sign, { env: passphrase })).stderr).toMatch(
      /^error: no key of [0-9A-F]{40} may sign data/,
    )
  })
})

test('the key of an authority is encrypted, or not made', async () => {
  const generate = ['keys', 'generate', '--type', 'ed25519', '--rotation-authority', '-o', 'a.pem']
  expect((await runMain(generate)).transcript).toMatchInlineSnapshot(`
    "2> error: the key of a rotation authority is encrypted
    2> hint: give --passphrase-file FILE, or set LONGHAND_PASSPHRASE
    [35]"
  `)
  expect(existsSync('a.pem')).toBe(false)
})

test('what it refuses', async () => {
  const fingerprint = '0123456789ABCDEF0123456789ABCDEF01234567'
  const lines = ['', '-o x y', '-o x --serial 0', '-o x --serial 01', '-o x --serial 1000000000']
  lines.push('-o x --reason lost', `-o x --replaces ${fingerprint}`)
  lines.push(`-o x --replaces ${fingerprint} --reason stolen`)
  lines.push(`-o x --replaces ${fingerprint} --reason lost`, '-o x --domain a_b')
  lines.push('-o new.asc --force', '-o release.asc', '-o release.pem --force')
  lines.push('-o x --created 2023-01-01T00:00:00Z', '-o x --expires 100y')
  const transcripts = []
  for (const line of lines) {
    const { transcript } = await run(...line.split(' ').filter((word) => word !== ''))
    transcripts.push(`$ ${line}\n${transcript}`)
  }
  const wrong = ['keys', 'endorse', 'new.asc', '--with', 'new.pem', '--cert', 'release.asc']
  transcripts.push((await runMain([...wrong, '-o', 'x'])).transcript)
  expect(transcripts.join('\n\n').replaceAll(/\b[0-9A-F]{40}\b/g, 'FPR')).toMatchInlineSnapshot(`
    "$ 
    2> error: say where it goes: -o endorsed.asc
    2> hint: see: longhand keys endorse --help
    [2]

    $ -o x y
    2> error: it takes one NEW certificate
    2> hint: see: longhand keys endorse --help
    [2]

    $ -o x --serial 0
    2> error: --serial is a whole number of at most nine digits, from 1
    2> hint: see: longhand keys endorse --help
    [2]

    $ -o x --serial 01
    2> error: --serial is a whole number of at most nine digits, from 1
    2> hint: see: longhand keys endorse --help
    [2]

    $ -o x --serial 1000000000
    2> error: --serial is a whole number of at most nine digits, from 1
    2> hint: see: longhand keys endorse --help
    [2]

    $ -o x --reason lost
    2> error: --replaces and --reason go together
    2> hint: see: longhand keys endorse --help
    [2]

    $ -o x --replaces FPR
    2> error: --replaces and --reason go together
    2> hint: see: longhand keys endorse --help
    [2]

    $ -o x --replaces FPR --reason stolen
    2> error: --reason is compromised or lost
    2> hint: see: longhand keys endorse --help
    [2]

    $ -o x --replaces FPR --reason lost
    2> error: FPR is no rotation authority, and replaces nothing
    2> hint: a key that is yours to use is revoked by itself: longhand keys revoke
    [2]

    $ -o x --domain a_b
    2> error: a_b is not a domain name
    2> hint: write a host name such as example.org, without a dot at its end
    [2]

    $ -o new.asc --force
    2> error: the output new.asc is an input
    2> hint: choose another output; --force does not lift this
    [14]

    $ -o release.asc
    2> error: the output release.asc is an input
    2> hint: choose another output; --force does not lift this
    [14]

    $ -o release.pem --force
    2> error: the output release.pem is an input
    2> hint: choose another output; --force does not lift this
    [14]

    $ -o x --created 2023-01-01T00:00:00Z
    2> error: FPR cannot be endorsed: the primary key was made later, 2024-10-01T00:00:00Z
    2> hint: give a time between 1970 and 2106 that is not before the key
    [24]

    $ -o x --expires 100y
    2> error: it would expire after 2106-02-07T06:28:15Z
    2> hint: give a time between 1970 and 2106 that is not before the key
    [24]

    2> warning: others on this machine may read new.pem: chmod 600 new.pem
    2> error: new.pem is not the primary key of FPR
    2> hint: only the primary key endorses: name that one
    [31]"
  `)
  expect(existsSync('x')).toBe(false)
})

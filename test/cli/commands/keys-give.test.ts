/** The commands that ask no key: merge, export and show. */

import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { runMain } from '../../support/cli/in-process.ts'
import { mint, testKeys, useWorkplace } from '../../support/cli/workplace.ts'

useWorkplace()

const at = (day: number): string[] => ['--created', `2024-02-0${day}T12:00:00Z`]
const key = ['--key', 'release.pem', '--cert', 'release.asc']

async function done(...args: readonly string[]): Promise<string> {
  const { status, transcript } = await runMain(args)
  expect(status, transcript).toBe(0)
  return transcript
}

/** Two copies of release.asc that differ: one with a subkey, one with a second User ID. */
beforeEach(async () => {
  copyFileSync(testKeys.b, 'subkey.pem')
  await mint()
  await done('keys', 'bind-subkey', ...key, '--subkey', 'subkey.pem', ...at(1), '-o', 'one.asc')
  const user = ['--name', 'Acme Security', '--email', 'security@acme.example']
  await done('keys', 'add-user-id', ...key, ...user, ...at(2), '-o', 'two.asc')
})

describe('keys merge', () => {
  test('gives one file of the copies, in whatever order they come', async () => {
    expect(await done('keys', 'merge', 'one.asc', 'two.asc', '-o', 'a.asc')).toMatchInlineSnapshot(`
      "2> wrote: a.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA
      2> note: 7 packets, of 2 copies
      [0]"
    `)
    await done('keys', 'merge', 'two.asc', 'a.asc', 'one.asc', 'release.asc', '-o', 'b.asc')
    expect(readFileSync('b.asc')).toEqual(readFileSync('a.asc'))
    const shown = await done('keys', 'show', 'a.asc')
    expect(shown).toContain('Acme Security')
    expect(shown).toContain('subkey ')
  })

  test('binary, and to standard output', async () => {
    await done('keys', 'merge', 'one.asc', '--binary', '-o', 'one.gpg')
    const { stdout } = await runMain(['keys', 'merge', 'one.gpg', '-o', '-'])
    expect(stdout).toEqual(readFileSync('one.asc'))
  })

  test.each([
    ['other certificates', ['one.asc', 'other.asc', '-o', 'x.asc'], 2, 'different certificates'],
    ['an input as output', ['one.asc', '-o', 'one.asc', '--force'], 14, 'is an input'],
    ['no output', ['one.asc'], 2, 'say where it goes'],
    ['no certificate', ['-o', 'x.asc'], 2, 'there is no CERT'],
    ['what is none', ['release.pem', '-o', 'x.asc'], 3, 'is not OpenPGP data'],
  ] as const)('refuses %s', async (_, args, status, words) => {
    await mint('other.asc', '--key=subkey.pem')
    const ran = await runMain(['keys', 'merge', ...args])
    expect(ran.transcript).toContain(words)
    expect(ran.status).toBe(status)
    expect(existsSync('x.asc')).toBe(false)
  })
})

describe('keys export', () => {
  test('in full by default, and minimal', async () => {
    const extend = ['--expires', '9y', ...at(3), '-o', 'extended.asc']
    await done('keys', 'extend', '--key', 'release.pem', '--cert', 'one.asc', ...extend)
    await done('keys', 'export', 'extended.asc', '-o', 'full.asc')
    expect(readFileSync('full.asc')).toEqual(readFileSync('extended.asc'))
    const minimal = ['keys', 'export', '--minimal', 'extended.asc', '-o', 'minimal.asc']
    expect(await done(...minimal)).toMatchInlineSnapshot(`
      "2> wrote: minimal.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA
      2> note: 1 packet is left out
      [0]"
    `)
    expect(await done('keys', 'show', 'minimal.asc')).toBe(
      (await done('keys', 'show', 'extended.asc')).replace('extended.asc', 'minimal.asc'),
    )
  })

  test('at a time when the subkey has expired, without it', async () => {
    await done('keys', 'export', 'one.asc', '--minimal', '--at', '2026-01-01T00:00:00Z', '-o', 'x')
    expect(await done('keys', 'show', 'x')).not.toContain('subkey')
  })

  test('one certificate, in one form', async () => {
    await mint('other.asc', '--key=subkey.pem')
    const many = await runMain(['keys', 'export', 'one.asc', 'other.asc', '-o', 'x'])
    expect([many.status, many.stderr]).toEqual([2, expect.stringContaining('2 certificates')])
    const both = await runMain(['keys', 'export', 'one.asc', '--full', '--minimal', '-o', 'x'])
    expect([both.status, both.stderr]).toEqual([2, expect.stringContaining('exclude each other')])
  })
})

describe('keys show', () => {
  test('for people, as of a time', async () => {
    expect(await done('keys', 'show', 'one.asc', '--at', '2025-06-01T00:00:00Z'))
      .toMatchInlineSnapshot(`
      "one.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA
        User ID "Acme Releases <release@acme.example>"; valid
        primary key: RSA-3072, version 4, may certify, sign; valid
          created 2024-01-31T12:00:00Z, never expires
        subkey 3AB5B7C04833E454CE453CA0E6A0362B2CBC9043: RSA-4096, version 4, may sign; not valid: the subkey expired 2025-01-31T12:00:00Z
          created 2024-02-01T12:00:00Z, expires 2025-01-31T12:00:00Z
      [0]"
    `)
  })

  test('for programs', async () => {
    const { stdout } = await runMain(['keys', 'show', '--json', 'two.asc'])
    expect(JSON.parse(stdout.toString())).toEqual([
      {
        file: 'two.asc',
        fingerprint: 'FEB1553F63940651BD845714D3E786AA47E716DA',
        inForce: true,
        keys: [
          {
            role: 'primary',
            fingerprint: 'FEB1553F63940651BD845714D3E786AA47E716DA',
            version: 4,
            kind: 'RSA-3072',
            created: '2024-01-31T12:00:00Z',
            expires: null,
            uses: ['certify', 'sign'],
            revoked: null,
            problem: null,
          },
        ],
        userIds: [
          { text: 'Acme Releases <release@acme.example>', problem: null },
          { text: 'Acme Security <security@acme.example>', problem: null },
        ],
      },
    ])
  })

  test('a revocation, with its reason and whether it is hard', async () => {
    const reason = ['--reason', 'compromised', ...at(4), '-o', 'revoked.asc']
    await done('keys', 'revoke', ...key, ...reason)
    const { stdout } = await runMain(['keys', 'show', '--json', 'revoked.asc'])
    expect(JSON.parse(stdout.toString())).toMatchObject([
      { keys: [{ revoked: { at: '2024-02-04T12:00:00Z', reason: 'compromised', hard: true } }] },
    ])
  })

  test('standard input; and nothing of what is no certificate', async () => {
    const stdin = readFileSync('one.asc')
    const piped = await runMain(['keys', 'show', '-'], { stdin })
    expect(piped.stdout.toString()).toContain('standard input: certificate FEB1553F')
    writeFileSync('no', 'no\n')
    const ran = await runMain(['keys', 'show', 'no'])
    expect([ran.status, ran.stdout.length]).toEqual([3, 0])
    expect((await runMain(['keys', 'show'])).status).toBe(2)
  })
})

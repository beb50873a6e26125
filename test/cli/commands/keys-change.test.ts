/** The commands that change a certificate: bind-subkey, add-user-id, extend and revoke. */

import {
  copyFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { runMain } from '../../support/cli/in-process.ts'
import { keyTime, mint, testKeys, useWorkplace } from '../../support/cli/workplace.ts'
import { crashBefore } from '../../node/failing-fs.ts'

useWorkplace()

const primary = ['--key', 'release.pem', '--cert', 'release.asc']
const at = (day: number): string[] => [
  '--created',
  `2024-02-${String(day).padStart(2, '0')}T12:00:00Z`,
]
const bind = ['keys', 'bind-subkey', ...primary, '--subkey', 'subkey.pem', ...at(1)]
const other = ['--name', 'Acme Security', '--email', 'security@acme.example']

beforeEach(async () => {
  copyFileSync(testKeys.b, 'subkey.pem')
  await mint('release.asc', '--certify-only')
})

async function done(...args: readonly string[]): Promise<string> {
  const { status, transcript } = await runMain(args)
  expect(status, transcript).toBe(0)
  return transcript
}

async function subkeyOf(path: string): Promise<string> {
  const shown = await runMain(['keys', 'show', '--json', path])
  const [certificate] = JSON.parse(shown.stdout.toString()) as {
    keys: { role: string; fingerprint: string }[]
  }[]
  return certificate?.keys.find(({ role }) => role === 'subkey')?.fingerprint ?? ''
}

test('a subkey is bound, and signs where the primary key does not', async () => {
  expect(await done(...bind, '-o', 'bound.asc')).toMatchInlineSnapshot(`
    "2> warning: others on this machine may read subkey.pem: chmod 600 subkey.pem
    2> wrote: bound.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA
    2> note: subkey 3AB5B7C04833E454CE453CA0E6A0362B2CBC9043 signs; created 2024-02-01T12:00:00Z, expires 2025-01-31T12:00:00Z
    [0]"
  `)
  expect(await done('keys', 'show', 'bound.asc', '--at', '2024-03-01T00:00:00Z'))
    .toMatchInlineSnapshot(`
    "bound.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA
      User ID "Acme Releases <release@acme.example>"; valid
      primary key: RSA-3072, version 4, may certify; valid
        created 2024-01-31T12:00:00Z, never expires
      subkey 3AB5B7C04833E454CE453CA0E6A0362B2CBC9043: RSA-4096, version 4, may sign; valid
        created 2024-02-01T12:00:00Z, expires 2025-01-31T12:00:00Z
    [0]"
  `)
  writeFileSync('data', 'data\n')
  const sign = ['sign', 'data', '--cert', 'bound.asc', '--key']
  const refused = await runMain([...sign, 'release.pem'])
  expect(refused.transcript).toContain('release.pem is not the key of')
  await done(...sign, 'subkey.pem')
  await done('verify', '--cert', 'bound.asc', 'data.asc')
})

test('the same inputs give the same octets, and the certificate that was read stays', async () => {
  const before = readFileSync('release.asc')
  await done(...bind, '-o', 'one.asc')
  await done(...bind, '-o', 'two.asc')
  expect(readFileSync('one.asc')).toEqual(readFileSync('two.asc'))
  expect(readFileSync('release.asc')).toEqual(before)
  const { stdout } = await runMain([...bind, '-o', '-'])
  expect(stdout).toEqual(readFileSync('one.asc'))
})

test('a subkey lasts as long as is said: a while, until a time, for ever', async () => {
  const until = async (expires: string): Promise<string | undefined> =>
    /expires? ?\S*$/m.exec(
      (await done(...bind, '--expires', expires, '-o', 'x.asc', '--force')).replaceAll('\n[0]', ''),
    )?.[0]
  expect(await until('90d')).toBe('expires 2024-05-01T12:00:00Z')
  expect(await until('2024-12-31T00:00:00Z')).toBe('expires 2024-12-31T00:00:00Z')
  expect(await until('never')).toBe('expires')
})

test('a User ID is added', async () => {
  const add = ['keys', 'add-user-id', ...primary, ...other, ...at(2), '-o', 'two.asc']
  expect(await done(...add)).toMatchInlineSnapshot(`
    "2> wrote: two.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA
    2> note: it has the User ID Acme Security <security@acme.example> now
    [0]"
  `)
  expect(await done('keys', 'show', 'two.asc')).toContain('Acme Security <security@acme.example>')
})

test('the primary key and a subkey are extended', async () => {
  await done(...bind, '-o', 'bound.asc')
  const extend = ['keys', 'extend', '--key', 'release.pem', '--cert', 'bound.asc', ...at(3)]
  expect(await done(...extend, '--expires', '1y', '-o', 'a.asc')).toMatchInlineSnapshot(`
    "2> wrote: a.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA
    2> note: the primary key expires 2025-02-02T12:00:00Z
    [0]"
  `)
  const subkey = await subkeyOf('bound.asc')
  const both = [...extend, '--subkey', subkey.toLowerCase(), '--primary', '--expires', 'never']
  expect(await done(...both, '-o', 'b.asc')).toMatchInlineSnapshot(`
    "2> wrote: b.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA
    2> note: the primary key never expires
    2> note: subkey 3AB5B7C04833E454CE453CA0E6A0362B2CBC9043 never expires
    [0]"
  `)
})

describe('revoked', () => {
  const revoke = ['keys', 'revoke', '--key', 'release.pem', '--cert', 'bound.asc', ...at(9)]
  beforeEach(() => done(...bind, '-o', 'bound.asc'))

  test('is the certificate', async () => {
    const why = ['--reason', 'superseded', '--text', 'see https://acme.example/keys']
    expect(await done(...revoke, ...why, '-o', 'revoked.asc')).toMatchInlineSnapshot(`
      "2> wrote: revoked.asc: certificate FEB1553F63940651BD845714D3E786AA47E716DA
      2> note: the certificate is revoked: nobody knows of it before it is published; it cannot be taken back
      [0]"
    `)
    expect(await done('keys', 'show', 'revoked.asc')).toContain(
      'not valid: the primary key was revoked 2024-02-09T12:00:00Z (superseded)',
    )
  })

  test('is a subkey alone', async () => {
    const subkey = await subkeyOf('bound.asc')
    await done(...revoke, '--subkey', subkey, '--reason', 'compromised', '-o', 'revoked.asc')
    const shown = await done('keys', 'show', 'revoked.asc')
    expect(shown).toMatch(/primary key: .*; valid\n/)
    expect(shown).toMatch(/subkey .*; not valid: .*the key was compromised/)
  })

  test('is a User ID alone', async () => {
    const cert = ['--key', 'release.pem', '--cert', 'bound.asc']
    await done('keys', 'add-user-id', ...cert, ...other, ...at(2), '-o', 'two.asc')
    const user = ['--user-id', 'Acme Security <security@acme.example>']
    const args = ['keys', 'revoke', '--key', 'release.pem', '--cert', 'two.asc', ...at(9), ...user]
    await done(...args, '-o', 'revoked.asc')
    expect(await done('keys', 'show', 'revoked.asc')).toMatch(
      /"Acme Security <security@acme.example>"; not valid: the User ID was revoked/,
    )
  })

  test('is nothing yet by a revocation that is prepared', async () => {
    expect(await done(...revoke, '--prepare', '-o', 'last.txt')).toMatchInlineSnapshot(`
      "2> wrote: last.txt: the revocation of FEB1553F63940651BD845714D3E786AA47E716DA, not in force
      2> note: keep it where nobody finds it, and not beside the key: it is for when that is lost
      [0]"
    `)
    expect(statSync('last.txt').mode & 0o777).toBe(0o600)
    const refused = '2> error: last.txt holds a revocation that was prepared and is not in force'
    for (const args of [
      ['keys', 'merge', 'bound.asc', 'last.txt', '-o', 'x.asc'],
      ['keys', 'export', 'last.txt', '-o', 'x.asc'],
      ['keys', 'wkd', '--domain', 'acme.example', '-o', 'public', 'bound.asc', 'last.txt'],
    ]) {
      const ran = await runMain(args)
      expect(ran.transcript).toContain(refused)
      expect(ran.status).toBe(27)
    }
    expect(existsSync('x.asc') || existsSync('public')).toBe(false)
    expect(await done('keys', 'show', 'last.txt')).toContain('not in force; if it were:')
    const publish = ['--publish-revocation', 'bound.asc', 'last.txt']
    await done('keys', 'merge', ...publish, '-o', 'revoked.asc')
    await done('keys', 'wkd', '--domain', 'acme.example', '-o', 'public', ...publish)
    const hu = 'public/.well-known/openpgpkey/hu'
    const published = `${hu}/${readdirSync(hu)[0]}`
    for (const path of ['revoked.asc', published]) {
      expect(await done('keys', 'show', path)).toContain('was revoked 2024-02-09T12:00:00Z')
    }
  })
})

describe('refused', () => {
  const revoke = ['keys', 'revoke', ...primary, '-o', 'x.asc']
  test.each([
    ['no output', [...bind], 2, 'say where it goes'],
    ['no subkey', ['keys', 'bind-subkey', ...primary, '-o', 'x'], 2, 'say which key'],
    [
      'the primary key twice',
      [...bind.slice(0, 6), '--subkey', 'release.pem', '-o', 'x'],
      2,
      'itself',
    ],
    ['the certificate as output', [...bind, '-o', 'release.asc', '--force'], 14, 'is an input'],
    ['the subkey as output', [...bind, '-o', 'subkey.pem', '--force'], 14, 'is an input'],
    ['an output that exists', [...bind, '-o', 'there'], 13, 'exists already'],
    [
      'another key',
      [
        'keys',
        'extend',
        '--cert',
        'release.asc',
        '--key',
        'subkey.pem',
        '--expires',
        '1y',
        '-o',
        'x',
      ],
      31,
      'is not the primary key',
    ],
    ['no expiry', ['keys', 'extend', ...primary, '-o', 'x'], 2, 'until when'],
    [
      'no subkey of that name',
      ['keys', 'extend', ...primary, '--subkey', 'AB', '--expires', '1y', '-o', 'x'],
      32,
      'has no subkey AB',
    ],
    [
      'the primary key as a subkey',
      [
        'keys',
        'extend',
        ...primary,
        '--subkey',
        'feb1553f63940651bd845714d3e786aa47e716da',
        '--expires',
        '1y',
        '-o',
        'x',
      ],
      32,
      'that is its primary key',
    ],
    [
      'an expiry that has passed',
      ['keys', 'extend', ...primary, '--expires', '2024-02-01T00:00:00Z', '-o', 'x'],
      24,
      'give a time to come',
    ],
    ['no reason', revoke, 2, 'say why'],
    ['a reason that does not fit', [...revoke, '--reason', 'invalid'], 2, 'choose compromised'],
    ['a soft one, prepared', [...revoke, '--prepare', '--reason', 'retired'], 2, 'hard revocation'],
    [
      'prepared to standard output',
      [...revoke.slice(0, 6), '--prepare', '-o', '-'],
      2,
      'into a file',
    ],
    ['two things at once', [...revoke, '--prepare', '--subkey', 'AB'], 2, 'exclude each other'],
    [
      'the only User ID',
      [...revoke, '--user-id', 'Acme Releases <release@acme.example>'],
      2,
      'only valid',
    ],
    [
      'a User ID without an address',
      ['keys', 'add-user-id', ...primary, '--name', 'x', '-o', 'x'],
      2,
      '--email',
    ],
    ['an operand', [...revoke, '--reason', 'retired', 'x'], 2, 'no operands'],
  ] as const)('%s', async (_, args, status, words) => {
    writeFileSync('there', '')
    const ran = await runMain(args)
    expect(ran.transcript).toContain(words)
    expect(ran.status).toBe(status)
    expect(readdirSync('.').sort()).toEqual(['release.asc', 'release.pem', 'subkey.pem', 'there'])
  })
})

describe('killed before any call that changes a file', () => {
  const mergeable = ['keys', 'merge', 'release.asc', 'bound.asc']
  const remint = ['keys', 'mint', '--key', 'subkey.pem', ...other, '--created', keyTime]
  const endorser = ['--with', 'subkey.pem', '--cert', 'other.asc']
  test.each([
    ['keys mint', remint],
    ['keys endorse', ['keys', 'endorse', 'bound.asc', ...endorser, ...at(3)]],
    ['keys bind-subkey', bind],
    ['keys add-user-id', ['keys', 'add-user-id', ...primary, ...other, ...at(2)]],
    ['keys extend', ['keys', 'extend', ...primary, '--expires', '1y', ...at(2)]],
    ['keys revoke', ['keys', 'revoke', ...primary, '--reason', 'retired', ...at(2)]],
    ['keys revoke --prepare', ['keys', 'revoke', ...primary, '--prepare', ...at(2)]],
    ['keys merge', mergeable],
    ['keys export', ['keys', 'export', 'bound.asc', '--minimal']],
  ])('%s leaves each file as it was or as it should be', async (_, args) => {
    await done(...bind, '-o', 'bound.asc')
    await done(...remint, '-o', 'other.asc')
    await done(...args, '-o', 'wanted')
    const wanted = readFileSync('wanted')
    const kept = ['release.asc', 'release.pem', 'subkey.pem', 'bound.asc', 'wanted']
    const before = kept.map((path) => readFileSync(path))
    for (const old of [undefined, Buffer.from('old')]) {
      let calls = 0
      for (let state = 'crashed'; state === 'crashed'; calls += 1) {
        if (old) writeFileSync('out', old)
        const force = old ? ['--force'] : []
        state = await crashBefore(calls, () => runMain([...args, '-o', 'out', ...force]))
        const found = existsSync('out') ? readFileSync('out') : undefined
        expect([old, wanted]).toContainEqual(found)
        expect(kept.map((path) => readFileSync(path))).toEqual(before)
        if (found?.equals(wanted) && args.includes('--prepare')) {
          expect(statSync('out').mode & 0o777).toBe(0o600)
        }
        if (!old && found) break
      }
      expect(calls).toBeGreaterThan(2)
      expect(readFileSync('out')).toEqual(wanted)
    }
  })
})

test('a time to come is warned of', async () => {
  const later = ['--created', '2030-01-01T00:00:00Z']
  const extend = ['keys', 'extend', ...primary, '--expires', '1y', ...later, '-o', 'x']
  expect(await done(...extend)).toContain('warning: the new signatures state a time to come')
  expect(keyTime < later[1]!).toBe(true)
})

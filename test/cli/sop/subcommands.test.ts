/** Every subcommand and every exit status, by runs of the built command. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../support/tools/run.ts'
import type { Ran, RunOptions } from '../../support/tools/run.ts'
import { launcher, longhand, output } from './command.ts'

const cwd = mkdtempSync(join(tmpdir(), 'lh-sop-'))
const path = (name: string): string => join(cwd, name)
const sop = (args: string, options: RunOptions = {}): Promise<Ran> =>
  longhand(args === '' ? [] : args.split(' '), { cwd, ...options })
const status = async (args: string, options: RunOptions = {}): Promise<number> =>
  (await sop(args, options)).status

const data = 'The quick brown fox\njumps\n'
const line =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ([0-9A-F]{40}) \1 mode:(binary|text) (\{"signers":\[.*\]\})$/

beforeAll(async () => {
  for (const name of ['alice', 'bob']) {
    const key = await output(longhand, ['generate-key', '--', `${name} <${name}@example.org>`])
    writeFileSync(path(`${name}.key`), key)
    writeFileSync(path(`${name}.cert`), await output(longhand, ['extract-cert'], { input: key }))
  }
  const six = await output(longhand, ['generate-key', '--profile=rfc9580', 'six'])
  writeFileSync(path('six.key'), six)
  writeFileSync(path('six.cert'), await output(longhand, ['extract-cert'], { input: six }))
  const signature = await output(longhand, ['sign', path('alice.key')], { input: data })
  writeFileSync(path('alice.sig'), signature)
  writeFileSync(path('@ENV:AMBIGUOUS'), signature)
  writeFileSync(path('empty'), '')
})

afterAll(() => {
  rmSync(cwd, { recursive: true, force: true })
})

describe('version', () => {
  const own = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version
  test.each([
    ['version', `longhand-sop ${own}\n`],
    ['--version', `longhand-sop ${own}\n`],
    ['--debug version', `longhand-sop ${own}\n`],
    ['version --backend', `longhand ${own}\n`],
    ['version --sopv', '1.1\n'],
  ])('%s', async (args, expected) => {
    expect((await sop(args)).output).toBe(expected)
  })

  test('--extended begins with the plain line and says more', async () => {
    const lines = (await sop('version --extended')).output.split('\n')
    expect(lines[0]).toBe(`longhand-sop ${own}`)
    expect(lines.slice(1).join()).toMatch(/Node\.js \d+/)
  })

  test('--sop-spec names the draft, and that it is not whole', async () => {
    expect((await sop('version --sop-spec')).output).toMatch(
      /^~draft-dkg-openpgp-stateless-cli-\d\d\n/,
    )
  })

  test('one of them at most', async () => {
    expect(await status('version --backend --sopv')).toBe(83)
  })
})

describe('list-profiles', () => {
  test('each has a name and a description, and makes a key', async () => {
    const lines = (await sop('list-profiles generate-key')).output.trim().split('\n')
    const names = lines.map((each) => /^([a-z0-9-]+): \S/.exec(each)?.[1])
    expect(names).toEqual(['rfc4880', 'rfc4880-rsa', 'rfc9580'])
    for (const name of [...names, 'default', 'security', 'performance', 'compatibility']) {
      expect(await status(`generate-key --profile=${name} x`), name).toBe(0)
    }
  })

  test('failures', async () => {
    expect(await status('list-profiles sign')).toBe(89)
    expect(await status('list-profiles')).toBe(19)
    expect(await status('generate-key --profile=rfc1991')).toBe(89)
  })
})

describe('generate-key and extract-cert', () => {
  test('armored unless said otherwise', async () => {
    expect(readFileSync(path('alice.key'), 'latin1')).toMatch(
      /^-----BEGIN PGP PRIVATE KEY BLOCK-----\n/,
    )
    expect(readFileSync(path('alice.cert'), 'latin1')).toMatch(
      /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n/,
    )
    const binary = await sop('generate-key --no-armor --signing-only x')
    expect(binary.stdout[0]).toBe(0xc5)
    const certificate = await sop('extract-cert --no-armor', { input: binary.stdout })
    expect(certificate.stdout[0]).toBe(0xc6)
  })

  test('a key without a User ID signs as well', async () => {
    const key = await output(longhand, ['generate-key'])
    writeFileSync(path('nobody.key'), key)
    writeFileSync(path('nobody.cert'), await output(longhand, ['extract-cert'], { input: key }))
    const signature = await output(longhand, ['sign', path('nobody.key')], { input: data })
    writeFileSync(path('nobody.sig'), signature)
    expect(await status('verify nobody.sig nobody.cert', { input: data })).toBe(0)
  })

  test('User IDs stand behind --', async () => {
    const key = await output(longhand, ['generate-key', '--no-armor', '--', '--name', 'Zoë <z@x>'])
    expect(key.includes('--name')).toBe(true)
    expect(key.includes(Buffer.from('Zoë <z@x>'))).toBe(true)
  })

  test('several keys give several certificates', async () => {
    const input = `${readFileSync(path('alice.key'), 'utf8')}${readFileSync(path('bob.key'), 'utf8')}`
    writeFileSync(path('both.cert'), await output(longhand, ['extract-cert'], { input }))
    expect(await status('verify alice.sig both.cert', { input: data })).toBe(0)
  })

  test('failures', async () => {
    expect((await longhand(['generate-key', 'two\nlines'])).status).toBe(53)
    expect((await longhand(['generate-key', ''])).status).toBe(41)
    expect(await status('generate-key --with-key-password=@ENV:P x')).toBe(37)
    const input = readFileSync(path('alice.cert'))
    expect(await status('extract-cert', { input })).toBe(41)
    expect(await status('extract-cert', { input: 'hello' })).toBe(41)
    expect(await status('extract-cert', { input: '' })).toBe(41)
    expect(await status('extract-cert alice.key')).toBe(37)
  })
})

describe('sign and verify', () => {
  test('a line for the signature, with the argument that holds its certificate', async () => {
    const ran = await sop('verify alice.sig bob.cert alice.cert', { input: data })
    expect(ran.status).toBe(0)
    const [, , mode, json] = line.exec(ran.output.trim()) ?? []
    expect(mode).toBe('binary')
    expect(JSON.parse(json ?? '')).toEqual({ signers: ['alice.cert'] })
  })

  test('several keys: one output, a line for each good signature', async () => {
    const both = await output(
      longhand,
      ['sign', path('alice.key'), path('bob.key'), path('six.key')],
      {
        input: data,
      },
    )
    writeFileSync(path('both.sig'), both)
    const all = await sop('verify both.sig alice.cert bob.cert six.cert', { input: data })
    expect(all.output.trim().split('\n')).toHaveLength(3)
    const one = await sop('verify both.sig bob.cert', { input: data })
    expect(one.output.trim().split('\n')).toHaveLength(1)
    expect(one.output).toContain('["bob.cert"]')
  })

  test('text holds whatever the line endings are, and has to be text', async () => {
    const signature = await output(longhand, ['sign', '--as=text', path('alice.key')], {
      input: data,
    })
    writeFileSync(path('text.sig'), signature)
    const ran = await sop('verify text.sig alice.cert', { input: data.replaceAll('\n', '\r\n') })
    expect(line.exec(ran.output.trim())?.[2]).toBe('text')
    const latin1 = Buffer.from('caf\xe9', 'latin1')
    expect(await status('sign --as=text alice.key', { input: latin1 })).toBe(53)
    expect(
      await status('sign --as=text alice.key', { input: Buffer.from('cut \xc3', 'latin1') }),
    ).toBe(53)
    expect(await status('sign alice.key', { input: latin1 })).toBe(0)
  })

  test('--no-armor and --micalg-out', async () => {
    const ran = await sop('sign --no-armor --micalg-out=micalg alice.key', { input: data })
    expect(ran.stdout[0]).toBe(0xc2)
    expect(readFileSync(path('micalg'), 'utf8')).toBe('pgp-sha256\n')
    expect(await status('sign --micalg-out=micalg alice.key', { input: data })).toBe(59)
  })

  test('verify: no good signature', async () => {
    expect(await status('verify alice.sig alice.cert', { input: `${data}!` })).toBe(3)
    const stranger = await sop('verify alice.sig bob.cert', { input: data })
    expect(stranger).toMatchObject({ status: 3 })
    expect(stranger.stdout).toHaveLength(0)
  })

  test('verify: the span of time', async () => {
    const [, made = ''] =
      /^(\S+)/.exec((await sop('verify alice.sig alice.cert', { input: data })).output) ?? []
    const other = (seconds: number): string =>
      new Date(Date.parse(made) + 1000 * seconds).toISOString()
    const spans: [string, number][] = [
      [`--not-before=${made}`, 0],
      [`--not-after=${made}`, 0],
      [`--not-before=${other(1)}`, 3],
      [`--not-after=${other(-1)}`, 3],
      ['--not-before=- --not-after=-', 0],
      ['--not-before=now', 3],
      ['--not-before=yesterday', 37],
      ['--not-after=2026-02-30T00:00:00Z', 37],
    ]
    for (const [span, expected] of spans) {
      expect(await status(`verify ${span} alice.sig alice.cert`, { input: data }), span).toBe(
        expected,
      )
    }
  })

  test('wrong kinds of input', async () => {
    expect(await status('sign alice.cert', { input: data })).toBe(41)
    expect(await status('sign alice.sig', { input: data })).toBe(41)
    expect(await status('verify alice.sig alice.key', { input: data })).toBe(41)
    expect(await status('verify alice.cert alice.cert', { input: data })).toBe(41)
    expect(await status('verify empty alice.cert', { input: data })).toBe(41)
    expect(await status('verify alice.sig empty', { input: data })).toBe(41)
  })

  test('missing arguments and inputs', async () => {
    expect(await status('sign', { input: data })).toBe(19)
    expect(await status('verify alice.sig', { input: data })).toBe(19)
    expect(await status('sign nowhere.key', { input: data })).toBe(61)
    expect(await status('verify nowhere.sig alice.cert', { input: data })).toBe(61)
    expect(await status('verify alice.sig nowhere.cert', { input: data })).toBe(61)
  })

  test('options', async () => {
    expect(await status('sign --as=clearsigned alice.key', { input: data })).toBe(37)
    expect(await status('sign --nonsense alice.key', { input: data })).toBe(37)
    expect(await status('sign -a alice.key', { input: data })).toBe(37)
    expect(await status('sign --no-armor=yes alice.key', { input: data })).toBe(37)
    expect(await status('sign --with-key-password=x alice.key', { input: data })).toBe(37)
    expect(await status('sign --as=text --as=binary alice.key', { input: data })).toBe(83)
    expect(await status('sign --as', { input: data })).toBe(19)
    expect(await status('sign --as text --no-armor -- alice.key', { input: data })).toBe(0)
  })
})

describe('special designators', () => {
  test('@ENV:NAME', async () => {
    const env = { KEY: readFileSync(path('alice.key'), 'utf8') }
    expect(await status('sign @ENV:KEY', { input: data, env })).toBe(0)
    expect(await status('sign @ENV:UNSET', { input: data })).toBe(61)
    expect(await status('sign --micalg-out=@ENV:KEY alice.key', { input: data, env })).toBe(71)
  })

  test('@FD:n, as input and as output', async () => {
    const script = `"${process.execPath}" "${launcher}" sign --micalg-out=@FD:4 @FD:3 3<alice.key 4>fd.out`
    const ran = await run('bash', ['-c', script], { cwd, input: data })
    expect(ran.status, ran.stderr).toBe(0)
    expect(readFileSync(path('fd.out'), 'utf8')).toBe('pgp-sha256\n')
    expect(await status('sign @FD:99', { input: data })).toBe(61)
    expect(await status('sign @FD:x', { input: data })).toBe(61)
  })

  test('others, and a file of the same name', async () => {
    expect(await status('sign @HARDWARE:x', { input: data })).toBe(71)
    expect(await status('sign @nothing', { input: data })).toBe(71)
    expect(await status('verify @ENV:AMBIGUOUS alice.cert', { input: data })).toBe(73)
    expect(await status('verify ./@ENV:AMBIGUOUS alice.cert', { input: data })).toBe(0)
  })
})

describe('armor and dearmor', () => {
  test.each(['alice.key', 'alice.cert', 'alice.sig'])('%s and back', async (name) => {
    const armored = readFileSync(path(name))
    const binary = await output(longhand, ['dearmor'], { input: armored })
    expect(binary[0]).toBeGreaterThan(0x7f)
    expect(await output(longhand, ['armor'], { input: binary })).toEqual(armored)
    expect(await output(longhand, ['armor'], { input: armored })).toEqual(armored)
    expect(await output(longhand, ['dearmor'], { input: binary })).toEqual(binary)
  })

  test('failures', async () => {
    for (const subcommand of ['armor', 'dearmor']) {
      expect(await status(subcommand, { input: 'hello' }), subcommand).toBe(41)
      expect(await status(subcommand, { input: '' }), subcommand).toBe(41)
      expect(await status(`${subcommand} alice.sig`), subcommand).toBe(37)
    }
  })
})

describe('what there is not', () => {
  test.each([
    'encrypt',
    'decrypt',
    'change-key-password',
    'revoke-key',
    'update-key',
    'merge-certs',
    'certify-userid',
    'validate-userid',
    'frobnicate',
    '',
  ])('%j is an unsupported subcommand', async (name) => {
    expect(await status(name)).toBe(69)
  })

  test('a failure is one line, by its name', async () => {
    const ran = await sop('sign nowhere.key', { input: data })
    expect(ran.stderr).toMatch(/^error: missing-input: .*nowhere\.key.*\n$/)
    const debug = await sop('sign --debug nowhere.key', { input: data })
    expect(debug.stderr.split('\n').length).toBeGreaterThan(3)
  })

  test('help', async () => {
    expect((await sop('--help')).output).toMatch(/longhand-sop verify /)
    expect((await sop('sign --help')).output).toMatch(/^usage: longhand-sop sign /)
  })

  test('no file is left of what failed', () => {
    expect(existsSync(path('nowhere.key'))).toBe(false)
  })
})

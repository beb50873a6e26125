/** The inline subcommands and their exit statuses, by runs of the built command. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeArmor } from '../../../src/wire/armor.ts'
import { writePacket } from '../../../src/wire/packet.ts'
import type { Ran, RunOptions } from '../../support/tools/run.ts'
import { longhand, output } from './command.ts'

const cwd = mkdtempSync(join(tmpdir(), 'lh-inline-'))
const path = (name: string): string => join(cwd, name)
const sop = (args: string, options: RunOptions = {}): Promise<Ran> =>
  longhand(args.split(' '), { cwd, ...options })
const status = async (args: string, options: RunOptions = {}): Promise<number> =>
  (await sop(args, options)).status

const data = 'Grüße\nFrom here\n\n- to there\n'
const forms = ['binary', 'text', 'clearsigned'] as const
const stored = { binary: data, text: data.replaceAll('\n', '\r\n'), clearsigned: data }

beforeAll(async () => {
  for (const name of ['alice', 'bob', 'six']) {
    const profile = name === 'six' ? 'rfc9580' : 'rfc4880'
    const key = await output(longhand, ['generate-key', `--profile=${profile}`, name])
    writeFileSync(path(`${name}.key`), key)
    writeFileSync(path(`${name}.cert`), await output(longhand, ['extract-cert'], { input: key }))
  }
  for (const form of forms) {
    const args = ['inline-sign', `--as=${form}`, path('alice.key')]
    writeFileSync(path(`${form}.msg`), await output(longhand, args, { input: data }))
  }
})

afterAll(() => {
  rmSync(cwd, { recursive: true, force: true })
})

describe.each(forms)('--as=%s', (form) => {
  test('what is verified comes back, with a line that says by whom', async () => {
    const input = readFileSync(path(`${form}.msg`))
    const out = `${form}.verifications`
    const ran = await sop(`inline-verify --verifications-out=${out} bob.cert alice.cert`, { input })
    expect(ran.status, ran.stderr).toBe(0)
    expect(ran.stdout.toString()).toBe(stored[form])
    const lines = readFileSync(path(out), 'utf8')
    const mode = form === 'binary' ? 'binary' : 'text'
    expect(lines).toMatch(/^\S+Z [0-9A-F]{40} [0-9A-F]{40} mode:/)
    expect(lines.endsWith(` mode:${mode} {"signers":["alice.cert"]}\n`)).toBe(true)
    expect(await status(`inline-verify --verifications-out=${out} alice.cert`, { input })).toBe(59)
  })

  test('no good signature: nothing comes out', async () => {
    const input = readFileSync(path(`${form}.msg`))
    const late = '--not-before=2099-01-01 alice.cert'
    for (const args of ['bob.cert', '--not-after=2020-01-01 alice.cert', late]) {
      const ran = await sop(`inline-verify --verifications-out=none ${args}`, { input })
      expect(ran.status, args).toBe(3)
      expect(ran.stdout).toHaveLength(0)
    }
    expect(existsSync(path('none'))).toBe(false)
  })

  test('taken apart, the signatures hold over the data', async () => {
    const input = readFileSync(path(`${form}.msg`))
    for (const [name, options] of [
      ['sig', ''],
      ['bin', '--no-armor '],
    ] as const) {
      const out = `${form}.${name}`
      const ran = await sop(`inline-detach ${options}--signatures-out=${out}`, { input })
      expect(ran.stdout.toString()).toBe(stored[form])
      expect(readFileSync(path(out))[0]).toBe(name === 'sig' ? 0x2d : 0xc2)
      expect(await status(`verify ${out} alice.cert`, { input: ran.stdout })).toBe(0)
    }
    expect(await status(`inline-detach --signatures-out=${form}.sig`, { input })).toBe(59)
  })

  test('several keys, of both versions', async () => {
    const keys = ['alice.key', 'bob.key', 'six.key'].map(path)
    const input = await output(longhand, ['inline-sign', `--as=${form}`, ...keys], { input: data })
    for (const name of ['alice', 'bob', 'six']) {
      expect(await status(`inline-verify ${name}.cert`, { input }), name).toBe(0)
    }
    const all = await sop('inline-verify --verifications-out=@FD:2 alice.cert bob.cert six.cert', {
      input,
    })
    expect(all.stderr.trim().split('\n')).toHaveLength(3)
  })

  test('a changed letter', async () => {
    const text = readFileSync(path(`${form}.msg`), 'utf8')
    if (form === 'clearsigned') {
      expect(
        await status('inline-verify alice.cert', { input: text.replace('here', 'Here') }),
      ).toBe(3)
      return
    }
    const binary = await output(longhand, ['dearmor'], { input: text })
    binary.write('H', binary.indexOf('here'))
    expect(await status('inline-verify alice.cert', { input: binary })).toBe(3)
  })
})

describe('armor', () => {
  test('--no-armor is the same packets', async () => {
    const binary = await sop('inline-sign --no-armor alice.key', { input: data })
    expect(binary.stdout[0]).toBe(0xc4)
    expect(await status('inline-verify alice.cert', { input: binary.stdout })).toBe(0)
    const armored = await output(longhand, ['armor'], { input: binary.stdout })
    expect(armored.toString()).toMatch(/^-----BEGIN PGP MESSAGE-----\n/)
    expect(await output(longhand, ['dearmor'], { input: armored })).toEqual(binary.stdout)
  })

  test('a clearsigned text is armored already, and has no binary form', async () => {
    const input = readFileSync(path('clearsigned.msg'))
    expect(await output(longhand, ['armor'], { input })).toEqual(input)
    expect(await status('dearmor', { input })).toBe(41)
    expect(await status('inline-sign --as=clearsigned --no-armor alice.key', { input: data })).toBe(
      83,
    )
  })
})

describe('failures', () => {
  const latin1 = Buffer.from('caf\xe9', 'latin1')

  test('53: what is no text', async () => {
    for (const form of ['text', 'clearsigned']) {
      expect(await status(`inline-sign --as=${form} alice.key`, { input: latin1 }), form).toBe(53)
    }
    expect(await status('inline-sign --as=clearsigned alice.key', { input: 'a\0b' })).toBe(53)
    expect(await status('inline-sign alice.key', { input: latin1 })).toBe(0)
  })

  test('41: what is no signed message', async () => {
    const literal = writePacket(11, Buffer.from('b\0\0\0\0\0hello'))
    const cut = readFileSync(path('clearsigned.msg'), 'utf8').replace('-----END', '')
    for (const input of ['', 'hello', cut, readFileSync(path('alice.cert'))]) {
      expect(await status('inline-verify alice.cert', { input })).toBe(41)
      expect(await status('inline-detach --signatures-out=none', { input })).toBe(41)
    }
    // A message that is none the worse for having no signature has just none.
    const unsigned = encodeArmor('MESSAGE', literal)
    expect(await status('inline-verify alice.cert', { input: unsigned })).toBe(3)
  })

  test('41: text before or after a clearsigned one', async () => {
    const text = readFileSync(path('clearsigned.msg'), 'utf8')
    for (const input of [`Hello\n${text}`, `${text}Hello\n`, `${text}${text}`]) {
      expect(await status('inline-verify alice.cert', { input })).toBe(41)
    }
  })

  test('19, 37, 61', async () => {
    const input = readFileSync(path('binary.msg'))
    expect(await status('inline-sign', { input: data })).toBe(19)
    expect(await status('inline-verify', { input })).toBe(19)
    expect(await status('inline-detach', { input })).toBe(19)
    expect(await status('inline-sign --as=detached alice.key', { input: data })).toBe(37)
    expect(await status('inline-verify --nonsense alice.cert', { input })).toBe(37)
    expect(await status('inline-detach --signatures-out=none extra', { input })).toBe(37)
    expect(await status('inline-sign nowhere.key', { input: data })).toBe(61)
    expect(await status('inline-verify nowhere.cert', { input })).toBe(61)
    expect(existsSync(path('none'))).toBe(false)
  })
})

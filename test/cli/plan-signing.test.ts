import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { bundleThin } from '../../.ci/build-thin.ts'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import type { PlanKey } from '../../src/plan/plan.ts'
import { runMain } from '../support/cli/in-process.ts'
import { runProgram } from '../support/cli/program.ts'
import { filesBelow, mint, testKeys, useWorkplace } from '../support/cli/workplace.ts'
import { planText } from '../support/plan/plans.ts'

useWorkplace()

const fingerprint = 'FEB1553F63940651BD845714D3E786AA47E716DA'
const active: PlanKey = {
  certificate: 'keys/release.asc',
  fingerprint,
  signer: 'keys/release.pem',
  state: 'active',
  dates: { active: '2026-01-31T12:00:00Z' },
}

function plan(more: Partial<PlanKey> = {}, path = 'longhand.json'): void {
  writeFileSync(path, planText({ longhand: 1, keys: [{ ...active, ...more }] }))
}

const said = async (words: string, env: Readonly<Record<string, string>> = {}): Promise<string> =>
  (await runMain(words.split(' '), { env })).transcript

beforeEach(async () => {
  mkdirSync('keys')
  copyFileSync('release.pem', 'keys/release.pem')
  await mint('keys/release.asc')
  writeFileSync('data.txt', 'hello\n')
})

describe('longhand sign by a plan', () => {
  test('is longhand sign by its key', async () => {
    plan()
    expect(await said('sign data.txt')).toMatchInlineSnapshot(`
      "2> note: longhand.json says who signs: FEB1553F63940651BD845714D3E786AA47E716DA (active)
      2> signed: data.txt → data.txt.asc
      [0]"
    `)
    const byPlan = readFileSync('data.txt.asc')
    await said('sign --force --key release.pem --cert keys/release.asc data.txt')
    expect(readFileSync('data.txt.asc')).toEqual(byPlan)
  })

  test('named on the command line or by LONGHAND_PLAN, its files beside it', async () => {
    mkdirSync('other')
    copyFileSync('data.txt', 'other/data.txt')
    plan()
    process.chdir('other')
    expect(await said('sign --plan ../longhand.json data.txt')).toMatchInlineSnapshot(`
      "2> note: ../longhand.json says who signs: FEB1553F63940651BD845714D3E786AA47E716DA (active)
      2> signed: data.txt → data.txt.asc
      [0]"
    `)
    expect(await said('sign --force data.txt', { LONGHAND_PLAN: '../longhand.json' }))
      .toMatchInlineSnapshot(`
      "2> note: ../longhand.json says who signs: FEB1553F63940651BD845714D3E786AA47E716DA (active)
      2> signed: data.txt → data.txt.asc
      [0]"
    `)
    expect(await said('sign --force data.txt')).toMatchInlineSnapshot(`
      "2> error: no certificate is named
      2> hint: give --cert release.asc, or set LONGHAND_CERT
      [2]"
    `)
    process.chdir('..')
  })

  test('its hash is used unless another is asked for', async () => {
    writeFileSync('longhand.json', planText({ longhand: 1, hash: 'SHA-512', keys: [active] }))
    await said('sign data.txt')
    expect(await said('verify --cert keys/release.asc data.txt.asc')).toContain('SHA-512')
    await said('sign --force --hash SHA-384 data.txt')
    expect(await said('verify --cert keys/release.asc data.txt.asc')).toContain('SHA-384')
  })

  test('a key that is named otherwise wins over a plan that lies there', async () => {
    plan({ signer: 'exec:/bin/false' })
    const env = { LONGHAND_KEY: 'release.pem', LONGHAND_CERT: 'keys/release.asc' }
    expect(await said('sign data.txt', env)).toMatchInlineSnapshot(`
      "2> signed: data.txt → data.txt.asc
      [0]"
    `)
    expect(await said('sign --plan longhand.json --key release.pem data.txt'))
      .toMatchInlineSnapshot(`
      "2> error: --plan and --key exclude each other
      2> hint: see: longhand sign --help
      [2]"
    `)
    expect(await said('sign --cert keys/release.asc data.txt')).toMatchInlineSnapshot(`
      "2> error: --cert goes with --key; a plan names its own
      2> hint: see: longhand sign --help
      [2]"
    `)
    expect(await said('sign --plan longhand.json data.txt', env)).toMatchInlineSnapshot(`
      "2> note: longhand.json says who signs: FEB1553F63940651BD845714D3E786AA47E716DA (active)
      2> error: the plan longhand.json is not trusted: it names a key by exec:
      2> hint: read the plan; if it is yours and should do that, add --trust-plan
      [91]"
    `)
  })
})

describe('two keys', () => {
  test('sign in a rotation, the older one first', async () => {
    copyFileSync(testKeys.b, 'keys/next.pem')
    chmodSync('keys/next.pem', 0o600)
    await mint('keys/next.asc', '--key=keys/next.pem')
    const dates = { active: '2026-01-31T12:00:00Z' }
    const next: PlanKey = {
      certificate: 'keys/next.asc',
      fingerprint: '',
      signer: 'keys/next.pem',
      state: 'incoming',
      dates: { incoming: '2026-02-01T12:00:00Z' },
    }
    const [{ fingerprint }] = parseCertificates(readFileSync('keys/next.asc')) as [Certificate]
    const keys = [{ ...next, fingerprint }, active]
    writeFileSync('longhand.json', planText({ longhand: 1, keys }))
    expect(await said('sign data.txt')).toMatchInlineSnapshot(`
      "2> note: longhand.json says who signs: FEB1553F63940651BD845714D3E786AA47E716DA (active), A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C (incoming)
      2> signed: data.txt → data.txt.asc
      [0]"
    `)
    expect(await said('verify --require 2 --cert keys data.txt.asc')).toMatchInlineSnapshot(`
      "good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
      good signature by A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
      [0]"
    `)
    expect(await said('sign --force -o longhand.json data.txt')).toContain('is an input')
    const named = { domain: 'acme.example', address: 'release@acme.example' }
    const text = { longhand: 1, product: 'acme-cli', manifest: 'SUMS', wkd: named, keys }
    writeFileSync('longhand.json', planText(text))
    mkdirSync('dist')
    copyFileSync('data.txt', 'dist/data.txt')
    expect(await said('release sign --release-version 1.2.0 dist/data.txt')).toMatchInlineSnapshot(`
      "2> note: longhand.json says who signs: FEB1553F63940651BD845714D3E786AA47E716DA (active), A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C (incoming)
      2> wrote: dist/SUMS, of 1 files
      2> signed: dist/SUMS → dist/SUMS.asc
      [0]"
    `)
    const both = ['--require', '2', '--cert', 'keys', '--dir', 'dist', '--manifest', 'SUMS']
    const verified = await runMain(['release', 'verify', ...both])
    expect(verified.transcript).toContain('release: acme-cli 1.2.0 of acme.example')
    expect(verified.status).toBe(0)
    expect(
      await said('release sign --force --manifest longhand.json -o . dist/data.txt'),
    ).toContain('is an input')
    expect(await said('release sign --plan longhand.json --key release.pem data.txt')).toContain(
      'exclude each other',
    )
    const switched = [
      { ...next, fingerprint, state: 'active', dates },
      { ...active, state: 'outgoing', dates: { outgoing: dates.active } },
    ]
    writeFileSync('longhand.json', planText({ longhand: 1, keys: switched }))
    expect(await said('sign --force data.txt')).toMatchInlineSnapshot(`
      "2> note: longhand.json says who signs: FEB1553F63940651BD845714D3E786AA47E716DA (outgoing), A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C (active)
      2> signed: data.txt → data.txt.asc
      [0]"
    `)
  })
})

describe('refused', () => {
  test('no plan, an empty one, a faulty one', async () => {
    expect(await said('sign --plan none.json data.txt')).toMatchInlineSnapshot(`
      "2> error: there is no plan none.json
      2> hint: docs/plan.md says how to write one
      [90]"
    `)
    writeFileSync('longhand.json', planText({ longhand: 1, keys: [] }))
    expect(await said('sign data.txt')).toMatchInlineSnapshot(`
      "2> error: the plan longhand.json has no key that signs
      2> hint: longhand rotate start brings the first one in
      [2]"
    `)
    writeFileSync('longhand.json', '{\n  "longhand": 1,\n  "keys": [],\n  "keys": []\n}\n')
    expect(await said('sign data.txt')).toMatchInlineSnapshot(`
      "2> error: longhand.json:4:3: "keys" is there twice
      [3]"
    `)
    writeFileSync('longhand.json', Buffer.from([0x7b, 0xff, 0x7d]))
    expect(await said('sign data.txt')).toMatchInlineSnapshot(`
      "2> error: the plan longhand.json is not UTF-8
      [3]"
    `)
    writeFileSync('longhand.json', ' '.repeat(1_048_577))
    expect(await said('sign data.txt')).toMatchInlineSnapshot(`
      "2> error: the plan longhand.json has more than 1048576 octets
      [5]"
    `)
  })

  test('a certificate that is not the one of the plan', async () => {
    plan({ fingerprint: 'A'.repeat(40) })
    expect(await said('sign data.txt')).toMatchInlineSnapshot(`
      "2> error: keys/release.asc is certificate FEB1553F63940651BD845714D3E786AA47E716DA, and the plan says AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
      2> hint: restore the file, or see who changed one of the two
      [31]"
    `)
  })

  test('a signature is not written over the key, the certificate or the plan', async () => {
    plan()
    for (const path of ['keys/release.pem', 'keys/release.asc']) {
      expect(await said(`sign --force -o ${path} data.txt`)).toContain('error: the output')
    }
    expect(await said('sign --force -o longhand.json data.txt')).toMatchInlineSnapshot(`
      "2> note: longhand.json says who signs: FEB1553F63940651BD845714D3E786AA47E716DA (active)
      2> error: the output longhand.json is an input
      2> hint: choose another output; --force does not lift this
      [14]"
    `)
  })
})

test('a key of AWS is the one that the plan wrote down at mint; an alias may stand for it', async () => {
  const service = 'arn:aws:kms:eu-west-2:111122223333:key/1234abcd'
  const names = ['1234abce', 'arn:aws:kms:eu-west-2:111122223333:key/1234abce']
  for (const name of names) {
    plan({ service, signer: `awskms:///${name}` })
    expect(await said('sign data.txt')).toMatchInlineSnapshot(`
      "2> error: the signer of FEB1553F63940651BD845714D3E786AA47E716DA in the plan is another key than its service, arn:aws:kms:eu-west-2:111122223333:key/1234abcd
      2> hint: see who changed one of the two
      [31]"
    `)
  }
  plan({ service })
  expect(await said('sign data.txt')).toContain('signed: data.txt')
})

describe('a plan from elsewhere', () => {
  const evil = `exec:${process.execPath}?arg=-e&arg=require('fs').writeFileSync('pwned','')`

  test('runs nothing, unless it is trusted', async () => {
    plan({ signer: evil })
    expect((await said('sign data.txt')).replaceAll(process.execPath, 'NODE'))
      .toMatchInlineSnapshot(`
      "2> note: longhand.json says who signs: FEB1553F63940651BD845714D3E786AA47E716DA (active)
      2> error: the plan longhand.json is not trusted: it names a key by exec:
      2> hint: read the plan; if it is yours and should do that, add --trust-plan
      [91]"
    `)
    expect(filesBelow()).not.toContain('pwned')
    await said('sign --trust-plan data.txt')
    expect(filesBelow()).toContain('pwned')
  })

  test('is trusted by its absolute path, and no other plan is', async () => {
    plan({ signer: evil })
    mkdirSync('clone')
    copyFileSync('longhand.json', 'clone/longhand.json')
    mkdirSync('clone/keys')
    copyFileSync('keys/release.asc', 'clone/keys/release.asc')
    const trusting = { LONGHAND_TRUST_PLAN: `${process.cwd()}/longhand.json` }
    expect(await said('sign --plan clone/longhand.json data.txt', trusting)).toContain('[91]')
    expect(await said('sign data.txt', { LONGHAND_TRUST_PLAN: 'longhand.json' }))
      .toMatchInlineSnapshot(`
      "2> error: LONGHAND_TRUST_PLAN is not an absolute path
      2> hint: it is the path of the one plan that is trusted; --trust-plan trusts the one at hand
      [2]"
    `)
    expect(filesBelow()).not.toContain('pwned')
    await said('sign data.txt', trusting)
    expect(filesBelow()).toContain('pwned')
  })

  test('leads to no file outside of its folder', async () => {
    mkdirSync('clone/keys', { recursive: true })
    symlinkSync('../../keys/release.asc', 'clone/keys/release.asc')
    plan({ signer: '../keys/release.pem' }, 'clone/longhand.json')
    const words = 'sign --plan clone/longhand.json data.txt'
    expect(await said(words)).toMatchInlineSnapshot(`
      "2> error: keys/release.asc is not below the folder of the plan clone/longhand.json
      2> hint: name a file beside the plan
      [91]"
    `)
    expect(await said(words.replace('sign', 'sign --trust-plan'))).toContain('[91]')
    copyFileSync('keys/release.asc', 'clone/keys/release.txt')
    plan({ signer: '../keys/release.pem', certificate: 'keys/release.txt' }, 'clone/longhand.json')
    expect(await said(words)).toMatchInlineSnapshot(`
      "2> note: clone/longhand.json says who signs: FEB1553F63940651BD845714D3E786AA47E716DA (active)
      2> error: the plan clone/longhand.json is not trusted: it names ../keys/release.pem
      2> hint: read the plan; if it is yours and should do that, add --trust-plan
      [91]"
    `)
    expect(await said(words.replace('sign', 'sign --trust-plan'))).toContain('signed: data.txt')
  })

  test('that is a link stands where the link leads', async () => {
    mkdirSync('clone')
    symlinkSync('../longhand.json', 'clone/longhand.json')
    plan()
    expect(await said('sign --plan clone/longhand.json data.txt')).toContain('signed: data.txt')
  })

  test('and is only found there if it is no link', async () => {
    plan()
    mkdirSync('clone')
    copyFileSync('data.txt', 'clone/data.txt')
    process.chdir('clone')
    for (const target of ['../longhand.json', '../nowhere.json']) {
      symlinkSync(target, 'longhand.json')
      expect(await said('sign data.txt')).toMatchInlineSnapshot(`
        "2> error: longhand.json is a symbolic link
        2> hint: if the plan that it leads to is meant, name that by --plan FILE
        [91]"
      `)
      expect(await said('rotate status')).toContain('[91]')
      unlinkSync('longhand.json')
    }
    expect(filesBelow()).toEqual(['data.txt'])
    process.chdir('..')
  })

  test('is not trusted by where a link leads: neither its own nor that of its folder', async () => {
    plan({ signer: evil })
    mkdirSync('clone')
    symlinkSync('../longhand.json', 'clone/longhand.json')
    symlinkSync('.', 'here')
    const trusting = { LONGHAND_TRUST_PLAN: `${process.cwd()}/longhand.json` }
    for (const path of ['clone/longhand.json', 'here/longhand.json']) {
      expect(await said(`sign --plan ${path} data.txt`, trusting), path).toContain('[91]')
    }
    expect(filesBelow()).not.toContain('pwned')
    await said('sign --plan clone/../longhand.json data.txt', trusting)
    expect(filesBelow()).toContain('pwned')
  })
})

test('longhand-sign carries nothing of plans', async () => {
  const { metafile } = await bundleThin()
  const carried = Object.keys(metafile.inputs).filter((path) => /plan|rotat/.test(path))
  expect(carried.sort()).toEqual(['dist/cli/plan-options.js', 'dist/plan/duration.js'])
})

test('longhand-sign goes by a plan as well', async () => {
  plan()
  const thin = await runProgram(['data.txt'], { program: 'longhand-sign' })
  expect([thin.status, thin.stderr]).toMatchInlineSnapshot(`
    [
      0,
      "note: longhand.json says who signs: FEB1553F63940651BD845714D3E786AA47E716DA (active)
    signed: data.txt → data.txt.asc
    ",
    ]
  `)
  await said('verify --cert keys/release.asc data.txt.asc')
  plan({ signer: evilUri })
  const refused = await runProgram(['--force', 'data.txt'], { program: 'longhand-sign' })
  expect([refused.status, refused.stderr.split('\n')[1]]).toMatchInlineSnapshot(`
    [
      91,
      "error: the plan longhand.json is not trusted: it names a key by https:",
    ]
  `)
})

const evilUri = 'https://evil.example/sign'

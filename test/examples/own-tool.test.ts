/** A tool that mounts some of the commands under its own name, with a scheme of keys of its own. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import { runMain } from '../support/cli/in-process.ts'
import { startCommand } from '../support/cli/program.ts'
import { keyTime, useWorkplace } from '../support/cli/workplace.ts'

useWorkplace()
const example = fileURLToPath(new URL('../../examples/own-tool/main.ts', import.meta.url))
const tsx = fileURLToPath(import.meta.resolve('tsx'))
const key = 'audited:?key-file=release.pem'

async function tool(...words: readonly string[]): Promise<string> {
  const command = ['--import', tsx, example, ...words]
  const [, ended] = startCommand(process.execPath, command, { deadline: 60_000 })
  const { status, stdout, stderr } = await ended
  return `${stdout.toString()}${stderr.replace(/^(?=.)/gm, '2> ')}[${status}]`
}

beforeEach(() => {
  mkdirSync('dist')
  writeFileSync('dist/tool', 'tool')
})

test('mints, signs and verifies by a key of its own scheme', async () => {
  const minting = ['--name', 'Acme', '--email', 'release@acme.example', '--created', keyTime]
  expect(await tool('keys', 'mint', '--key', key, ...minting, '-o', 'release.asc')).toContain('[0]')
  const signing = ['--key', key, '--cert', 'release.asc']
  const named = ['--domain', 'acme.example', '--product', 'tool', '--release-version', '1.0.0']
  expect(await tool('release', 'sign', ...signing, ...named, 'dist/tool')).toMatchInlineSnapshot(`
    "2> wrote: dist/SHA256SUMS, of 1 files
    2> signed: dist/SHA256SUMS → dist/SHA256SUMS.asc
    [0]"
  `)
  const asked = readFileSync('signatures.log', 'utf8')
  expect(asked).toMatch(/^(?:release\.pem SHA-\d+ [0-9a-f]{64,128}\n){2,}$/)
  const verifying = ['release', 'verify', '--cert', 'release.asc', '--dir', 'dist']
  expect(await tool(...verifying, '--quiet')).toBe('[0]')
  // Its key file is guarded like any other.
  expect(await tool('sign', ...signing, '-o', 'release.pem', '--force', 'dist/tool')).toContain(
    '[14]',
  )
}, 60_000)

test('has its own name in help and hints, its own command, and no others', async () => {
  const help = await tool('--help')
  expect(help).toMatch(/^usage: acme-sign COMMAND \[options\]\n/)
  expect(help).toMatch(/^ {2}release verify .*\n {2}about .*\n/m)
  expect(help).not.toContain('wkd serve')
  expect(await tool('about')).toContain('the build team')
  expect(await tool('sign', '--help')).toContain('usage: acme-sign sign [options]')
  expect(await tool('sign', '--bogus')).toMatchInlineSnapshot(`
    "2> error: there is no option --bogus
    2> hint: see: acme-sign sign --help
    [2]"
  `)
  expect(await tool('inspect', 'dist/tool')).toContain('[2]')
}, 60_000)

test('the scheme is that program’s alone', async () => {
  const { status, stderr } = await runMain([
    'keys',
    'mint',
    '--key',
    key,
    '--name',
    'A',
    '--email',
    'a@acme.example',
    '-o',
    'x.asc',
  ])
  expect([status, stderr]).toEqual([2, expect.stringContaining('audited: is not a scheme')])
})

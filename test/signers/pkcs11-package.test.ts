/** The built signer beside a package that is not there, not compiled, or compiled for another system. */

import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { launcher, startCommand, type ProgramRun } from '../support/cli/program.ts'
import { testKeys } from '../support/cli/workplace.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
let directory = ''

/** What Longhand itself needs, and nothing of its own node_modules. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lh-package-'))
  const installed = dirname(dirname(launcher()))
  for (const name of ['bin', 'dist', 'package.json']) {
    await cp(join(installed, name), join(directory, name), { recursive: true })
  }
  const modules = join(directory, 'node_modules')
  await mkdir(modules)
  for (const name of ['asn1js', '@noble', '@peculiar']) {
    await symlink(join(root, 'node_modules', name), join(modules, name))
  }
  await cp(testKeys.a, join(directory, 'release.pem'))
})
afterEach(() => rm(directory, { recursive: true }))

/** The package without what compiling it makes. */
async function installPackage(): Promise<string> {
  const target = join(directory, 'node_modules/pkcs11js')
  await mkdir(target)
  for (const name of ['index.js', 'package.json']) {
    await cp(join(root, 'node_modules/pkcs11js', name), join(target, name))
  }
  return target
}

function command(program: string, args: readonly string[]): Promise<ProgramRun> {
  const [, ended] = startCommand(process.execPath, [join(directory, program), ...args])
  return ended
}

/** Both programs: one is a module, the other a bundle of CommonJS. */
async function sign(): Promise<string[]> {
  const path = (name: string): string => join(directory, name)
  const user = ['--name=N', '--email=n@longhand.example']
  const mint = ['keys', 'mint', `--key=${path('release.pem')}`, ...user, '-o', path('c.asc')]
  const minted = await command('bin/longhand.cjs', mint)
  expect(minted.status, minted.stderr).toBe(0)
  const key = `--key=pkcs11:object=o?module-path=${path('m.so')}`
  const args = [key, `--cert=${path('c.asc')}`, path('release.pem')]
  const runs = [
    await command('bin/longhand.cjs', ['sign', ...args]),
    await command('bin/longhand-sign.cjs', args),
  ]
  expect(runs.map(({ status }) => status)).toEqual([37, 37])
  return runs.map(({ stderr }) => stderr)
}

describe('pkcs11js', () => {
  test('that is not installed', async () => {
    for (const said of await sign()) {
      expect(said).toMatch(/^error: pkcs11:object=o: the package pkcs11js is needed\n/)
      expect(said).toMatch(/\nhint: npm install pkcs11js --ignore-scripts=false /)
    }
  })

  test('that was installed without its scripts', async () => {
    await installPackage()
    for (const said of await sign()) {
      expect(said).toContain('pkcs11js is installed and not compiled for this Node\n')
      expect(said).toMatch(/\nhint: npm rebuild pkcs11js --ignore-scripts=false /)
    }
  })

  test('that was compiled for another system', async () => {
    const release = join(await installPackage(), 'build/Release')
    await mkdir(release, { recursive: true })
    await writeFile(join(release, 'pkcs11.node'), 'no library')
    for (const said of await sign()) expect(said).toContain('not compiled for this Node\n')
  })
})

/** The table of parts, the commands that install them, and the rule of when they run. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { installSteps, shellLine } from './commands.ts'
import { onPath, projectRoot, stamped, stampOf } from './probe.ts'
import { type Origin, partNames, parts } from './table.ts'

let directory = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lh-provision-'))
})

afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

describe('the table', () => {
  test('everything that comes from a registry is pinned to one version', () => {
    for (const [name, origin] of Object.entries<Origin>(parts)) {
      if (origin.kind === 'python') expect(origin.requirement, name).toMatch(/^[\w-]+==[\d.]+$/)
      if (origin.kind === 'go') expect(origin.module, name).toMatch(/@v\d+\.\d+\.\d+(?:-[\w.-]+)?$/)
      if (origin.kind === 'go-module') expect(origin.module, name).toMatch(/@v\d+\.\d+\.\d+$/)
      if (origin.kind === 'go-source') expect(origin.module, name).toMatch(/@v\d+\.\d+\.\d+$/)
      if (origin.kind === 'crate') expect(origin.crate, name).toMatch(/^[\w-]+@\d+\.\d+\.\d+$/)
      if (origin.kind === 'node') expect(origin.version, name).toMatch(/^\d+\.\d+\.\d+$/)
    }
  })
})

describe('the commands', () => {
  test('nothing missing, nothing to run', () => {
    expect(installSteps([])).toEqual([])
  })

  test("Debian's packages come in one go, after one update", () => {
    const lines = installSteps(['gpg', 'sqv']).map(shellLine)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/apt-get update -q$/)
    expect(lines[1]).toMatch(/apt-get install -y -q --no-install-recommends gnupg sqv$/)
  })

  test('one missing Python part installs the whole environment, with its pins', () => {
    const steps = installSteps(['microburst'])
    const last = steps.at(-1)
    expect(last?.args).toEqual(expect.arrayContaining(['ministack==1.5.33', 'microburst==0.10.0']))
    expect(last?.stamp?.pins).toContain('cryptography==50.0.2')
  })

  test('Node comes without lifecycle scripts and leaves package.json alone', () => {
    const [step] = installSteps(['node22'])
    expect(step?.args).toEqual(
      expect.arrayContaining(['--ignore-scripts', '--no-save', '--no-package-lock']),
    )
  })

  test('an addon is compiled by its own scripts, which npm runs here for nothing else', () => {
    const [step, ...others] = installSteps(['pkcs11js'])
    expect(others).toEqual([])
    expect(step?.args.slice(0, 3)).toEqual(['rebuild', 'pkcs11js', '--ignore-scripts=false'])
    const nodedir = step?.args.find((word) => word.startsWith('--nodedir='))
    const prefix = nodedir?.slice('--nodedir='.length)
    if (prefix !== undefined) expect(existsSync(join(prefix, 'include/node/node.h'))).toBe(true)
  })

  test('a Go program of our own is built with the module that its go.mod pins', () => {
    const { module, folder } = parts['x-crypto']
    const text = readFileSync(join(projectRoot, folder, 'go.mod'), 'utf8')
    expect(text).toContain(module.replace('@', ' '))
    expect(installSteps(['x-crypto'])[0]?.args).toContain(join(projectRoot, folder))
  })

  test('a Go module that replaces others is built where its go.mod is, into a folder of its own', () => {
    const [step, ...others] = installSteps(['tofu'])
    expect(others).toEqual([])
    expect(step?.args.slice(1, 3)).toEqual([parts.tofu.module, parts.tofu.folder])
    expect(step?.args[3]).toMatch(/\/\.cache\/go\/tofu\/tofu$/)
    const programs = (['local-kms', 'actionlint'] as const).map((name) => installSteps([name])[0])
    expect(new Set(programs.map((program) => program?.environment?.['GOBIN'])).size).toBe(2)
  })

  test('a package of data comes with the others, and one of another release beside the system', () => {
    const lines = installSteps(['gpg', 'debian-keyring']).map(shellLine)
    expect(lines[1]).toMatch(/ gnupg debian-keyring$/)
    const [step, ...others] = installSteps(['ubuntu-keyring'])
    expect(others).toEqual([])
    expect(step?.args[0]).toBe(join(projectRoot, 'test/provision/unpack-deb.sh'))
    expect(step?.args.slice(1, 3)).toEqual(['trixie', 'ubuntu-keyring'])
    expect(step?.stamp?.pins).toEqual(['trixie'])
  })

  test('the lists of apt come by one update', () => {
    expect(installSteps(['apt-lists']).map(shellLine)).toEqual([
      expect.stringMatching(/apt-get update -q$/),
    ])
  })

  test('every part has a command', () => {
    for (const name of partNames) expect(installSteps([name]), name).not.toEqual([])
  })

  test('a line can be pasted into a shell', () => {
    const line = shellLine({ command: 'printf', args: ['%s|', "it's", 'a b', '$HOME'] })
    const { stdout } = spawnSync('sh', ['-c', line], { encoding: 'utf8' })
    expect(stdout).toBe("it's|a b|$HOME|")
  })
})

describe('probing', () => {
  test('a directory is complete only when its stamp names the same pins', () => {
    expect(stamped(directory, ['a==1'])).toBe(false)
    writeFileSync(stampOf(directory), 'a==1')
    expect(stamped(directory, ['a==1'])).toBe(true)
    expect(stamped(directory, ['a==2'])).toBe(false)
    expect(stamped(directory, ['a==1', 'b==1'])).toBe(false)
  })

  test('a folder or a file without the mode is no executable', () => {
    const before = process.env['PATH']
    mkdirSync(join(directory, 'folder'))
    writeFileSync(join(directory, 'plain'), '', { mode: 0o644 })
    writeFileSync(join(directory, 'tool'), '', { mode: 0o755 })
    process.env['PATH'] = `:${directory}`
    try {
      expect(onPath('folder')).toBeUndefined()
      expect(onPath('plain')).toBeUndefined()
      expect(onPath('tool')).toBe(join(directory, 'tool'))
    } finally {
      process.env['PATH'] = before
    }
  })
})

describe('without leave', () => {
  test('the installer prints the commands and runs none', () => {
    const tsx = join(projectRoot, 'node_modules/tsx/dist/cli.mjs')
    const install = join(projectRoot, 'test/provision/install.ts')
    // On this PATH no part of Debian's is found, and neither is apt-get.
    const { status, stdout } = spawnSync(process.execPath, [tsx, install], {
      env: { PATH: directory },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^Missing: gpg, .*LONGHAND_PROVISION=1/)
    expect(stdout).toMatch(/apt-get install/)
    expect(stdout).not.toMatch(/^provision:/m)
  })
})

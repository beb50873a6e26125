/** What `npm pack` makes: which files, and what publint and arethetypeswrong say of it. */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from './files.ts'

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

let directory = ''
let tarball = ''
let files: readonly string[] = []

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lh-pack-'))
  const printed = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', directory],
    { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const parsed = JSON.parse(printed) as readonly Packed[] | Readonly<Record<string, Packed>>
  const packed = Object.values(parsed)[0] as Packed
  tarball = join(directory, packed.filename)
  files = packed.files.map(({ path }) => path)
})

afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

describe('the packed tarball', () => {
  test('holds the licence, the README and the built code', () => {
    for (const file of ['LICENSE', 'README.md', 'package.json', 'dist/index.js']) {
      expect(files).toContain(file)
    }
  })

  test('holds nothing that only the project needs', () => {
    const allowed =
      /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|bin\/[\w-]+\.cjs|docs\/[\w/-]+\.md|docs\/[\w-]+\.schema\.json|dist\/.+\.(?:js|d\.ts))$/
    expect(files.filter((file) => !allowed.test(file))).toEqual([])
  })

  test('publint has nothing to say', async () => {
    const octets = readFileSync(tarball)
    const { messages, pkg } = await publint({
      pack: { tarball: octets.buffer.slice(octets.byteOffset, octets.byteOffset + octets.length) },
      strict: true,
      level: 'suggestion',
    })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })

  test('its types fit its code, however a program of ESM resolves it', () => {
    const attw = join(projectRoot, 'node_modules/.bin/attw')
    const { status, stdout, stderr } = spawnSync(
      attw,
      [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    )
    expect(status, `${stdout}${stderr}`).toBe(0)
  })
})

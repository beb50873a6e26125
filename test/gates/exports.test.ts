/** Every entry of package.json's `exports` and `bin` is there when built, loads, and says its types. */

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectRoot, read } from './files.ts'

const manifest = JSON.parse(read('package.json')) as {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly bin: Readonly<Record<string, string>>
}
const modules = Object.entries(manifest.exports).filter(([, target]) => typeof target === 'object')

describe('exports', () => {
  test.each(Object.entries(manifest.exports))('%s: its files exist', (_, target) => {
    const files = typeof target === 'string' ? [target] : Object.values(target)
    expect(files.filter((file) => !existsSync(join(projectRoot, file)))).toEqual([])
  })

  test.each(modules)('%s: has types beside its code', (_, target) => {
    const { types = '', default: code = '' } = target as Readonly<Record<string, string>>
    expect(types.replace(/\.d\.ts$/, '')).toBe(code.replace(/\.js$/, ''))
    expect(types).toMatch(/\.d\.ts$/)
  })

  test.each(modules)('%s: loads by its public name and exports something', (path) => {
    const specifier = `longhand${path.slice(1)}`
    const script = `console.log(Object.keys(await import(${JSON.stringify(specifier)})).length)`
    const printed = node(['--input-type=module', '--eval', script])
    expect(Number(printed)).toBeGreaterThan(0)
  })

  test('no other file can be reached', () => {
    const script =
      "await import('longhand/dist/octets.js').then(() => 'reached', (error) => error.code)"
    const printed = node(['--input-type=module', '--eval', `console.log(${script})`])
    expect(printed).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED')
  })

  test('the main entry loads where there is no Node: none of its files imports node:', () => {
    const script = [
      "import { register } from 'node:module'",
      'const hook = `export async function resolve(specifier, context, next) {',
      "  if (specifier.startsWith('node:')) throw new Error(context.parentURL + ' ' + specifier)",
      '  return next(specifier, context)',
      '}`',
      "register('data:text/javascript,' + encodeURIComponent(hook))",
      "await import('longhand')",
      "console.log('loaded')",
    ].join('\n')
    expect(node(['--input-type=module', '--eval', script])).toBe('loaded')
  })
})

describe('commands', () => {
  test.each(Object.entries(manifest.bin))('%s: runs, and says how to use it', (name, file) => {
    expect(node([join(projectRoot, file), '--help']), name).toMatch(/^usage:\s+longhand/)
  })

  test.each(Object.entries(manifest.bin))('%s: starts with a line for the shell', (_, file) => {
    expect(read(file)).toMatch(/^#!\/usr\/bin\/env node\n/)
  })
})

function node(args: readonly string[]): string {
  return execFileSync(process.execPath, args, {
    cwd: projectRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  }).trim()
}

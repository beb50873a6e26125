import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/octets.ts'
import { readManifest, writeManifest } from '../../src/release/manifest.ts'
import type { ManifestEntry } from '../../src/release/manifest.ts'
import { foldName, nameObjection } from '../../src/release/names.ts'
import { codeOf } from '../support/code-of.ts'

const digest = (digit: string): string => digit.repeat(64)

test('two spaces, or a space and an asterisk; names as they are', () => {
  const names = ['tool-1.4.0.tgz', 'ein Wort', '~', '-rf', 'ünïcode', '#a', '$(b)', '😀']
  const lines = names.map((name, at) => `${digest('b')} ${at % 2 === 0 ? ' ' : '*'}${name}\n`)
  expect(readManifest(utf8(lines.join('')))).toEqual(
    names.map((name) => ({ name, sha256: digest('b') })),
  )
})

test('sorted by the octets of the names, whatever order they come in', () => {
  const names = ['C', 'a', 'b', 'é', '\uffee', '😀']
  const entries = names.map((name) => ({ name, sha256: digest('0') }))
  const written = writeManifest(entries)
  expect(writeManifest(entries.toReversed())).toEqual(written)
  expect(readManifest(written)).toEqual(entries)
})

test('a digest that is none is not written', () => {
  for (const sha256 of ['', digest('A'), `${digest('a')}\n`, digest('a').slice(1)]) {
    expect(codeOf(() => writeManifest([{ name: 'a', sha256 }]))).toBe('usage')
  }
  expect(codeOf(() => writeManifest([]))).toBe('usage')
})

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((text) => nameObjection(text) === undefined)
const entry = fc.record({
  name,
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
})
const entries = fc.uniqueArray(entry, {
  minLength: 1,
  maxLength: 8,
  selector: (each: ManifestEntry) => foldName(each.name),
})

describe('whatever is written', () => {
  test('is read again', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const read = readManifest(writeManifest(list))
        expect(new Set(read.map((each) => JSON.stringify(each)))).toEqual(
          new Set(list.map(({ name: one, sha256 }) => JSON.stringify({ name: one, sha256 }))),
        )
      }),
    )
  })

  test('sha256sum reads in the same way: it opens the very files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lh-sums-'))
    try {
      fc.assert(
        fc.property(entries, (list) => {
          for (const each of list) writeFileSync(join(folder, each.name), '')
          const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
          const sums = list.map((each) => ({ name: each.name, sha256: empty }))
          writeFileSync(join(folder, 'SHA256SUMS'), writeManifest(sums))
          execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], {
            cwd: folder,
            env: { LC_ALL: 'C', PATH: process.env['PATH'] },
            stdio: 'pipe',
          })
        }),
        { numRuns: 15 },
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

test('names that are not equal are folded into one only if case or accents make the difference', () => {
  expect(foldName('Straße')).toBe(foldName('STRASSE'))
  expect(foldName('a-b')).not.toBe(foldName('a_b'))
  expect(foldName('\u00e9')).toBe(foldName('E\u0301'))
})

describe('attack: a name that Windows takes for something else', () => {
  test.each([
    ...[
      'CON',
      'nul',
      'NUL.txt',
      'Aux.tar.gz',
      'prn .x',
      'COM1',
      'lpt9.log',
      'COM\u00b2',
      'CONOUT$',
    ],
    ...['a<b', 'a>b', 'a"b', 'a|b', 'a?', '*', 'a:b', 'a\\b', 'a.', 'a ', 'a\tb', 'a\u0085'],
  ])('%j', (bad) => {
    expect(nameObjection(bad)).toBeDefined()
    expect(codeOf(() => readManifest(utf8(`${digest('a')}  ${bad}\n`)))).toBe('malformed')
  })

  test.each(['CONSOLE', 'com', 'COM10', 'nullable.txt', 'aux-tool', 'a.con'])(
    '%j is none',
    (good) => {
      expect(nameObjection(good)).toBeUndefined()
    },
  )
})

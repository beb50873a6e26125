import fs, { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { utf8 } from '../../src/octets.ts'
import { openAside } from '../../src/node/aside.ts'
import { planOutputs } from '../../src/node/outputs.ts'
import { rejection } from '../support/code-of.ts'
import { withFailures } from './failing-fs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhand-aside-'))
  writeFileSync(at('key.pem'), 'secret')
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const listing = (): string[] => readdirSync(folder).sort()

/** Puts outputs that were planned, of which each holds its own name. */
function open(names: readonly string[], force = false) {
  const put = openAside(planOutputs({ paths: names.map(at), inputs: [at('key.pem')], force }))
  return (name: string): Promise<void> => put({ path: at(name), octets: utf8(name) })
}

test('many at a time: each in place, whole, and nothing beside it', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `file-${index}`)
  const put = open(names)
  const putting = names.map(async (name) => {
    await put(name)
    expect(readFileSync(at(name), 'utf8')).toBe(name)
  })
  await Promise.all(putting)
  expect(listing()).toEqual([...names, 'key.pem'].sort())
})

test('a name is synced after it was made and before its promise resolves', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `file-${index}`)
  const put = open(names)
  const log: string[] = []
  const record = (call: string, path: string): undefined => void log.push(`${call} ${path}`)
  await withFailures(record, async () => {
    const putting: Promise<unknown>[] = []
    for (const name of names) {
      putting.push(put(name).then(() => log.push(`done ${at(name)}`)))
      await new Promise(setImmediate)
    }
    await Promise.all(putting)
  })
  for (const path of names.map(at)) {
    const made = log.indexOf(`linkSync ${path}`)
    const synced = log.indexOf(`openSync ${folder}`, made)
    expect(made).toBeGreaterThan(-1)
    expect(synced).toBeGreaterThan(made)
    expect(log.indexOf(`done ${path}`)).toBeGreaterThan(synced)
  }
})

test('what appeared meanwhile is not replaced, and the others are there', async () => {
  const put = open(['a', 'b'])
  writeFileSync(at('a'), 'another')
  const [refused] = await Promise.all([rejection(put('a')), put('b')])
  expect(refused.code).toBe('output-exists')
  expect(readFileSync(at('a'), 'utf8')).toBe('another')
  expect(listing()).toEqual(['a', 'b', 'key.pem'])
})

test('with force what exists is replaced, and an input that took its place is not', async () => {
  writeFileSync(at('a'), 'old')
  const put = open(['a', 'b'], true)
  await put('a')
  expect(readFileSync(at('a'), 'utf8')).toBe('a')
  fs.linkSync(at('key.pem'), at('b'))
  expect((await rejection(put('b'))).code).toBe('output-is-input')
  expect(readFileSync(at('key.pem'), 'utf8')).toBe('secret')
  expect(listing()).toEqual(['a', 'b', 'key.pem'])
})

test('only what was planned, and once', async () => {
  const put = open(['a'])
  expect((await rejection(put('b'))).code).toBe('usage')
  await put('a')
  expect((await rejection(put('a'))).code).toBe('usage')
  expect(listing()).toEqual(['a', 'key.pem'])
})

test('where a name cannot be made nothing is left of that file, and the others are there', async () => {
  const put = open(['a', 'b'])
  const refused = await withFailures(
    (call, path) => (call === 'linkSync' && path === at('a') ? 'ENOSPC' : undefined),
    () => rejection(put('a')),
  )
  expect(refused.code).toBe('output-failed')
  await put('b')
  expect(listing()).toEqual(['b', 'key.pem'])
})

test('where its directory has gone, the error says of which file', async () => {
  const put = open(['a'])
  fs.rmSync(folder, { recursive: true })
  const refused = await rejection(put('a'))
  expect(refused).toMatchObject({
    code: 'output-failed',
    message: `cannot write ${at('a')}: ENOENT`,
    hint: 'create its directory first',
  })
  fs.mkdirSync(folder)
})

test('before the end what is under way is put in place, and nothing else is begun', async () => {
  const outputs = planOutputs({ paths: ['a', 'b', 'c'].map(at), inputs: [] })
  let finish = (): Promise<unknown> => Promise.resolve()
  const put = openAside(outputs, { beforeEnd: (given) => void (finish = given) })
  void put({ path: at('a'), octets: utf8('a') })
  void put({ path: at('b'), octets: utf8('b') })
  const finishing = finish()
  let settled = false
  void put({ path: at('c'), octets: utf8('c') }).finally(() => void (settled = true))
  await finishing
  expect(listing()).toEqual(['a', 'b', 'key.pem'])
  expect(settled).toBe(false)
})

test('what is new replaces nothing, forced or not', async () => {
  const put = openAside(planOutputs({ paths: [at('a')], inputs: [], force: true }))
  writeFileSync(at('a'), 'theirs')
  const refused = await rejection(put({ path: at('a'), octets: utf8('a'), isNew: true }))
  expect(refused.code).toBe('output-exists')
  expect(listing()).toEqual(['a', 'key.pem'])
})

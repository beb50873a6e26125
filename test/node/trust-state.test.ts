import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { trustLimits } from '../../src/limits.ts'
import { fileTrustState } from '../../src/node/trust-state.ts'
import { rejection } from '../support/code-of.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lh-state-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

test('a text, replaced as a whole, for its owner alone', async () => {
  const path = join(folder, 'state.json')
  const state = fileTrustState(path)
  expect(await state.load()).toBeUndefined()
  await state.save('one')
  await state.save('two ü')
  expect(await fileTrustState(path).load()).toBe('two ü')
  expect(lstatSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['state.json'])
})

test('what is no text, no file, or too long is an error, and not nothing', async () => {
  const path = join(folder, 'state.json')
  writeFileSync(path, Uint8Array.of(0xff, 0xfe))
  expect((await rejection(fileTrustState(path).load())).code).toBe('malformed')
  writeFileSync(path, Buffer.alloc(trustLimits.stateOctets + 1, 0x20))
  expect((await rejection(fileTrustState(path).load())).code).toBe('limit')
  mkdirSync(join(folder, 'directory'))
  expect((await rejection(fileTrustState(join(folder, 'directory')).load())).code).toBe('malformed')
})

test('where nothing can be written, what was there stays', async () => {
  const missing = fileTrustState(join(folder, 'no', 'state.json'))
  expect(await missing.load()).toBeUndefined()
  expect((await rejection(Promise.resolve().then(() => missing.save('x')))).code).toBe(
    'output-failed',
  )
  expect(readdirSync(folder)).toEqual([])
})

test('a text that could not be loaded again is not saved', async () => {
  const state = fileTrustState(join(folder, 'state.json'))
  const saving = state.save('x'.repeat(trustLimits.stateOctets + 1))
  expect((await rejection(saving)).code).toBe('limit')
  expect(readdirSync(folder)).toEqual([])
})

test('attack: handles that change it at once lose nothing of each other', async () => {
  const path = join(folder, 'state.json')
  const add = async (word: string): Promise<void> =>
    fileTrustState(path).update?.((text) =>
      text?.includes(word) ? undefined : `${text ?? ''}${word}`,
    )
  const words = Array.from({ length: 12 }, (_, at) => `<${at}>`)
  await Promise.all(words.map(add))
  const text = (await fileTrustState(path).load()) ?? ''
  expect(words.filter((word) => !text.includes(word))).toEqual([])
  expect(readdirSync(folder)).toEqual(['state.json'])
})

test('who has nothing to add leaves the file and its folder alone', async () => {
  const path = join(folder, 'state.json')
  writeFileSync(path, 'there')
  writeFileSync(`${path}.lock`, '')
  await fileTrustState(path).update?.(() => undefined)
  expect(readdirSync(folder)).toEqual(['state.json', 'state.json.lock'])
})

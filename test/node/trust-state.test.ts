import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
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
  writeFileSync(path, Buffer.alloc(16 * 1024 * 1024 + 1, 0x20))
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

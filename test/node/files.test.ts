import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readBounded } from '../../src/node/files.ts'

const folder = mkdtempSync(join(tmpdir(), 'longhand-files-'))
afterAll(() => rmSync(folder, { recursive: true }))
const options = { limit: 8, what: 'certificate file' }

test('reads up to the limit and not one octet more', async () => {
  writeFileSync(join(folder, 'eight'), '12345678')
  writeFileSync(join(folder, 'nine'), '123456789')
  expect(Buffer.from(await readBounded(join(folder, 'eight'), options)).toString()).toBe('12345678')
  const failure = readBounded(join(folder, 'nine'), options)
  await expect(failure).rejects.toMatchObject({ code: 'limit' })
  await expect(failure).rejects.toThrow(/the certificate file .*nine has more than 8 octets/)
})

test('an empty file is no octets', async () => {
  writeFileSync(join(folder, 'empty'), '')
  expect(await readBounded(join(folder, 'empty'), options)).toEqual(new Uint8Array(0))
})

test('chunks are copied: a file of several buffers is whole', async () => {
  const octets = Uint8Array.from({ length: 3_000_000 }, (_, at) => at >>> 12)
  writeFileSync(join(folder, 'large'), octets)
  const read = await readBounded(join(folder, 'large'), { ...options, limit: 3_000_000 })
  expect(Buffer.compare(read, octets)).toBe(0)
})

test('a device and a FIFO are held to the limit too', async () => {
  await expect(readBounded('/dev/zero', options)).rejects.toMatchObject({ code: 'limit' })
  const path = join(folder, 'fifo')
  execFileSync('mkfifo', [path])
  const writing = writeFile(path, '1234')
  expect(Buffer.from(await readBounded(path, options)).toString()).toBe('1234')
  await writing
  const more = writeFile(path, '123456789')
  await expect(readBounded(path, options)).rejects.toMatchObject({ code: 'limit' })
  await more
})

test('what is not there, or a directory, is missing', async () => {
  const missing = { code: 'input-missing' }
  await expect(readBounded(join(folder, 'none'), options)).rejects.toMatchObject(missing)
  await expect(readBounded(folder, options)).rejects.toMatchObject(missing)
})

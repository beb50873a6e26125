import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
} from 'node:fs'
import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { openData } from '../../src/node/data.ts'

const folder = mkdtempSync(join(tmpdir(), 'longhand-data-'))
afterAll(() => rmSync(folder, { recursive: true }))
const mebi = 1024 * 1024

function file(name: string, octets: Uint8Array | string = 'data'): string {
  writeFileSync(join(folder, name), octets)
  return join(folder, name)
}

function fifo(name: string): string {
  execFileSync('mkfifo', [join(folder, name)])
  return join(folder, name)
}

async function digest(data: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of data) hash.update(chunk)
  return hash.digest('hex')
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

test('gives exactly the file, for sizes around the buffers', async () => {
  const random = randomBytes(3 * mebi + 2)
  const size = fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -2, max: 2 }))
    .map(([buffers, more]) => Math.max(0, buffers * mebi + more))
  await fc.assert(
    fc.asyncProperty(size, async (octets) => {
      const path = file('sized', random.subarray(0, octets))
      const expected = createHash('sha256').update(random.subarray(0, octets)).digest('hex')
      expect(await digest(openData(path))).toBe(expected)
    }),
    { numRuns: 40 },
  )
})

test('two buffers take turns', async () => {
  const path = file('turns', randomBytes(4 * mebi))
  const buffers = new Set<ArrayBufferLike>()
  const before = process.memoryUsage().arrayBuffers
  for await (const chunk of openData(path)) {
    expect(chunk.length).toBe(mebi)
    buffers.add(chunk.buffer)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(3 * mebi)
  }
  expect(buffers.size).toBe(2)
})

test('reads ahead while the consumer keeps the thread', async () => {
  const path = file('ahead', randomBytes(4 * mebi))
  for await (const _ of openData(path)) {
    const fd = readdirSync('/proc/self/fd').find((name) => linkOf(`/proc/self/fd/${name}`) === path)
    const position = (): string =>
      /pos:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd ?? ''}`, 'utf8'))?.[1] ?? ''
    const started = performance.now()
    while (position() !== String(2 * mebi) && performance.now() - started < 5000);
    expect(position()).toBe(String(2 * mebi))
    break
  }
})

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined // the descriptor of the listing itself is closed by now
  }
}

test('opens nothing before the first chunk is asked for, and closes when left early', async () => {
  const path = file('early', randomBytes(5 * mebi))
  const before = openDescriptors()
  const data = openData(path)
  expect(openDescriptors()).toBe(before)
  for await (const _ of data) break
  expect(openDescriptors()).toBe(before)
})

test.each([
  ['a missing file', 'none', 'input-missing', 'does not exist'],
  ['a path through a file', 'plain/x', 'input-missing', 'does not exist'],
  ['a directory', '.', 'input-missing', 'is a directory'],
  ['a link to itself', 'loop', 'input-unreadable', 'ELOOP'],
])('refuses %s', async (_, name, code, words) => {
  file('plain')
  rmSync(join(folder, 'loop'), { force: true })
  execFileSync('ln', ['-s', 'loop', join(folder, 'loop')])
  const failure = digest(openData(join(folder, name), { what: 'data file' }))
  await expect(failure).rejects.toMatchObject({ code })
  await expect(failure).rejects.toThrow(words)
  await expect(failure).rejects.toThrow('the data file ')
})

test.each<[string, (path: string) => void]>([
  ['grows', (path) => appendFileSync(path, 'more')],
  ['shrinks', (path) => truncateSync(path, mebi)],
  [
    'is written over',
    (path) => {
      const fd = openSync(path, 'r+')
      writeSync(fd, 'other')
      closeSync(fd)
    },
  ],
  ['is replaced', (path) => renameSync(file('other', randomBytes(3 * mebi)), path)],
  ['is removed', (path) => rmSync(path)],
])('a file that %s while it is read is refused', async (_, change) => {
  const path = file('changing', randomBytes(3 * mebi))
  await new Promise((resolve) => setTimeout(resolve, 20)) // past the clock tick of its mtime
  const before = openDescriptors()
  let done = false
  const reading = async (): Promise<void> => {
    for await (const _ of openData(path)) {
      if (!done) change(path)
      done = true
    }
  }
  await expect(reading()).rejects.toMatchObject({ code: 'input-changed' })
  expect(openDescriptors()).toBe(before)
})

test('a file that grows without end is given up at its first size', async () => {
  const path = file('endless', randomBytes(mebi))
  let chunks = 0
  const reading = async (): Promise<void> => {
    for await (const chunk of openData(path)) {
      chunks += 1
      appendFileSync(path, chunk)
    }
  }
  await expect(reading()).rejects.toMatchObject({ code: 'input-changed' })
  expect(chunks).toBeLessThan(4)
})

test('reads devices and files of /proc, whose size says nothing', async () => {
  expect(await digest(openData('/dev/null'))).toBe(createHash('sha256').digest('hex'))
  let total = 0
  for await (const chunk of openData('/dev/zero')) {
    total += chunk.length
    if (total > 2 * mebi) break
  }
  expect(total).toBe(3 * mebi)
  let version = ''
  for await (const chunk of openData('/proc/version')) version += Buffer.from(chunk).toString()
  expect(version).toContain('Linux')
})

test('reads a FIFO, whose writer may come late', async () => {
  const path = fifo('late')
  const octets = randomBytes(mebi + 5)
  const writing = new Promise((resolve) => setTimeout(resolve, 50)).then(() =>
    writeFile(path, octets),
  )
  expect(await digest(openData(path))).toBe(createHash('sha256').update(octets).digest('hex'))
  await writing
})

test('does not wait for a silent FIFO, and lets go of it', async () => {
  const before = openDescriptors()
  const failure = digest(openData(fifo('silent'), { idleTimeoutMs: 60 }))
  await expect(failure).rejects.toMatchObject({
    code: 'input-unreadable',
    hint: expect.stringContaining('--timeout') as string,
  })
  await expect(failure).rejects.toThrow('sent nothing for 0.06 s')
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(openDescriptors()).toBe(before)
})

test('a signal ends the reading, with its own reason where that is ours', async () => {
  const path = file('aborted', randomBytes(3 * mebi))
  await expect(digest(openData(path, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
    code: 'aborted',
  })
  const reason = new OpenPGPError('signer-timeout', 'no answer within 1 s')
  const controller = new AbortController()
  setTimeout(() => controller.abort(reason), 30)
  const waiting = digest(openData(fifo('endless-fifo'), { signal: controller.signal }))
  await expect(waiting).rejects.toBe(reason)
})

import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeWkdTree } from '../../src/node/wkd-tree.ts'
import { wkdLayout } from '../../src/wkd/layout.ts'
import type { WkdFile } from '../../src/wkd/layout.ts'
import { crashBefore, withFailures } from './failing-fs.ts'

const root = '.well-known/openpgpkey'
let folder: string
let tree: string
let manifest: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhand-wkd-'))
  tree = join(folder, 'www')
  manifest = join(folder, 'www.longhand-wkd.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

function layout(people: Record<string, number>, domain = 'example.org'): WkdFile[] {
  const entries = Object.entries(people).map(([local, octet]) => ({
    address: `${local}@${domain}`,
    certificates: [Uint8Array.of(0x98, octet)],
  }))
  return wkdLayout({ domain, entries })
}

function write(files: WkdFile[], more: { prune?: boolean; force?: boolean } = {}) {
  return writeWkdTree({ directory: tree, files, ...more })
}

/** Path to content, of everything below the tree. */
function content(): Record<string, string> {
  const found: Record<string, string> = {}
  for (const entry of existsSync(tree) ? readdirSync(tree, { recursive: true }) : []) {
    const path = join(tree, String(entry))
    if (lstatSync(path).isFile()) found[String(entry)] = readFileSync(path).toString('hex')
  }
  return found
}

function expected(files: WkdFile[]): Record<string, string> {
  return Object.fromEntries(files.map((f) => [f.path, Buffer.from(f.octets).toString('hex')]))
}

function listed(): string[] {
  if (!existsSync(manifest)) return []
  const value = JSON.parse(readFileSync(manifest, 'utf8')) as { version: number; files: string[] }
  expect(value.version).toBe(1)
  return value.files
}

function put(path: string, text = 'theirs'): string {
  mkdirSync(dirname(join(tree, path)), { recursive: true })
  writeFileSync(join(tree, path), text)
  return path
}

const paths = (files: WkdFile[]): string[] => files.map((file) => file.path)

test('writes the layout, and its manifest beside the tree', async () => {
  const files = layout({ joe: 1, ann: 2 })
  const result = await write(files)
  expect(result).toEqual({ written: paths(files), unchanged: [], removed: [], left: [] })
  expect(content()).toEqual(expected(files))
  expect(readdirSync(folder).sort()).toEqual(['www', 'www.longhand-wkd.json'])
  expect(listed()).toEqual(paths(files))
})

test('a second run changes nothing, not even a time', async () => {
  const files = layout({ joe: 1 })
  await write(files)
  const look = () =>
    [manifest, ...paths(files).map((path) => join(tree, path))].map((path) => {
      const { ino, mtimeNs, ctimeNs } = statSync(path, { bigint: true })
      return { ino, mtimeNs, ctimeNs }
    })
  const before = look()
  const result = await write(files)
  expect(result).toEqual({ written: [], unchanged: paths(files), removed: [], left: [] })
  expect(look()).toEqual(before)
})

test('removes what it once wrote and is stale; leaves and names the rest', async () => {
  await write(layout({ joe: 1, ann: 2 }))
  const theirs = put(`${root}/hu/theirs`)
  put('index.html')
  const result = await write(layout({ joe: 3 }))
  expect(result.removed).toHaveLength(2)
  expect(result.written).toHaveLength(2)
  expect(result.unchanged).toEqual([`${root}/example.org/policy`, `${root}/policy`])
  expect(result.left).toEqual([theirs])
  expect(listed()).toEqual(paths(layout({ joe: 3 })))

  const pruned = await write(layout({ joe: 3 }), { prune: true })
  expect(pruned).toMatchObject({ removed: [theirs], left: [] })
  expect(Object.keys(content()).sort()).toEqual([...paths(layout({ joe: 3 })), 'index.html'].sort())
})

test('folders that have become empty go', async () => {
  await write(layout({ joe: 1 }))
  await write(layout({}))
  expect(existsSync(join(tree, root, 'hu'))).toBe(false)
  expect(existsSync(join(tree, root, 'policy'))).toBe(true)
})

test('a file of the layout that something else wrote needs force, and is then ours', async () => {
  const policy = put(`${root}/policy`, 'mailbox-only\n')
  await expect(write(layout({ joe: 1 }))).rejects.toMatchObject({ code: 'output-exists' })
  expect(content()).toEqual({ [policy]: Buffer.from('mailbox-only\n').toString('hex') })
  expect(existsSync(manifest)).toBe(false)
  await write(layout({ joe: 1 }), { force: true })
  expect(content()).toEqual(expected(layout({ joe: 1 })))
})

test('a file that is the same already is written again before it is listed', async () => {
  put(`${root}/policy`, '')
  const before = statSync(join(tree, root, 'policy')).ino
  linkSync(join(tree, root, 'policy'), join(folder, 'kept')) // so that its inode is not reused
  const { written } = await write(layout({ joe: 1 }))
  expect(written).toContain(`${root}/policy`)
  expect(statSync(join(tree, root, 'policy')).ino).not.toBe(before)
})

test('the tree of another domain is not taken away unasked', async () => {
  await write(layout({ joe: 1 }))
  const other = layout({ joe: 1 }, 'example.net')
  await expect(write(other)).rejects.toMatchObject({
    code: 'output-exists',
    message: `${tree} holds the tree of example.org`,
  })
  expect(content()).toEqual(expected(layout({ joe: 1 })))
  const { removed } = await write(other, { prune: true })
  expect(removed).toHaveLength(2)
  expect(content()).toEqual(expected(other))
})

test.each(['.well-known', root, `${root}/hu`, `${root}/example.org`, `${root}/policy`])(
  'a link at %s is refused and not followed',
  async (path) => {
    const outside = join(folder, 'outside')
    mkdirSync(outside)
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    symlinkSync(outside, join(tree, path))
    for (const more of [{}, { force: true, prune: true }]) {
      await expect(write(layout({ joe: 1 }), more)).rejects.toMatchObject({ code: 'output-failed' })
    }
    expect(readdirSync(outside)).toEqual([])
    expect(existsSync(manifest)).toBe(false)
  },
)

test('a link elsewhere in the tree is left; pruning takes the link and not what is behind', async () => {
  const outside = join(folder, 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'file'), 'kept')
  mkdirSync(join(tree, root), { recursive: true })
  symlinkSync(outside, join(tree, root, 'alias.org'))
  expect((await write(layout({ joe: 1 }))).left).toEqual([`${root}/alias.org`])
  const { removed } = await write(layout({ joe: 1 }), { prune: true })
  expect(removed).toEqual([`${root}/alias.org`])
  expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('kept')
})

test('a stale file behind a link that came later is not removed', async () => {
  await write(layout({ joe: 1 }))
  const hu = join(tree, root, 'hu')
  const outside = join(folder, 'outside')
  mkdirSync(outside)
  for (const name of readdirSync(hu)) writeFileSync(join(outside, name), 'kept')
  rmSync(hu, { recursive: true })
  symlinkSync(outside, hu)
  await expect(write(layout({}))).rejects.toMatchObject({ code: 'output-failed' })
  expect(readdirSync(outside)).toHaveLength(1)
})

const victim = 'y'.repeat(32)
test.each<[string, string, unknown]>([
  ['malformed', 'no JSON', '{'],
  ['malformed', 'another type', '[]'],
  ['malformed', 'null', 'null'],
  ['malformed', 'no files', '{"version":1}'],
  ['malformed', 'files that are no list', '{"version":1,"files":{}}'],
  ['malformed', 'a number for a path', '{"version":1,"files":[1]}'],
  ['unsupported', 'another version', '{"version":2,"files":[]}'],
  ...[
    '/etc/passwd',
    '../victim',
    `${root}/../../../victim`,
    `${root}/hu/../../../../victim`,
    `${root}/../hu/${victim}`,
    `${root}/./policy`,
    `${root}//policy`,
    `${root}/hu`,
    `${root}/`,
    `x/${root}/policy`,
    `${root}/policy\n`,
    `${root}\\policy`,
    'index.html',
  ].map((path): [string, string, unknown] => [
    'malformed',
    JSON.stringify(path),
    JSON.stringify({ version: 1, files: [path] }),
  ]),
])('refuses with %s a manifest that has %s', async (code, _, text) => {
  writeFileSync(join(folder, 'victim'), 'kept')
  put('index.html', 'kept')
  writeFileSync(manifest, String(text))
  const before = content()
  await expect(write(layout({ joe: 1 }), { prune: true, force: true })).rejects.toMatchObject({
    code,
  })
  expect(content()).toEqual(before)
  expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('kept')
})

test('a manifest that is a link is refused', async () => {
  writeFileSync(join(folder, 'real'), '{"version":1,"files":[]}')
  symlinkSync('real', manifest)
  await expect(write(layout({ joe: 1 }))).rejects.toMatchObject({ code: 'malformed' })
})

test('refuses paths that no layout has, directories without a parent, and files as directory', async () => {
  const octets = new Uint8Array(0)
  for (const path of ['../x', '/x', `${root}/../x`, 'index.html']) {
    await expect(write([{ path, octets }])).rejects.toMatchObject({ code: 'usage' })
  }
  const twice = { path: `${root}/policy`, octets }
  await expect(write([twice, twice])).rejects.toMatchObject({ code: 'usage' })
  await expect(writeWkdTree({ directory: '/', files: layout({}) })).rejects.toMatchObject({
    code: 'usage',
  })
  writeFileSync(tree, 'a file')
  await expect(write(layout({}))).rejects.toMatchObject({ code: 'output-failed' })
  await expect(
    writeWkdTree({ directory: join(folder, 'none', 'www'), files: layout({}) }),
  ).rejects.toMatchObject({ code: 'output-failed', hint: 'create its directory first' })
  expect(readdirSync(folder)).toEqual(['www'])
})

test('cut short at any point: old or new files, a true manifest, and the next run completes', async () => {
  const old = layout({ joe: 1, ann: 2 })
  const fresh = layout({ joe: 3, zed: 4 })
  let calls = 0
  for (let state = 'crashed'; state === 'crashed'; calls += 1) {
    rmSync(tree, { recursive: true, force: true })
    rmSync(manifest, { force: true })
    await write(old)
    const theirs = put(`${root}/hu/theirs`)
    state = await crashBefore(calls, () => write(fresh))
    const [was, is] = [expected(old), expected(fresh)]
    for (const [path, octets] of Object.entries(content())) {
      if (path === theirs || path.endsWith('.tmp')) continue
      expect([was[path], is[path]], path).toContain(octets)
    }
    for (const path of listed()) expect([...paths(old), ...paths(fresh)]).toContain(path)
    for (const path of listed()) {
      if (!paths(old).includes(path)) expect(existsSync(join(tree, path))).toBe(true)
    }
    const { left } = await write(fresh)
    expect(left.filter((path) => !path.endsWith('.tmp'))).toEqual([theirs])
    await write(fresh, { prune: true })
    expect(content()).toEqual(is)
  }
  expect(calls).toBeGreaterThan(15)
})

test('a failure that is not ours is one of the output', async () => {
  const failing = withFailures(
    (call, path) => (call === 'renameSync' && path.endsWith('policy') ? 'EROFS' : undefined),
    () => write(layout({ joe: 1 })),
  )
  await expect(failing).rejects.toMatchObject({ code: 'output-failed' })
})

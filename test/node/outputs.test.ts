import { execFileSync } from 'node:child_process'
import fs, {
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
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { utf8 } from '../../src/octets.ts'
import { planOutputs } from '../../src/node/outputs.ts'
import type { Outputs } from '../../src/node/outputs.ts'
import { placeOver, stageFile } from '../../src/node/staging.ts'
import { startChild } from './child.ts'
import { withFailures } from './failing-fs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhand-outputs-'))
  writeFileSync(at('key.pem'), 'secret')
})
afterEach(() => rmSync(folder, { recursive: true }))

function at(name: string): string {
  return join(folder, name)
}

function listing(): string[] {
  return readdirSync(folder).sort()
}

function text(name: string): string {
  return readFileSync(at(name), 'utf8')
}

function plan(names: string[], force = false) {
  return planOutputs({ paths: names.map(at), inputs: [at('key.pem')], force })
}

function write(outputs: Outputs, ...names: readonly string[]): void {
  outputs.write(names.map((name) => ({ path: at(name), octets: utf8('new') })))
}

/** What is in the folder when the first file is about to be put in place. */
async function staged(work: () => unknown): Promise<string[]> {
  let seen: string[] | undefined
  const look = (call: string): undefined => {
    if (call === 'linkSync') seen ??= listing()
  }
  await withFailures(look, work)
  return seen ?? []
}

test('stages beside the destination, then puts all in place', async () => {
  const outputs = plan(['a.asc', 'b.asc'])
  const seen = await staged(() =>
    outputs.write([
      { path: at('a.asc'), octets: utf8('a') },
      { path: at('b.asc'), octets: utf8('b') },
    ]),
  )
  expect(
    seen.filter((name) => /^\.[ab]\.asc\.longhand-[0-9a-z]+-[0-9a-z]+\.tmp$/.test(name)),
  ).toHaveLength(2)
  expect(seen).not.toContain('a.asc')
  expect(listing()).toEqual(['a.asc', 'b.asc', 'key.pem'])
  expect(text('a.asc') + text('b.asc')).toBe('ab')
})

test('the mode is the umask’s, or that of a secret, already while staged', async () => {
  const umask = process.umask(0o022)
  const outputs = plan(['public', 'secret'])
  let whileStaged = 0
  const look = (): undefined => {
    const name = listing().find((each) => each.startsWith('.secret'))
    if (name !== undefined) whileStaged = statSync(at(name)).mode & 0o777
  }
  await withFailures(look, () =>
    outputs.write([
      { path: at('public'), octets: utf8('p') },
      { path: at('secret'), octets: utf8('s'), mode: 0o600 },
    ]),
  )
  process.umask(umask)
  expect(whileStaged).toBe(0o600)
  expect(statSync(at('public')).mode & 0o777).toBe(0o644)
  expect(statSync(at('secret')).mode & 0o777).toBe(0o600)
})

test('what is new replaces nothing, forced or not', () => {
  const outputs = plan(['new', 'old'], true)
  writeFileSync(at('new'), 'theirs')
  writeFileSync(at('old'), 'theirs')
  expect(() => outputs.write([{ path: at('new'), octets: utf8('ours'), isNew: true }])).toThrow(
    expect.objectContaining({ code: 'output-exists' }),
  )
  outputs.write([{ path: at('old'), octets: utf8('ours'), isNew: false }])
  expect([text('new'), text('old')]).toEqual(['theirs', 'ours'])
  expect(listing()).toEqual(['key.pem', 'new', 'old'])
})

test.each<[string, () => string]>([
  ['itself', () => at('key.pem')],
  ['./ and ..', () => `${folder}/./x/../key.pem`],
  ['a relative path', () => join('.', at('key.pem').replace(/^\//, '../../../../../../../../'))],
  ['a symbolic link', () => (symlinkSync('key.pem', at('link')), at('link'))],
  [
    'a chain of links',
    () => {
      symlinkSync('key.pem', at('one'))
      symlinkSync(at('one'), at('two'))
      return at('two')
    },
  ],
  ['a hard link', () => (linkSync(at('key.pem'), at('hard')), at('hard'))],
  ['a linked directory', () => (symlinkSync('.', at('dir')), at('dir/key.pem'))],
  [
    'a directory linked from elsewhere',
    () => {
      symlinkSync(folder, `${folder}/x`)
      return `${folder}/x/x/key.pem`
    },
  ],
])('an output that is an input by %s is refused, forced or not', (_, make) => {
  const path = make()
  for (const force of [false, true]) {
    expect(() => planOutputs({ paths: [path], inputs: [at('key.pem')], force })).toThrow(
      expect.objectContaining({ code: 'output-is-input' }),
    )
  }
  expect(text('key.pem')).toBe('secret')
})

test('an input that is a link, or not there, is guarded as well', () => {
  symlinkSync('key.pem', at('input'))
  symlinkSync('nowhere', at('dangling'))
  for (const name of ['input', 'dangling', 'missing']) {
    expect(() =>
      planOutputs({ paths: [at(name)], inputs: [`${folder}/./${name}`], force: true }),
    ).toThrow(expect.objectContaining({ code: 'output-is-input' }))
  }
})

test('a file that is standard input is guarded', async () => {
  const [, ended] = startChild(
    `import { openSync } from 'node:fs'
     import { planOutputs } from 'SRC/node/outputs.ts'
     const descriptor = openSync(${JSON.stringify(at('key.pem'))})
     try { planOutputs({ paths: [${JSON.stringify(at('key.pem'))}], inputs: [descriptor], force: true }) }
     catch (error) { console.log(error.code, error.message) }`,
    ['ignore', 'pipe', 'pipe'],
  )
  expect((await ended).stdout).toMatch(/^output-is-input the output .*key\.pem is standard input/)
})

test('an input that took the place of an output meanwhile is not replaced', () => {
  const outputs = plan(['out'], true)
  linkSync(at('key.pem'), at('out'))
  expect(() => write(outputs, 'out')).toThrow(expect.objectContaining({ code: 'output-is-input' }))
  expect(text('out')).toBe('secret')
  expect(listing()).toEqual(['key.pem', 'out'])
})

test('nor is one that took its place while the others were put in theirs', async () => {
  const outputs = plan(['first', 'out'], true)
  const decide = (call: string, path: string): undefined => {
    if (call === 'renameSync' && path === at('first')) linkSync(at('key.pem'), at('out'))
  }
  await expect(withFailures(decide, () => write(outputs, 'first', 'out'))).rejects.toMatchObject({
    code: 'output-is-input',
  })
  expect(text('out')).toBe('secret')
  expect(listing()).toEqual(['key.pem', 'out'])
})

test('what exists is refused without force, a dangling link too; with force replaced itself', () => {
  writeFileSync(at('old'), 'old')
  writeFileSync(at('target'), 'target')
  symlinkSync('target', at('link'))
  symlinkSync('nowhere', at('dangling'))
  for (const name of ['old', 'link', 'dangling']) {
    expect(() => plan([name])).toThrow(
      expect.objectContaining({
        code: 'output-exists',
        hint: expect.stringContaining('--force') as string,
      }),
    )
  }
  const outputs = plan(['old', 'link', 'dangling'], true)
  write(outputs, 'old', 'link', 'dangling')
  expect([text('old'), text('link'), text('dangling')]).toEqual(['new', 'new', 'new'])
  expect(text('target')).toBe('target')
  expect(lstatSync(at('link')).isSymbolicLink()).toBe(false)
  expect(existsSync(at('nowhere'))).toBe(false)
})

test('a new file in a folder that lets none be written is refused before anything is made for it', () => {
  writeFileSync(at('old'), 'old')
  const looked = vi.spyOn(fs, 'accessSync').mockImplementation(() => {
    throw Object.assign(new Error('EROFS'), { code: 'EROFS' })
  })
  syncBuiltinESMExports()
  try {
    const plan =
      (...names: string[]) =>
      () =>
        planOutputs({ paths: names.map(at), inputs: [], force: true })
    expect(plan('old', 'new', 'newer')).toThrow(/^cannot write .*newer: EROFS$/)
    // Of a folder only once; and what is there may be left as it is.
    expect(looked).toHaveBeenCalledTimes(1)
    expect(plan('old')).not.toThrow()
  } finally {
    looked.mockRestore()
    syncBuiltinESMExports()
  }
})

test('directories, devices, FIFOs and names without a directory are refused, forced or not', () => {
  mkdirSync(at('dir'))
  symlinkSync('dir', at('dirlink'))
  execFileSync('mkfifo', [at('fifo')])
  symlinkSync('/dev/null', at('null'))
  for (const name of [
    'dir',
    'dir/',
    'dirlink',
    'new/',
    'fifo',
    'null',
    'none/x',
    'key.pem/x',
    'n\0',
  ]) {
    expect(() => {
      const outputs = planOutputs({ paths: [`${folder}/${name}`], inputs: [], force: true })
      outputs.write([{ path: `${folder}/${name}`, octets: utf8('x') }])
    }, name).toThrow(expect.objectContaining({ code: 'output-failed' }))
  }
  expect(() => planOutputs({ paths: [''], inputs: [] })).toThrow('has no name')
  expect(() => plan(['none/x'])).toThrow(
    expect.objectContaining({ hint: 'create its directory first' }),
  )
})

test('two outputs that are one file are refused', () => {
  symlinkSync('.', at('same'))
  for (const other of ['a', './a', 'same/a']) {
    expect(() => planOutputs({ paths: [at('a'), `${folder}/${other}`], inputs: [] })).toThrow(
      expect.objectContaining({ code: 'usage' }),
    )
  }
})

test('only what was planned can be written, once, and nothing stays of what is not', () => {
  const outputs = plan(['a', 'c'])
  write(outputs, 'a')
  for (const name of ['a', 'b']) {
    expect(() => write(outputs, 'c', name)).toThrow(expect.objectContaining({ code: 'usage' }))
  }
  expect(listing()).toEqual(['a', 'key.pem'])
})

test('a file that appeared meanwhile is not replaced, and the run’s others go again', () => {
  const outputs = plan(['a', 'b', 'c'])
  writeFileSync(at('b'), 'theirs')
  expect(() => write(outputs, 'a', 'b', 'c')).toThrow(
    expect.objectContaining({ code: 'output-exists', message: `${at('b')} exists already` }),
  )
  expect(listing()).toEqual(['b', 'key.pem'])
  expect(text('b')).toBe('theirs')
})

test('what replaced something stays when a later one fails, and is named', () => {
  writeFileSync(at('old'), 'old')
  const outputs = plan(['new', 'old', 'bad'], true)
  mkdirSync(at('bad'))
  expect(() => write(outputs, 'new', 'old', 'bad')).toThrow(
    expect.objectContaining({
      code: 'output-failed',
      hint: `replaced before this failed: ${at('old')}`,
    }),
  )
  expect(listing()).toEqual(['bad', 'key.pem', 'old'])
  expect(text('old')).toBe('new')
})

test.each(['EPERM', 'EOPNOTSUPP'])(
  'without hard links (%s) nothing is replaced either',
  async (code) => {
    const decide = (call: string): string | undefined => (call === 'linkSync' ? code : undefined)
    const outputs = plan(['a', 'b'])
    await withFailures(decide, () => write(outputs, 'a'))
    expect(text('a')).toBe('new')
    const more = plan(['b'])
    writeFileSync(at('b'), 'theirs')
    await expect(withFailures(decide, () => write(more, 'b'))).rejects.toMatchObject({
      code: 'output-exists',
    })
    expect(text('b')).toBe('theirs')
    expect(listing()).toEqual(['a', 'b', 'key.pem'])
  },
)

test('names in other cases that are one file are seen when the first is there', async () => {
  const outputs = plan(['name', 'NAME'], true)
  // What a file system that ignores case does, by a hard link: the other name is there as well.
  const decide = (call: string, path: string): undefined => {
    if (call !== 'renameSync' || path !== at('name')) return
    const staged = listing().find((name) => name.startsWith('.name.')) ?? ''
    linkSync(at(staged), at('NAME'))
  }
  const failing = withFailures(decide, () => write(outputs, 'name', 'NAME'))
  await expect(failing).rejects.toMatchObject({ code: 'usage' })
  expect(listing()).toEqual(['NAME', 'key.pem'])
  expect(text('NAME')).toBe('new')
})

test.each(['openSync', 'writeFileSync'] as const)(
  'a disk that is full at the second file (%s): nothing is left, and what is written next is alone',
  async (call) => {
    const outputs = plan(['a', 'b', 'c'])
    let calls = 0
    const failing = withFailures(
      (name) => (name === call && ++calls === 2 ? 'ENOSPC' : undefined),
      () => write(outputs, 'a', 'b'),
    )
    await expect(failing).rejects.toMatchObject({
      code: 'output-failed',
      message: `cannot write ${at('b')}: ENOSPC`,
    })
    expect(listing()).toEqual(['key.pem'])
    write(outputs, 'c')
    expect(listing()).toEqual(['c', 'key.pem'])
  },
)

test('what cannot be renamed over something is gone as well', async () => {
  const staged = stageFile(at('a'), utf8('a'))
  const decide = (call: string): string | undefined => (call === 'renameSync' ? 'EIO' : undefined)
  await expect(withFailures(decide, () => placeOver(staged))).rejects.toMatchObject({
    code: 'output-failed',
  })
  expect(listing()).toEqual(['key.pem'])
})

test('long names can be written', () => {
  const name = 'ü'.repeat(120)
  const outputs = plan([name])
  write(outputs, name)
  expect(text(name)).toBe('new')
})

test('killed between staging and the first link there is no output', async () => {
  const [, ended] = startChild(
    `import fs from 'node:fs'
     import { syncBuiltinESMExports } from 'node:module'
     import { planOutputs } from 'SRC/node/outputs.ts'
     const path = ${JSON.stringify(at('out'))}
     fs.linkSync = () => process.kill(process.pid, 'SIGKILL')
     syncBuiltinESMExports()
     planOutputs({ paths: [path], inputs: [] }).write([{ path, octets: new Uint8Array(100_000) }])`,
    ['ignore', 'pipe', 'inherit'],
  )
  expect((await ended).signal).toBe('SIGKILL')
  expect(listing()).toEqual([expect.stringMatching(/^\.out\.longhand-/), 'key.pem'])
})

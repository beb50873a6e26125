import { execFileSync } from 'node:child_process'
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
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { utf8 } from '../../src/octets.ts'
import { planOutputs } from '../../src/node/outputs.ts'
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

test('stages beside the destination, then puts all in place', () => {
  const outputs = plan(['a.asc', 'b.asc'])
  outputs.stage(at('a.asc'), utf8('a'))
  outputs.stage(at('b.asc'), utf8('b'))
  expect(
    listing().filter((name) => /^\.[ab]\.asc\.longhand-[0-9a-z]+-[0-9a-z]+\.tmp$/.test(name)),
  ).toHaveLength(2)
  expect(existsSync(at('a.asc'))).toBe(false)
  outputs.commit()
  expect(listing()).toEqual(['a.asc', 'b.asc', 'key.pem'])
  expect(text('a.asc') + text('b.asc')).toBe('ab')
})

test('the mode is the umask’s, or that of a secret, already while staged', () => {
  const umask = process.umask(0o022)
  const outputs = plan(['public', 'secret'])
  outputs.stage(at('public'), utf8('p'))
  outputs.stage(at('secret'), utf8('s'), { mode: 0o600 })
  const staged = listing().find((name) => name.startsWith('.secret'))
  expect(statSync(at(staged ?? '')).mode & 0o777).toBe(0o600)
  outputs.commit()
  process.umask(umask)
  expect(statSync(at('public')).mode & 0o777).toBe(0o644)
  expect(statSync(at('secret')).mode & 0o777).toBe(0o600)
})

test('abandoning leaves nothing', () => {
  const outputs = plan(['a', 'b'])
  outputs.stage(at('a'), utf8('a'))
  outputs.stage(at('b'), utf8('b'))
  outputs.abandon()
  outputs.abandon()
  outputs.commit()
  expect(listing()).toEqual(['key.pem'])
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
  outputs.stage(at('out'), utf8('signature'))
  linkSync(at('key.pem'), at('out'))
  expect(() => outputs.commit()).toThrow(expect.objectContaining({ code: 'output-is-input' }))
  expect(text('out')).toBe('secret')
  expect(listing()).toEqual(['key.pem', 'out'])
})

test('nor is one that took its place while the others were put in theirs', async () => {
  const outputs = plan(['first', 'out'], true)
  outputs.stage(at('first'), utf8('signature'))
  outputs.stage(at('out'), utf8('signature'))
  const decide = (call: string, path: string): undefined => {
    if (call === 'renameSync' && path === at('first')) linkSync(at('key.pem'), at('out'))
  }
  await expect(withFailures(decide, () => outputs.commit())).rejects.toMatchObject({
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
  for (const name of ['old', 'link', 'dangling']) outputs.stage(at(name), utf8('new'))
  outputs.commit()
  expect([text('old'), text('link'), text('dangling')]).toEqual(['new', 'new', 'new'])
  expect(text('target')).toBe('target')
  expect(lstatSync(at('link')).isSymbolicLink()).toBe(false)
  expect(existsSync(at('nowhere'))).toBe(false)
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
      outputs.stage(`${folder}/${name}`, utf8('x'))
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

test('only what was planned can be staged, once', () => {
  const outputs = plan(['a'])
  outputs.stage(at('a'), utf8('a'))
  for (const name of ['a', 'b']) {
    expect(() => outputs.stage(at(name), utf8('x'))).toThrow(
      expect.objectContaining({ code: 'usage' }),
    )
  }
  outputs.abandon()
})

test('a file that appeared meanwhile is not replaced, and the run’s others go again', () => {
  const outputs = plan(['a', 'b', 'c'])
  for (const name of ['a', 'b', 'c']) outputs.stage(at(name), utf8('new'))
  writeFileSync(at('b'), 'theirs')
  expect(() => outputs.commit()).toThrow(
    expect.objectContaining({ code: 'output-exists', message: `${at('b')} exists already` }),
  )
  expect(listing()).toEqual(['b', 'key.pem'])
  expect(text('b')).toBe('theirs')
})

test('what replaced something stays when a later one fails, and is named', () => {
  writeFileSync(at('old'), 'old')
  const outputs = plan(['new', 'old', 'bad'], true)
  for (const name of ['new', 'old', 'bad']) outputs.stage(at(name), utf8('x'))
  mkdirSync(at('bad'))
  expect(() => outputs.commit()).toThrow(
    expect.objectContaining({
      code: 'output-failed',
      hint: `replaced before this failed: ${at('old')}`,
    }),
  )
  expect(listing()).toEqual(['bad', 'key.pem', 'old'])
  expect(text('old')).toBe('x')
})

test.each(['EPERM', 'EOPNOTSUPP'])(
  'without hard links (%s) nothing is replaced either',
  async (code) => {
    const decide = (call: string): string | undefined => (call === 'linkSync' ? code : undefined)
    const outputs = plan(['a', 'b'])
    outputs.stage(at('a'), utf8('new'))
    await withFailures(decide, () => outputs.commit())
    expect(text('a')).toBe('new')
    const more = plan(['b'])
    more.stage(at('b'), utf8('new'))
    writeFileSync(at('b'), 'theirs')
    await expect(withFailures(decide, () => more.commit())).rejects.toMatchObject({
      code: 'output-exists',
    })
    expect(text('b')).toBe('theirs')
    expect(listing()).toEqual(['a', 'b', 'key.pem'])
  },
)

test('names in other cases that are one file are seen when the first is there', async () => {
  const outputs = plan(['name', 'NAME'], true)
  outputs.stage(at('name'), utf8('1'))
  outputs.stage(at('NAME'), utf8('2'))
  // What a file system that ignores case does, by a hard link: the other name is there as well.
  const decide = (call: string, path: string): undefined => {
    if (call !== 'renameSync' || path !== at('name')) return
    const staged = listing().find((name) => name.startsWith('.name.')) ?? ''
    linkSync(at(staged), at('NAME'))
  }
  const failing = withFailures(decide, () => outputs.commit())
  await expect(failing).rejects.toMatchObject({ code: 'usage' })
  expect(listing()).toEqual(['NAME', 'key.pem'])
  expect(text('NAME')).toBe('1')
})

test.each(['openSync', 'writeFileSync'] as const)(
  'a full disk (%s) leaves nothing',
  async (call) => {
    const outputs = plan(['a', 'b'])
    outputs.stage(at('a'), utf8('a'))
    const failing = withFailures(
      (name) => (name === call ? 'ENOSPC' : undefined),
      () => outputs.stage(at('b'), utf8('b')),
    )
    await expect(failing).rejects.toMatchObject({
      code: 'output-failed',
      message: `cannot write ${at('b')}: ENOSPC`,
    })
    outputs.abandon()
    expect(listing()).toEqual(['key.pem'])
  },
)

test('long names can be written', () => {
  const name = 'ü'.repeat(120)
  const outputs = plan([name])
  outputs.stage(at(name), utf8('x'))
  outputs.commit()
  expect(text(name)).toBe('x')
})

test('killed between staging and commit there is no output', async () => {
  const [child, ended] = startChild(
    `import { planOutputs } from 'SRC/node/outputs.ts'
     const path = ${JSON.stringify(at('out'))}
     const outputs = planOutputs({ paths: [path], inputs: [] })
     outputs.stage(path, new Uint8Array(100_000))
     console.log('staged')
     setTimeout(() => outputs.commit(), 60_000)`,
    ['ignore', 'pipe', 'inherit'],
  )
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  child.kill('SIGKILL')
  expect((await ended).signal).toBe('SIGKILL')
  expect(listing()).toEqual([expect.stringMatching(/^\.out\.longhand-/), 'key.pem'])
})

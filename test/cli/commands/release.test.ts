import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { runMain } from '../../support/cli/in-process.ts'
import type { MainRun } from '../../support/cli/in-process.ts'
import { runProgram } from '../../support/cli/program.ts'
import { filesBelow, mint, now, testKeys, useWorkplace } from '../../support/cli/workplace.ts'
import { describePart } from '../../support/parts.ts'
import { gosop, gpg, sqv } from '../../support/tools/index.ts'

useWorkplace()
beforeEach(async () => {
  await mint()
  mkdirSync('dist')
  for (const name of ['tool-linux', 'tool-mac', 'README']) writeFileSync(`dist/${name}`, name)
})

const files = ['dist/tool-linux', 'dist/tool-mac', 'dist/README']
const keys = ['--key', 'release.pem', '--cert', 'release.asc']
const named = ['--domain', 'acme.example', '--product', 'tool']
const sign = (...words: string[]): Promise<MainRun> =>
  runMain(['release', 'sign', ...keys, ...words])
const signed = (version: string, ...words: string[]): Promise<MainRun> =>
  sign(...named, '--release-version', version, ...words)
const verify = (...words: string[]): Promise<MainRun> =>
  runMain(['release', 'verify', '--cert', 'release.asc', '--dir', 'dist', ...words])

describe('release sign', () => {
  test('writes the manifest and its signature beside the files; then verify says what they are', async () => {
    expect((await signed('1.4.0', ...files)).transcript).toMatchInlineSnapshot(`
      "2> wrote: dist/SHA256SUMS, of 3 files
      2> signed: dist/SHA256SUMS → dist/SHA256SUMS.asc
      [0]"
    `)
    expect(readFileSync('dist/SHA256SUMS', 'utf8')).toMatchInlineSnapshot(`
      "2b7814d3fca2e99e56c51b6ff2aa313ea6e9da6424804240aa8ad891fdfe0900  README
      00ff9e01e72493ec9239dfe307c6fc1761865358a9b76f9243104d6295d6d6de  tool-linux
      1c77a36156f78fccd0b921e5ad847919fda5433ce505342f687bc2bd13b6fd64  tool-mac
      "
    `)
    expect((await verify()).transcript).toMatchInlineSnapshot(`
      "good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
      release: tool 1.4.0 of acme.example
      vouched: FEB1553F63940651BD845714D3E786AA47E716DA: embedded
      not checked: no directory was asked: revocations since this program was made are not known
      not checked: nothing is remembered: a directory could take back what it said
      not checked: which product it is of
      not checked: whether an older release was put in its place
      not checked: whether there is a newer release
      files as signed: 3 of 3
      [0]"
    `)
  })

  test('sha256sum -c accepts the manifest', async () => {
    await signed('1.4.0', ...files)
    execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: 'dist', stdio: 'pipe' })
  })

  test('the same again: itself is passed over, and there is nothing to do', async () => {
    await signed('1.4.0', ...files)
    const before = readFileSync('dist/SHA256SUMS.asc')
    const all = [...files, 'dist/SHA256SUMS', 'dist/SHA256SUMS.asc', 'dist/SHA256SUMS.sig']
    expect((await signed('1.4.0', ...all)).transcript).toMatchInlineSnapshot(`
      "2> note: dist/SHA256SUMS.asc holds already
      [0]"
    `)
    expect(readFileSync('dist/SHA256SUMS.asc')).toEqual(before)
  })

  test('another version, key or file is written over what is there with --force only', async () => {
    await signed('1.4.0', ...files)
    const before = readFileSync('dist/SHA256SUMS.asc')
    expect((await signed('1.4.1', ...files)).status).toBe(13)
    expect((await sign(...files)).status).toBe(13)
    appendFileSync('dist/README', 'more')
    expect((await signed('1.4.0', ...files)).status).toBe(13)
    expect(readFileSync('dist/SHA256SUMS.asc')).toEqual(before)
    expect((await signed('1.4.1', '--force', ...files)).status).toBe(0)
    expect((await verify('--min-version', '1.4.1')).status).toBe(0)
  })

  test('where the manifest alone is there, a run that was cut short is completed', async () => {
    await signed('1.4.0', ...files)
    rmSync('dist/SHA256SUMS.asc')
    expect((await signed('1.4.0', ...files)).status).toBe(0)
    expect((await verify()).status).toBe(0)
  })

  test('--binary and --manifest, as registries want them; files of several folders with -o', async () => {
    mkdirSync('else')
    writeFileSync('else/other', 'other')
    const several = ['dist/README', 'else/other']
    expect((await sign(...several)).status).toBe(2)
    expect(
      (await sign('-o', 'dist', '--binary', '--manifest', 'x_SHA256SUMS', ...several)).status,
    ).toBe(0)
    expect(filesBelow('dist')).toEqual([
      'README',
      'tool-linux',
      'tool-mac',
      'x_SHA256SUMS',
      'x_SHA256SUMS.sig',
    ])
    expect(readFileSync('dist/x_SHA256SUMS.sig')[0]).toBe(0xc2)
    expect((await verify('--manifest', 'x_SHA256SUMS', 'README')).status).toBe(0)
  })

  test('the manifest of the release before is named by its digest', async () => {
    await signed('1.4.0', ...files)
    mkdirSync('next')
    copyFileSync('dist/README', 'next/README')
    const { status } = await signed('1.5.0', '--previous', 'dist/SHA256SUMS', 'next/README')
    expect(status).toBe(0)
    const next = await runMain([
      'release',
      'verify',
      '--cert',
      'release.asc',
      '--dir',
      'next',
      '--json',
    ])
    const sum = execFileSync('sha256sum', ['dist/SHA256SUMS'], { encoding: 'utf8' }).slice(0, 64)
    expect(JSON.parse(next.stdout.toString())).toMatchObject({ statement: { previous: sum } })
  })

  test('--json', async () => {
    const { stdout } = await signed('1.4.0', '--json', ...files)
    expect(JSON.parse(stdout.toString())).toMatchObject({
      manifest: 'dist/SHA256SUMS',
      signature: 'dist/SHA256SUMS.asc',
      product: 'tool',
      version: '1.4.0',
      held: false,
      files: [{ name: 'README' }, { name: 'tool-linux' }, { name: 'tool-mac' }],
    })
  })

  test.each([
    ['no file', [], 2, 'there is no FILE'],
    ['itself alone', ['dist/SHA256SUMS'], 2, 'there is no FILE'],
    ['standard input', ['-'], 2, 'standard input has no name'],
    ['half of a statement', ['--product', 'tool', 'dist/README'], 2, 'go together'],
    ['a version that is none', [...named, '--release-version', 'v1', 'dist/README'], 2, '"v1"'],
    ['a manifest that is a path', ['--manifest', '../x', 'dist/README'], 2, 'it is a path'],
    ['a missing file', ['dist/nothing'], 10, 'does not exist'],
    ['a folder', ['dist'], 10, 'is a directory'],
    ['one file twice', ['dist/README', 'dist/README'], 2, 'occurs twice'],
    [
      'a previous that is no manifest',
      [...named, '--release-version', '1.0.0', '--previous', 'dist/README', 'dist/README'],
      3,
      'no manifest',
    ],
    [
      'a key as the manifest',
      ['--manifest', 'release.pem', '--force', '-o', '.', 'dist/README'],
      14,
      'is an input',
    ],
  ])('refused: %s', async (_, words, status, message) => {
    const before = filesBelow()
    const ran = await sign(...words)
    expect([ran.status, ran.stderr]).toEqual([status, expect.stringContaining(message)])
    expect(filesBelow()).toEqual(before)
  })

  test('refused: a link that leaves the folder; one within it is a file', async () => {
    symlinkSync('../release.pem', 'dist/out')
    expect((await sign('dist/out')).status).toBe(11)
    symlinkSync('README', 'dist/in')
    expect((await sign('dist/in')).status).toBe(0)
  })
})

test('release sign takes files, and says of a folder how they are named', async () => {
  expect((await signed('1.4.0', 'dist')).transcript).toMatchInlineSnapshot(`
    "2> error: the file dist is a directory
    2> hint: name the files in it: dist/*
    [10]"
  `)
})

test('release sign names the file that is no manifest', async () => {
  const { status, stderr } = await signed('1.4.0', '--previous', 'dist/README', 'dist/tool-mac')
  expect([status, stderr]).toEqual([3, expect.stringContaining('error: dist/README: ')])
})

describe('release verify', () => {
  beforeEach(async () => {
    await signed('1.4.0', ...files)
  })

  test('elsewhere says how the folder is named', async () => {
    const { transcript } = await runMain(['release', 'verify', '--cert', 'release.asc'])
    expect(transcript).toMatchInlineSnapshot(`
      "2> error: the manifest SHA256SUMS does not exist
      2> hint: --dir says which is the folder of the release, --manifest what else it is called
      [10]"
    `)
  })

  test('lists what is missing, changed and extra', async () => {
    rmSync('dist/README')
    writeFileSync('dist/tool-mac', 'tool-mas')
    writeFileSync('dist/install\u001b[2J.sh', '')
    mkdirSync('dist/more')
    expect((await verify()).transcript).toMatchInlineSnapshot(`
      "good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
      release: tool 1.4.0 of acme.example
      vouched: FEB1553F63940651BD845714D3E786AA47E716DA: embedded
      not checked: no directory was asked: revocations since this program was made are not known
      not checked: nothing is remembered: a directory could take back what it said
      not checked: which product it is of
      not checked: whether an older release was put in its place
      not checked: whether there is a newer release
      missing: README
      changed: tool-mac
      extra: install\\x1B[2J.sh
      extra: more/
      files as signed: 1 of 3
      2> error: the release in dist is not as it was signed: 1 changed, 1 missing, 2 extra
      2> hint: do not use what was changed: it is not what was signed
      [80]"
    `)
    const { stdout } = await verify('--json')
    expect(JSON.parse(stdout.toString())).toMatchObject({
      good: false,
      same: ['tool-linux'],
      missing: ['README'],
      changed: ['tool-mac'],
      extra: ['install\u001b[2J.sh', 'more/'],
    })
  })

  test('what is extra fails unless it is allowed, or the files are named', async () => {
    writeFileSync('dist/install.sh', '')
    expect((await verify()).transcript).toMatchInlineSnapshot(`
      "good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
      release: tool 1.4.0 of acme.example
      vouched: FEB1553F63940651BD845714D3E786AA47E716DA: embedded
      not checked: no directory was asked: revocations since this program was made are not known
      not checked: nothing is remembered: a directory could take back what it said
      not checked: which product it is of
      not checked: whether an older release was put in its place
      not checked: whether there is a newer release
      extra: install.sh
      files as signed: 3 of 3
      2> error: the release in dist is not as it was signed: 1 extra
      2> hint: nobody signed what is extra; --allow-extra passes over it
      [80]"
    `)
    for (const words of [['--allow-extra'], ['tool-linux'], ['README', 'tool-mac']]) {
      expect((await verify(...words)).status).toBe(0)
    }
    expect((await verify('install.sh')).status).toBe(80)
  })

  test('only the files that are named have to be there', async () => {
    rmSync('dist/README')
    expect((await verify('tool-linux')).status).toBe(0)
    expect((await verify('tool-linux', 'README')).status).toBe(80)
  })

  test('a link to a file outside is refused, though that has the right octets', async () => {
    copyFileSync('dist/README', 'README')
    rmSync('dist/README')
    symlinkSync('../README', 'dist/README')
    const { status, stderr } = await verify()
    expect([status, stderr]).toEqual([11, expect.stringContaining('leaves the folder')])
  })

  test.each([
    [['--product', 'tool', '--min-version', '1.4.0', '--domain', 'acme.example'], 0],
    [['--product', 'other'], 81],
    [['--domain', 'evil.example'], 81],
    [['--min-version', '1.4.1'], 82],
    [['--min-version', '1.5.0-rc.1'], 82],
    [['--min-version', 'v1'], 2],
    [['--max-age', '30d'], 0],
    [['--max-age', '30d', '--at', '2025-01-31T00:00:00Z'], 82],
    [['--require', '2'], 2],
    [['--signature', 'dist/README'], 3],
    [['--json', '--quiet'], 2],
    [['--quiet'], 0],
  ])('%j: %i', async (words, status) => {
    const ran = await verify(...words)
    expect(ran.status, ran.transcript).toBe(status)
    if (words.includes('--quiet') && status === 0) expect(ran.transcript).toBe('[0]')
  })

  test('an old release with its own good signature is refused by its signed version', async () => {
    mkdirSync('new')
    copyFileSync('dist/README', 'new/README')
    await signed('2.0.0', 'new/README')
    // The mirror serves what was once good.
    const { transcript } = await verify('--min-version', '2.0.0')
    expect(transcript).toMatchInlineSnapshot(`
      "2> error: the release is version 1.4.0, which comes before 2.0.0
      2> hint: an old release may have been put in place of the newest one
      [82]"
    `)
  })

  test('a manifest with one octet more, and no signature at all', async () => {
    appendFileSync('dist/SHA256SUMS', ' ')
    const changed = await verify()
    expect([changed.status, changed.stderr]).toEqual([51, expect.stringContaining('was changed')])
    expect((await verify('--at', '2024-01-01T00:00:00Z')).status).toBe(51)
    rmSync('dist/SHA256SUMS.asc')
    const { status, stderr } = await verify()
    expect([status, stderr]).toEqual([50, expect.stringContaining('there is no signature of')])
  })

  test('by two keys: both are in one file, and --require 2 wants both', async () => {
    copyFileSync(testKeys.b, 'b.pem')
    chmodSync('b.pem', 0o600)
    await mint('b.asc', '--key=b.pem')
    const both = ['--key', 'b.pem', '--cert', 'b.asc', '--release-version', '1.4.0']
    const two = ['--require', '2', '--cert', 'b.asc']
    expect((await verify(...two)).status).toBe(50)
    expect((await sign(...named, ...both, '--force', ...files)).status).toBe(0)
    expect((await verify(...two)).status).toBe(0)
    expect((await verify('--require', '2')).status).toBe(2)
  })
})

describePart(['gpg', 'sqv', 'sq', 'gosop'], 'others', () => {
  test('accept the signature, though none of them knows the notation', async () => {
    await signed('1.4.0', ...files)
    const [certificate, signature, data] = [
      'release.asc',
      'dist/SHA256SUMS.asc',
      'dist/SHA256SUMS',
    ].map((path) => readFileSync(path)) as [Buffer, Buffer, Buffer]
    for (const tool of [gpg, sqv, gosop]) {
      const good = await tool.verifyDetached({ certificate, signature, data })
      expect(good.accepted, `${tool.name}: ${good.output}`).toBe(true)
      const bad = await tool.verifyDetached({ certificate, signature, data: data.subarray(1) })
      expect(bad.accepted, tool.name).toBe(false)
    }
  })
})

describe('killed at any write', () => {
  /** Ends the process before its n-th change of a file, or in the middle of one. */
  const hook = `
    const fs = require('node:fs')
    let left = Number(process.env.KILL_AT)
    const end = () => process.kill(process.pid, 'SIGKILL')
    for (const name of ['openSync', 'writeFileSync', 'fsyncSync', 'linkSync', 'renameSync', 'unlinkSync']) {
      const real = fs[name]
      fs[name] = (...args) => {
        if (name === 'openSync' && args[1] !== 'wx') return real(...args)
        if (left-- > 0) return real(...args)
        if (name === 'writeFileSync') fs.writeSync(args[0], args[1], 0, args[1].length >> 1)
        end()
        for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
      }
    }
    require('node:module').syncBuiltinESMExports()
  `
  const command = (version: string): string[] => [
    ...['release', 'sign', ...keys, ...named, '--release-version', version],
    ...['--created', '2024-06-01T00:00:00Z', ...files],
  ]
  const contents = (): (string | undefined)[] =>
    ['dist/SHA256SUMS', 'dist/SHA256SUMS.asc'].map((path) => {
      return filesBelow().includes(path) ? readFileSync(path, 'utf8') : undefined
    })

  test.each([
    ['new files', [] as string[]],
    ['files that are replaced', ['--force']],
  ])(
    '%s: each is as it was or as it should be, and the next run completes it',
    async (_, more) => {
      writeFileSync('hook.cjs', hook)
      await runMain(command('1.5.0'))
      const wanted = contents()
      const reset = async (): Promise<void> => {
        rmSync('dist', { recursive: true })
        mkdirSync('dist')
        for (const path of files) writeFileSync(path, 'before')
        if (more.length > 0) await runMain(command('1.4.0'))
        for (const path of files) writeFileSync(path, path.slice('dist/'.length))
      }
      await reset()
      const before = contents()
      let kills = 0
      for (; ; kills++) {
        await reset()
        const env = { KILL_AT: String(kills) }
        const run = await runProgram([...command('1.5.0'), ...more], {
          env,
          node: ['--require', './hook.cjs'],
          deadline: 60_000,
        })
        for (const [at, content] of contents().entries()) {
          expect([before[at], wanted[at]], `${kills}`).toContain(content)
        }
        if (run.status === 0) break
        expect(run.status).toBe(-1)
        if (kills % 4 === 0) {
          expect((await runMain([...command('1.5.0'), ...more])).status).toBe(0)
          expect(contents()).toEqual(wanted)
        }
      }
      expect(contents()).toEqual(wanted)
      expect(kills).toBeGreaterThan(7)
      expect(
        (await runMain(['release', 'verify', '--cert', 'release.asc', '--dir', 'dist'], { now }))
          .status,
      ).toBe(0)
    },
    120_000,
  )
})

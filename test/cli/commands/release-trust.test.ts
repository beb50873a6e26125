/** Who may sign a release: roots, a directory over TLS, and a memory, as transcripts. */

import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { runMain } from '../../support/cli/in-process.ts'
import type { MainRun } from '../../support/cli/in-process.ts'
import { mint, testKeys, useWorkplace } from '../../support/cli/workplace.ts'
import { withServedTree } from '../../support/cli/wkd.ts'

useWorkplace()
beforeEach(async () => {
  await mint()
  copyFileSync(testKeys.b, 'b.pem')
  chmodSync('b.pem', 0o600)
  await mint('b.asc', '--key=b.pem')
  await release('1.4.0')
})

const address = 'release@acme.example'
const wanted = ['--product', 'tool', '--dir', 'dist']
const keyA = ['--key', 'release.pem', '--cert', 'release.asc']
const keyB = ['--key', 'b.pem', '--cert', 'b.asc']

async function done(...words: readonly string[]): Promise<void> {
  const { status, transcript } = await runMain(words)
  if (status !== 0) throw new Error(transcript)
}

/** Another release in dist, in place of the one that is there. */
async function release(version: string, keys = keyA, content = version): Promise<void> {
  rmSync('dist', { recursive: true, force: true })
  mkdirSync('dist')
  writeFileSync('dist/tool', content)
  const named = ['--domain', 'acme.example', '--product', 'tool', '--release-version', version]
  await done('release', 'sign', ...keys, ...named, 'dist/tool')
}
const verify = (...words: readonly string[]): Promise<MainRun> =>
  runMain(['release', 'verify', '--cert', 'release.asc', ...wanted, ...words])

/** `b.asc`, endorsed by the key of `release.asc`, as `endorsed.asc`. */
const endorse = (): Promise<void> =>
  done(
    ...['keys', 'endorse', 'b.asc', '--with', 'release.pem', '--cert', 'release.asc'],
    ...['--serial', '2', '-o', 'endorsed.asc'],
  )
/** The revocation of `release.asc`, for a stolen key, in a copy of it. */
const revoke = (output: string): Promise<void> =>
  done(
    ...['keys', 'revoke', '--key', 'release.pem', '--cert', 'release.asc'],
    ...['--reason', 'compromised', '-o', output],
  )

describe('--wkd', () => {
  test('the directory vouches too, and the verdict says who did', async () => {
    await withServedTree(['release.asc'], async ({ reach }) => {
      expect((await verify('--wkd', address, ...reach)).transcript).toMatchInlineSnapshot(`
        "good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
        release: tool 1.4.0 of acme.example
        vouched: FEB1553F63940651BD845714D3E786AA47E716DA: embedded, and in release@acme.example
        not checked: nothing is remembered: a directory could take back what it said
        not checked: whether an older release was put in its place
        not checked: whether there is a newer release
        files as signed: 1 of 1
        [0]"
      `)
      const { stdout } = await verify('--wkd', address, '--json', ...reach)
      expect(JSON.parse(stdout.toString())).toMatchObject({
        good: true,
        vouched: [expect.stringMatching(/^[0-9A-F]{40}: embedded, and in release@acme.example$/)],
        notChecked: expect.arrayContaining(['whether there is a newer release']) as string[],
      })
    })
  })

  test('out of reach: a failure, or a thing that was not checked', async () => {
    const down = ['--wkd', address, '--connect', '127.0.0.1:1']
    expect((await verify(...down)).transcript).toMatchInlineSnapshot(`
      "2> error: release@acme.example cannot be asked: openpgpkey.acme.example could not be reached (ECONNREFUSED)
      2> hint: see whether the host can be reached from here, and try again later
      [70]"
    `)
    expect((await verify(...down, '--wkd-unreachable', 'pass')).transcript).toMatchInlineSnapshot(`
      "good signature by FEB1553F63940651BD845714D3E786AA47E716DA (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
      release: tool 1.4.0 of acme.example
      vouched: FEB1553F63940651BD845714D3E786AA47E716DA: embedded
      not checked: release@acme.example was not reached: what it would deny is not known
      not checked: nothing is remembered: a directory could take back what it said
      not checked: whether an older release was put in its place
      not checked: whether there is a newer release
      files as signed: 1 of 1
      [0]"
    `)
  })

  test('a successor that an embedded certificate endorsed; a directory that lags denies it', async () => {
    await endorse()
    await release('1.5.0', keyB)
    const state = ['--state', 'seen.json']
    expect((await verify(...state)).status).toBe(53)
    await withServedTree(['release.asc', 'endorsed.asc'], async ({ reach }) => {
      const { transcript } = await verify('--wkd', address, ...reach, ...state)
      expect(transcript).toMatchInlineSnapshot(`
        "good signature by A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C (Acme Releases <release@acme.example>), made 2024-11-24T10:00:00Z, SHA-256
        release: tool 1.5.0 of acme.example
        vouched: A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C: endorsed by way of FEB1553F63940651BD845714D3E786AA47E716DA, and in release@acme.example
        not checked: whether an older release was put in its place
        not checked: whether there is a newer release
        files as signed: 1 of 1
        [0]"
      `)
    })
    await withServedTree(['release.asc'], async ({ reach }) => {
      const { transcript } = await verify('--wkd', address, ...reach, ...state)
      expect(transcript).toMatchInlineSnapshot(`
        "2> error: release@acme.example does not vouch for A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C
        2> hint: if the owner replaced the key, install the newest version by hand, as you did the first time
        [54]"
      `)
    })
    // Without a directory the memory alone vouches.
    expect((await verify(...state)).status).toBe(0)
  })

  test('--domain is that of the endorsements, too', async () => {
    await endorse()
    await release('1.5.0', keyB)
    await withServedTree(['release.asc', 'endorsed.asc'], async ({ reach }) => {
      const asked = ['--wkd', address, ...reach]
      expect((await verify(...asked, '--domain', 'acme.example')).status).toBe(0)
      expect((await verify(...asked, '--domain', 'other.example')).status).toBe(53)
    })
  })

  test('hostile: it adds a key, swaps ours for another, or says what no root did', async () => {
    await release('1.5.0', keyB)
    await withServedTree(['release.asc', 'b.asc'], async ({ reach }) => {
      expect((await verify('--wkd', address, ...reach)).transcript).toMatchInlineSnapshot(`
        "2> error: no given certificate holds the key A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C
        2> hint: if the owner replaced the key, install the newest version by hand, as you did the first time
        [53]"
      `)
    })
    await release('1.5.0')
    await withServedTree(['b.asc'], async ({ reach }) => {
      expect((await verify('--wkd', address, ...reach)).status).toBe(54)
    })
  })

  test('a revocation that the directory alone carries', async () => {
    await revoke('revoked.asc')
    await withServedTree(['revoked.asc'], async ({ reach }) => {
      const asked = ['--wkd', address, ...reach, '--state', 'seen.json']
      expect((await verify(...asked)).transcript).toMatchInlineSnapshot(`
        "2> error: the primary key was revoked 2024-11-24T10:00:00Z (the key was compromised)
        2> hint: if the owner replaced the key, install the newest version by hand, as you did the first time
        [23]"
      `)
    })
    // It was seen, and stays seen: another directory, or none, takes nothing back.
    await withServedTree(['release.asc'], async ({ reach }) => {
      expect((await verify('--wkd', address, ...reach, '--state', 'seen.json')).status).toBe(23)
    })
    expect((await verify('--state', 'seen.json')).status).toBe(23)
    expect((await verify()).status).toBe(0)
  })
})

describe('certificates beside the release', () => {
  test('their revocations count', async () => {
    await revoke('dist/anything.asc')
    expect((await verify()).status).toBe(23)
  })

  test('and nothing else: no endorsement, no certificate', async () => {
    await endorse()
    await release('1.5.0', keyB)
    copyFileSync('endorsed.asc', 'dist/endorsed.asc')
    expect((await verify('--allow-extra')).status).toBe(53)
  })

  test('attack: a revocation is found behind any number of other files', async () => {
    for (let count = 10; count < 40; count += 1) {
      copyFileSync('dist/SHA256SUMS.asc', `dist/a-${count}.asc`)
    }
    await revoke('dist/z.asc')
    expect((await verify('--allow-extra')).status).toBe(23)
  })

  test('what was passed over is said, but for signatures of files', async () => {
    copyFileSync('dist/SHA256SUMS.asc', 'dist/tool.asc')
    writeFileSync('dist/cut.asc', 'no certificate')
    writeFileSync('dist/long.gpg', Buffer.alloc(1024 * 1024 + 1))
    const { status, stdout } = await verify('--allow-extra')
    expect(status).toBe(0)
    const told = stdout.toString().split('\n')
    expect(told.filter((line) => line.includes('beside it'))).toEqual([
      expect.stringMatching(/^not checked: cut\.asc, which lies beside it: /),
      'not checked: long.gpg, which lies beside it: it has more than 1048576 octets',
    ])
  })

  test('attack: more than is looked at takes one line, however many files it is', async () => {
    for (let count = 10; count < 52; count += 1) {
      writeFileSync(`dist/a-${count}.gpg`, Buffer.alloc(1024 * 1024 + 1))
    }
    const { stdout } = await verify('--allow-extra')
    const told = stdout.toString().split('\n')
    const beside = told.filter((line) => line.includes('beside it'))
    expect(beside).toHaveLength(33)
    expect(beside.at(-1)).toBe('not checked: 10 more files, which lie beside it: they are too much')
  })

  test('what is no certificate is passed over', async () => {
    writeFileSync('dist/tool.asc', 'no certificate')
    mkdirSync('dist/more.asc')
    expect((await verify('--allow-extra')).status).toBe(0)
  })
})

describe('--state', () => {
  const state = ['--state', 'seen.json']

  test('an older release is refused, though nobody asked for a version', async () => {
    await release('1.5.0')
    expect((await verify(...state)).status).toBe(0)
    expect(statSync('seen.json').mode & 0o777).toBe(0o600)
    expect((await verify(...state)).status).toBe(0)
    await release('1.4.0')
    const before = readFileSync('seen.json', 'utf8')
    expect((await verify(...state)).transcript).toMatchInlineSnapshot(`
      "2> error: the release is version 1.4.0, and 1.5.0 was seen before
      2> hint: an old release may have been put in place of the newest one
      [82]"
    `)
    expect(readFileSync('seen.json', 'utf8')).toBe(before)
    await release('1.5.1')
    expect((await verify(...state)).status).toBe(0)
    expect(readFileSync('seen.json', 'utf8')).toContain('"1.5.1"')
  })

  test('of one version the newest manifest counts', async () => {
    const later = [...keyA, '--created', '2024-11-01T00:00:00Z']
    const earlier = [...keyA, '--created', '2024-10-01T00:00:00Z']
    await release('1.5.0', later, 'rebuilt')
    expect((await verify(...state)).status).toBe(0)
    await release('1.5.0', earlier, 'first')
    const { status, stderr } = await verify(...state)
    expect([status, stderr]).toEqual([82, expect.stringContaining('another 1.5.0')])
  })

  test('a release that says nothing of itself is refused once others did', async () => {
    expect((await verify(...state)).status).toBe(0)
    await done('release', 'sign', '--force', ...keyA, 'dist/tool')
    const silent = ['release', 'verify', '--cert', 'release.asc', '--dir', 'dist']
    expect((await runMain([...silent, ...state])).status).toBe(81)
    expect((await runMain(silent)).status).toBe(0)
  })

  test('what was not good is not remembered', async () => {
    appendFileSync('dist/tool', 'changed')
    expect((await verify(...state)).status).toBe(80)
    expect(existsSync('seen.json')).toBe(false)
  })

  test('one that cannot be read is an error, and is left as it is', async () => {
    writeFileSync('seen.json', '{}')
    expect((await verify(...state)).status).toBe(4)
    writeFileSync('seen.json', 'x')
    expect((await verify(...state)).status).toBe(3)
    expect(readFileSync('seen.json', 'utf8')).toBe('x')
  })
})

test('a signer has to be valid today; --at judges an old release as of then', async () => {
  await mint('short.asc', '--expires', '400d')
  await release('1.5.0', ['--key', 'release.pem', '--cert', 'short.asc'])
  const words = ['release', 'verify', '--cert', 'short.asc', ...wanted]
  const later = { now: new Date('2025-06-01T00:00:00Z') }
  const { status, stderr } = await runMain(words, later)
  expect([status, stderr]).toEqual([22, expect.stringContaining('may not sign today')])
  expect((await runMain([...words, '--at', '2024-12-01T00:00:00Z'], later)).status).toBe(0)
})

test.each([
  [2, ['--connect', '127.0.0.1:1']],
  [2, ['--ca', 'ca.pem']],
  [2, ['--wkd-unreachable', 'pass']],
  [2, ['--wkd', address, '--wkd-unreachable', 'ignore']],
  [2, ['--wkd', 'nobody']],
  [2, ['--state', 'dist/seen.json']],
  [2, ['--state', 'dist/below/seen.json']],
  [2, ['--state', 'linked/seen.json']],
  [2, ['--state', 'seen.json', '--at', '2024-12-01T00:00:00Z']],
  [14, ['--state', 'release.asc']],
  [15, ['--state', 'missing/seen.json']],
])('%i: %j', async (status, words) => {
  mkdirSync('dist/below')
  symlinkSync('dist/below', 'linked')
  const ran = await verify(...words)
  expect(ran.status, ran.transcript).toBe(status)
  expect(existsSync('seen.json')).toBe(false)
})

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { runMain } from '../../support/cli/in-process.ts'
import { mint, testKeys, useWorkplace } from '../../support/cli/workplace.ts'
import { withServedTree } from '../../support/cli/wkd.ts'

useWorkplace()
beforeEach(() => mint())

const address = 'release@acme.example'
const fetch = (...words: readonly string[]): ReturnType<typeof runMain> =>
  runMain(['wkd', 'fetch', ...words])

test('writes what was published, and says where it was', async () => {
  await withServedTree(['release.asc'], async ({ reach, requests }) => {
    const { transcript } = await fetch(address, '-o', 'got.asc', ...reach)
    expect(transcript).toMatchInlineSnapshot(`
      "2> wrote: got.asc: FEB1553F63940651BD845714D3E786AA47E716DA
      2> note: from https://openpgpkey.acme.example/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5?l=release
      [0]"
    `)
    expect(readFileSync('got.asc', 'utf8')).toBe(readFileSync('release.asc', 'utf8'))
    expect(requests).toEqual([
      expect.stringMatching(/^200 GET .*\/acme\.example\/hu\/y84s\w+\?l=release$/),
    ])
  })
})

test('to standard output, by the direct method, and as JSON', async () => {
  await withServedTree(['release.asc'], async ({ reach, requests }) => {
    const { stdout } = await fetch(address, '-o', '-', '--method', 'direct', ...reach)
    expect(stdout.toString()).toBe(readFileSync('release.asc', 'utf8'))
    expect(requests).toEqual([expect.stringMatching(/^200 GET \/.well-known\/openpgpkey\/hu\//)])
    const json = await fetch(address, '-o', 'got.asc', '--json', ...reach)
    expect(JSON.parse(json.stdout.toString())).toEqual({
      address,
      method: 'advanced',
      url: expect.stringContaining('https://openpgpkey.acme.example/') as string,
      certificates: [{ fingerprint: expect.stringMatching(/^[0-9A-F]{40}$/) as string }],
      passedOver: [],
    })
  })
})

test('several certificates are one block; an expired one is said to be that', async () => {
  await mint('old.asc', `--key=${testKeys.b}`, '--expires=30d')
  await withServedTree(['release.asc', 'old.asc'], async ({ reach }) => {
    const { stderr } = await fetch(address, '-o', 'got.asc', ...reach)
    expect(stderr).toMatch(/^warning: [0-9A-F]{40}: the primary key expired 2024-03-01T12:00:00Z$/m)
    expect(readFileSync('got.asc', 'utf8').match(/-----BEGIN/g)).toHaveLength(1)
    const listed = await runMain(['keys', 'lint', '--json', 'got.asc'])
    expect(listed.stdout.toString()).toContain('certificates-several')
  })
})

describe('what fails writes nothing, and has a status of its own', () => {
  test.each([
    [71, ['nobody@acme.example']],
    [2, ['nobody']],
    [2, []],
    [2, [address, address]],
    [2, [address, '--method', 'hkp']],
    [2, [address, '--method', 'auto']],
    [2, [address, '--json', '-o', '-']],
  ])('%i: %j', async (status, words) => {
    await withServedTree(['release.asc'], async ({ reach }) => {
      const output = words.includes('-o') ? [] : ['-o', 'got.asc']
      const ran = await fetch(...words, ...output, ...reach)
      expect(ran.status, ran.transcript).toBe(status)
      expect(existsSync('got.asc')).toBe(false)
    })
  })

  test.each([
    [70, ['--connect', '127.0.0.1:1']],
    [2, ['--connect', '127.0.0.1']],
    [2, ['--connect', '127.0.0.1:65536']],
    [2, ['--connect', 'a b:1']],
    [2, ['--connect', '127.0.0.1:1', '--ca', 'release.asc']],
    [10, ['--connect', '127.0.0.1:1', '--ca', 'missing.pem']],
  ])('%i: %j', async (status, words) => {
    const ran = await fetch(address, '-o', 'got.asc', ...words)
    expect(ran.status, ran.transcript).toBe(status)
    expect(existsSync('got.asc')).toBe(false)
  })

  test('an authority that is not trusted', async () => {
    await withServedTree(['release.asc'], async ({ reach }) => {
      const { transcript } = await fetch(address, '-o', 'got.asc', ...reach.slice(0, 2))
      expect(transcript).toMatchInlineSnapshot(`
        "2> error: the TLS certificate of openpgpkey.acme.example is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)
        2> hint: an authority of your own is named by --ca or NODE_EXTRA_CA_CERTS; there is no way around the check
        [70]"
      `)
    })
  })

  test('an output that exists stays, but for --force; the authority is never one', async () => {
    await withServedTree(['release.asc'], async ({ reach, requests }) => {
      writeFileSync('got.asc', 'mine')
      expect((await fetch(address, '-o', 'got.asc', ...reach)).status).toBe(13)
      expect((await fetch(address, '-o', 'ca.pem', '--force', ...reach)).status).toBe(14)
      expect(readFileSync('got.asc', 'utf8')).toBe('mine')
      expect(requests).toEqual([])
      expect((await fetch(address, '-o', 'got.asc', '--force', ...reach)).status).toBe(0)
    })
  })
})

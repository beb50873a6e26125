import { rmSync, writeFileSync } from 'node:fs'
import { beforeEach, expect, test } from 'vitest'
import { runMain } from '../../support/cli/in-process.ts'
import { mint, testKeys, useWorkplace } from '../../support/cli/workplace.ts'
import { withServedTree } from '../../support/cli/wkd.ts'

useWorkplace()
beforeEach(() => mint())

const address = 'release@acme.example'
const check = (...words: readonly string[]): ReturnType<typeof runMain> =>
  runMain(['wkd', 'check', ...words])

test('what keys wkd writes and wkd serve serves is sound', async () => {
  await withServedTree(['release.asc'], async ({ reach, requests }) => {
    const { transcript } = await check(address, '--cert', 'release.asc', ...reach)
    expect(transcript).toMatchInlineSnapshot(`
      "release@acme.example: 0 errors, 0 warnings, 0 notes
        asked by the advanced method: https://openpgpkey.acme.example/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5?l=release
        certificate FEB1553F63940651BD845714D3E786AA47E716DA
      [0]"
    `)
    expect(requests.map((line) => line.replace(/hu\/\w+\?l=.*$/, 'hu/'))).toMatchInlineSnapshot(`
      [
        "200 GET /.well-known/openpgpkey/acme.example/hu/",
        "200 GET /.well-known/openpgpkey/hu/",
        "200 GET /.well-known/openpgpkey/acme.example/policy",
        "404 GET /.well-known/openpgpkey/acme.example/hu/",
      ]
    `)
  })
})

test('each finding says where it is and what helps, and errors have their own status', async () => {
  await mint('next.asc', `--key=${testKeys.b}`)
  await withServedTree(['release.asc'], async ({ reach }) => {
    rmSync('public/.well-known/openpgpkey/acme.example/policy')
    const { transcript } = await check(address, '--cert=next.asc', ...reach)
    expect(transcript).toMatchInlineSnapshot(`
      "release@acme.example: 1 error, 1 warning, 0 notes
        asked by the advanced method: https://openpgpkey.acme.example/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5?l=release
        certificate FEB1553F63940651BD845714D3E786AA47E716DA
        error: the certificate of --cert is not among those that are published (A4CC4494F5986EF23803373F4BA7B62FDD8F4D9C) [certificate-absent]
          where: https://openpgpkey.acme.example/.well-known/openpgpkey/acme.example/hu/y84sdmnksfqswe7fxf5mzjg53tbdz8f5?l=release
          remedy: publish it: longhand keys wkd, then copy the tree to the web server
        warning: no policy file, by which clients see that the domain has a directory (status 404) [policy-missing]
          where: https://openpgpkey.acme.example/.well-known/openpgpkey/acme.example/policy
          remedy: publish it, empty: longhand keys wkd writes it
      2> error: there is 1 error in the Web Key Directory for release@acme.example
      2> hint: each finding has its remedy; docs/wkd.md says more
      [73]"
    `)
  })
})

test('an armored file; and as JSON', async () => {
  await withServedTree(['release.asc'], async ({ reach }) => {
    for (const folder of ['acme.example/hu', 'hu']) {
      const path = `public/.well-known/openpgpkey/${folder}/y84sdmnksfqswe7fxf5mzjg53tbdz8f5`
      writeFileSync(path, '-----BEGIN PGP PUBLIC KEY BLOCK-----\n')
    }
    const { status, stdout } = await check(address, '--json', ...reach)
    expect(status).toBe(73)
    expect(JSON.parse(stdout.toString())).toMatchObject({
      address,
      method: 'advanced',
      certificates: [],
      findings: [{ code: 'armored', severity: 'error' }],
    })
  })
})

test('--at judges the certificates as of another time', async () => {
  await mint('brief.asc', '--expires=1y')
  await withServedTree(['brief.asc'], async ({ reach }) => {
    const codes = async (at: string): Promise<string[]> => {
      const { stdout } = await check(address, '--json', `--at=${at}`, ...reach)
      const { findings } = JSON.parse(stdout.toString()) as { findings: { code: string }[] }
      return findings.map(({ code }) => code)
    }
    expect(await codes('2024-12-01T00:00:00Z')).toEqual([])
    expect(await codes('2025-01-15T00:00:00Z')).toEqual(['certificate-expiring'])
    expect(await codes('2025-02-15T00:00:00Z')).toEqual(['certificate-unusable'])
  })
})

test.each([[[]], [['a', 'b']], [['no address']]])('what is no address: %j', async (words) => {
  expect((await check(...words)).status).toBe(2)
})

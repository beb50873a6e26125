/** A key file that others may read is warned about, and used. */

import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runMain } from '../support/cli/in-process.ts'
import { mint, useWorkplace } from '../support/cli/workplace.ts'

useWorkplace()

const sign = (key: string): ReturnType<typeof runMain> =>
  runMain(['sign', '--key', key, '--cert', 'release.asc', '-o', 'data.sig', '--force', 'data'])

test.each([
  [0o600, false],
  [0o400, false],
  [0o640, true],
  [0o604, true],
  [0o644, true],
])('mode %o: %s', async (mode, warned) => {
  await mint()
  writeFileSync('data', 'a release')
  chmodSync('release.pem', mode)
  const { status, stderr } = await sign('release.pem')
  expect(status).toBe(0)
  const warning = 'warning: others on this machine may read release.pem: chmod 600 release.pem\n'
  expect(stderr).toBe(`${warned ? warning : ''}signed: data → data.sig\n`)
})

test('of what opens it too', async () => {
  await mint()
  writeFileSync('data', 'a release')
  writeFileSync('pass', 'not needed', { mode: 0o600 })
  const words = ['sign', '--key', 'release.pem', '--cert', 'release.asc', '--force', 'data']
  const signed = (): ReturnType<typeof runMain> => runMain([...words, '--passphrase-file', 'pass'])
  expect((await signed()).stderr).toBe('signed: data → data.asc\n')
  chmodSync('pass', 0o640)
  expect((await signed()).stderr).toBe(
    'warning: others on this machine may read pass: chmod 600 pass\nsigned: data → data.asc\n',
  )
})

test('of a link it is the file that counts, and it is asked for the key only', async () => {
  await mint()
  writeFileSync('data', 'a release', { mode: 0o644 })
  symlinkSync('release.pem', 'link.pem')
  expect((await sign('link.pem')).stderr).not.toContain('warning')
  chmodSync('release.pem', 0o644)
  expect((await sign('file:link.pem')).stderr).toContain('chmod 600 link.pem')
  expect((await sign('missing.pem')).stderr).not.toContain('warning')
})

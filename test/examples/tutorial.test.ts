/** Runs every shell block of docs/tutorial.md, one after the other, in an empty folder. */

import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { launcher, startCommand } from '../support/cli/program.ts'
import { useWorkplace } from '../support/cli/workplace.ts'

useWorkplace()
afterEach(() => {
  try {
    process.kill(Number(readFileSync('serve.pid', 'utf8')))
  } catch {
    // The tutorial ends it itself.
  }
})

const tutorial = fileURLToPath(new URL('../../docs/tutorial.md', import.meta.url))

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('docs/tutorial.md: each block does what the text says', async () => {
  rmSync('release.pem')
  const text = readFileSync(tutorial, 'utf8')
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
  expect(blocks.length).toBeGreaterThan(10)
  mkdirSync('bin')
  symlinkSync(launcher(), 'bin/longhand')
  const script = ['set -eu', ...blocks.map((block, at) => `echo "== ${at}"\n${block}`)].join('\n')
  writeFileSync('tutorial.sh', script.replaceAll('8443', String(await freePort())))
  const env = { PATH: `${process.cwd()}/bin:${process.env['PATH'] ?? ''}` }
  const [, ended] = startCommand('bash', ['tutorial.sh'], { env, deadline: 240_000 })
  const { status, stdout, stderr } = await ended
  const said = stdout.toString()
  expect([status, stderr.slice(-600)], said.slice(-2000)).toEqual([0, expect.any(String)])
  expect(said).toContain('I am tool 1.0.0')
  expect(said).toMatch(
    /vouched: [0-9A-F]{40}: endorsed by way of [0-9A-F]{40}, and in release@acme/,
  )
  expect(stderr).toContain('error: the release is version 1.0.0, and 1.1.0 was seen before')
  expect(stderr).toMatch(/error: .*(?:revoked|superseded)/)
}, 300_000)

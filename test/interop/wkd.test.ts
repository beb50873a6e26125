/** Others fetch, over TLS and by name, what `keys wkd` writes and `wkd serve` serves. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { runMain } from '../support/cli/in-process.ts'
import { launcher } from '../support/cli/program.ts'
import { mint, testKeys, useWorkplace } from '../support/cli/workplace.ts'
import { describePart, partPath } from '../support/parts.ts'
import { inWkdNetwork, wkdNetworkParts } from '../support/services/wkd-network.ts'
import { dearmored } from '../support/tools/tool.ts'

useWorkplace()
beforeEach(async () => {
  await mint()
  await mint('next.asc', `--key=${testKeys.b}`, '--name=Acme Next')
  await publish('release.asc', 'next.asc')
})

async function publish(...paths: readonly string[]): Promise<void> {
  const words = ['keys', 'wkd', '--domain', 'acme.example', '-o', 'public', ...paths]
  const { status, transcript } = await runMain(words)
  if (status !== 0) throw new Error(transcript)
}

const address = 'release@acme.example'
const published = (): Buffer =>
  Buffer.concat(['release.asc', 'next.asc'].map((name) => dearmored(readFileSync(name))))

/** The names that exist, and the path at which the file is then asked for. */
const methods = [
  { method: 'advanced', hosts: ['acme.example', 'openpgpkey.acme.example'], at: 'acme.example/hu' },
  { method: 'direct', hosts: ['acme.example'], at: 'hu' },
] as const

const requests = (): string => readFileSync('served', 'utf8')
const asked = (at: string): string =>
  `note: 200 GET /.well-known/openpgpkey/${at}/y84sdmnksfqswe7fxf5mzjg53tbdz8f5?l=release\n`

/** A command line in which $1 is the address; then the keys are listed and the daemons ended. */
function gpgShell(line: string): string[] {
  const script = `${line}; s=$?; gpg --batch --with-colons --list-keys; gpgconf --kill all; exit $s`
  return ['sh', '-c', script, 'sh', address]
}

describePart(['gpg', ...wkdNetworkParts], 'gpg', () => {
  test.each(methods)('locates both certificates by the $method method', async ({ hosts, at }) => {
    mkdirSync('gnupg', { mode: 0o700 })
    // Its own resolver wants a name server; the standard one reads the hosts file.
    writeFileSync('gnupg/dirmngr.conf', 'standard-resolver\n')
    const ran = await inWkdNetwork(
      hosts,
      gpgShell('gpg --batch --auto-key-locate clear,nodefault,wkd --locate-external-keys "$1"'),
      { GNUPGHOME: join(process.cwd(), 'gnupg') },
    )
    expect(ran.status, ran.output).toBe(0)
    const found = [...ran.stdout.toString().matchAll(/^uid:.*?:([^:]*<[^:]*>):/gm)]
    expect(found.map(([, name]) => name)).toEqual([
      `Acme Releases <${address}>`,
      `Acme Next <${address}>`,
    ])
    expect(requests()).toContain(asked(at))
  })
})

describePart(['gpg', 'gpg-wks-client', ...wkdNetworkParts], 'gpg-wks-client', () => {
  test('finds that the address is available, where it has one certificate', async () => {
    mkdirSync('gnupg', { mode: 0o700 })
    writeFileSync('gnupg/dirmngr.conf', 'standard-resolver\n')
    await publish('release.asc')
    const ran = await inWkdNetwork(
      methods[0].hosts,
      gpgShell(`${partPath('gpg-wks-client')} --verbose --check "$1"`),
      { GNUPGHOME: join(process.cwd(), 'gnupg') },
    )
    expect(ran.status, ran.output).toBe(0)
    expect(requests()).toContain(asked(methods[0].at))
  })
})

describePart(['sq', ...wkdNetworkParts], 'sq', () => {
  test.each(methods)('gets the very octets by the $method method', async ({ hosts, at }) => {
    const get = [partPath('sq'), 'wkd', 'get', '--binary', '--output', 'got.pgp', address]
    const ran = await inWkdNetwork(hosts, get)
    expect(ran.status, ran.output).toBe(0)
    expect(Buffer.from(readFileSync('got.pgp'))).toEqual(published())
    expect(requests()).toContain(asked(at))
  })
})

describePart(wkdNetworkParts, 'longhand, by the names of its system', () => {
  test.each(methods)('fetches them by the $method method', async ({ method, hosts, at }) => {
    const fetch = [process.execPath, launcher(), 'wkd', 'fetch', address, '-o', 'got.asc', '--json']
    const ran = await inWkdNetwork(hosts, fetch)
    expect(ran.status, ran.output).toBe(0)
    expect(dearmored(readFileSync('got.asc'))).toEqual(published())
    expect(JSON.parse(ran.stdout.toString())).toMatchObject({ method, address, passedOver: [] })
    expect(requests()).toContain(asked(at))
  })

  test.each(methods)('checks it by the $method method, and finds nothing to mend', async (way) => {
    const check = ['wkd', 'check', address, '--cert', 'release.asc', '--json']
    const ran = await inWkdNetwork(way.hosts, [process.execPath, launcher(), ...check])
    expect(ran.status, ran.output).toBe(0)
    const { method, findings } = JSON.parse(ran.stdout.toString()) as Record<string, unknown>
    expect({ method, findings }).toMatchObject({
      method: way.method,
      findings: [{ code: 'certificates-several', severity: 'note' }],
    })
  })

  test('is out of reach where neither name exists', async () => {
    const fetch = [process.execPath, launcher(), 'wkd', 'fetch', address, '-o', 'got.asc']
    const ran = await inWkdNetwork([], fetch)
    expect(ran.output).toContain('error: acme.example could not be reached (ENOTFOUND)')
    expect(ran.status).toBe(70)
  })
})

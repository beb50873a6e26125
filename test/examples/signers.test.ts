/** The example signers sign for the built command, and five others judge what they have signed. */

import { createHash, createPublicKey } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { runProgram } from '../support/cli/program.ts'
import { keyTime, testKeys, useWorkplace } from '../support/cli/workplace.ts'
import { keyArguments, keyTypes, type KeyType } from '../support/key-types.ts'
import { newPem } from '../support/openssl-key.ts'
import { describePart, venvPython } from '../support/parts.ts'
import { exampleProgram, startExampleSigner } from '../support/services/example-signer.ts'
import type { Service } from '../support/services/index.ts'
import { newTlsPair } from '../support/tls.ts'
import { gpg, openpgpjs, rnp, sqop, sqv } from '../support/tools/index.ts'

const token = 'hunter2-hunter2-hunter2'

async function writeKey(type: KeyType): Promise<void> {
  const made = type === 'RSA-3072' ? readFileSync(testKeys.a) : await newPem(keyArguments[type])
  writeFileSync('key.pem', made)
}

const parts = ['cryptography', 'openssl', 'gpg', 'sqv', 'sq', 'sqop', 'rnp'] as const

const user = ['--name=Example', '--email=example@longhand.example', '--created', keyTime]

/** Mints and signs, in the working directory; both verifiers accept what there is then. */
async function mintAndSign(mintKey: string, signKey: string, more: readonly string[] = []) {
  const options = { env: { LONGHAND_HTTP_TOKEN: token }, deadline: 60_000 }
  const mint = ['keys', 'mint', '--key', mintKey, ...more, ...user, '-o', 'release.asc']
  const minted = await runProgram(mint, options)
  expect([minted.status, minted.stderr]).toEqual([0, expect.stringMatching(/^wrote: /)])
  writeFileSync('data.txt', 'hello\n')
  const sign = [
    'sign',
    '--verify-key',
    '--key',
    signKey,
    ...more,
    '--cert',
    'release.asc',
    'data.txt',
  ]
  const signed = await runProgram(sign, options)
  expect([signed.status, signed.stderr]).toEqual([0, expect.stringMatching(/^signed: /)])
  const [certificate, signature, data] = ['release.asc', 'data.txt.asc', 'data.txt'].map((name) =>
    readFileSync(name),
  ) as [Buffer, Buffer, Buffer]
  for (const tool of [gpg, sqv, sqop, rnp, openpgpjs]) {
    const good = await tool.verifyDetached({ certificate, signature, data })
    expect(good.accepted, good.output).toBe(true)
    const other = Buffer.from('else')
    const bad = await tool.verifyDetached({ certificate, signature, data: other })
    expect(bad.accepted, bad.output).toBe(false)
  }
}

describePart(parts, 'examples/exec-signer', () => {
  useWorkplace()
  const keyOf = (...args: readonly string[]): string => {
    const all = [exampleProgram, '--key', `${process.cwd()}/key.pem`, ...args]
    return `exec:${venvPython()}?${all.map((arg) => `arg=${encodeURIComponent(arg)}`).join('&')}`
  }

  test.each(keyTypes)('%s: mints and signs', async (type) => {
    await writeKey(type)
    await mintAndSign(keyOf('--allow', 'certification'), keyOf())
  })

  test('refuses a certification that was not allowed, and says how to allow it', async () => {
    await writeKey('Ed25519')
    const mint = ['keys', 'mint', '--key', keyOf(), ...user, '-o', 'release.asc']
    const { status, stderr, files } = await runProgram(mint)
    expect(status).toBe(40)
    expect(stderr).toMatch(/does not sign for: certification\)\nhint: .*--allow certification\n$/)
    expect(files).not.toContain('release.asc')
  })

  test('a key that is not there, or none', async () => {
    for (const [status, content] of [
      [32, undefined],
      [33, 'no key'],
    ] as const) {
      if (content !== undefined) writeFileSync('key.pem', content)
      const mint = ['keys', 'mint', '--key', keyOf(), ...user, '-o', 'release.asc']
      expect((await runProgram(mint)).status).toBe(status)
    }
  })
})

describePart(parts, 'examples/http-signer', () => {
  useWorkplace()
  let service: Service | undefined
  afterEach(async () => {
    await service?.stop()
    service = undefined
  })
  const here = (name: string): string => `${process.cwd()}/${name}`
  async function start(...more: readonly string[]): Promise<Service> {
    writeFileSync('token', `${token}\n`, { mode: 0o600 })
    const files = [
      '--key',
      here('key.pem'),
      '--audit',
      here('audit'),
      '--token-file',
      here('token'),
    ]
    service = await startExampleSigner(...files, ...more)
    return service
  }
  const auditLines = (): Record<string, unknown>[] =>
    readFileSync('audit', 'utf8')
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  test.each(keyTypes)('%s: mints and signs, and writes a line for each', async (type) => {
    await writeKey(type)
    const { url } = await start('--allow', 'certification')
    const key = `${url}/sign`
    await mintAndSign(key, `${key}?token-file=token`, ['--allow-http'])
    const spki = createPublicKey(readFileSync('key.pem')).export({ type: 'spki', format: 'der' })
    const lines = auditLines()
    expect(lines.map(({ purpose }) => purpose)).toEqual(['certification', 'document'])
    const key256 = createHash('sha256').update(spki).digest('hex')
    for (const { time, fingerprint, digest, ...line } of lines) {
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      expect(fingerprint).toMatch(/^[0-9A-F]{40}$/)
      expect((digest as { hex: string }).hex).toMatch(/^[0-9A-F]{64,128}$/)
      expect(line).toEqual({ purpose: line['purpose'], key: key256, client: '127.0.0.1' })
    }
    expect(new Set(lines.map(({ fingerprint }) => fingerprint)).size).toBe(1)
  })

  test('over TLS to clients with a certificate, whose name is in the line', async () => {
    await writeKey('Ed25519')
    const ca = await newTlsPair(process.cwd(), 'authority')
    const server = await newTlsPair(process.cwd(), 'server', { by: ca, hosts: 'IP:127.0.0.1' })
    await newTlsPair(process.cwd(), 'builder', { by: ca })
    const tls = ['--tls-cert', server.certPath, '--tls-key', server.keyPath]
    const { host } = await start(...tls, '--client-ca', ca.certPath, '--allow', 'certification')
    const key = `https://${host}/sign?ca-file=authority.crt`
    const known = `${key}&cert-file=builder.crt&key-file=builder.key`
    await mintAndSign(known, known)
    expect(auditLines().map(({ client }) => client)).toEqual([
      'builder 127.0.0.1',
      'builder 127.0.0.1',
    ])
    const sign = ['sign', '--key', key, '--cert', 'release.asc', '-o', 'other.asc', 'data.txt']
    const turnedAway = await runProgram(sign, { env: { LONGHAND_HTTP_TOKEN: token } })
    expect([40, 41]).toContain(turnedAway.status)
    expect(auditLines()).toHaveLength(2)
  })

  test('refuses: no token, another token, another path, a certification', async () => {
    await writeKey('P-256')
    const { url } = await start()
    writeFileSync('wrong', 'hunter3-hunter3-hunter3')
    const mint = async (key: string, env = {}): Promise<[number, string]> => {
      const words = ['keys', 'mint', '--allow-http', '--key', key, ...user, '-o', 'release.asc']
      const { status, stderr } = await runProgram(words, { env })
      expect(stderr).not.toMatch(/hunter/)
      return [status, stderr]
    }
    const right = { LONGHAND_HTTP_TOKEN: token }
    const denied = [40, expect.stringContaining('the bearer token is not right')]
    expect(await mint(`${url}/sign`)).toEqual(denied)
    expect(await mint(`${url}/sign?token-file=wrong`)).toEqual(denied)
    expect(await mint(`${url}/other`, right)).toEqual([32, expect.stringContaining('no key')])
    const certification = [40, expect.stringContaining('does not sign for: certification')]
    expect(await mint(`${url}/sign`, right)).toEqual(certification)
    expect(auditLines()).toEqual([])
  })

  test('does not start where anybody could sign', async () => {
    await writeKey('P-256')
    const open = startExampleSigner('--key', here('key.pem'), '--audit', here('audit'))
    await expect(open).rejects.toThrow(/anybody could sign/)
  })
})

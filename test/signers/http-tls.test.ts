import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { openSigner } from '../../src/node/uri.ts'
import type { Digest } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import { describePart } from '../support/parts.ts'
import { reply, startToldServer } from '../support/services/index.ts'
import type { ToldServer } from '../support/services/index.ts'
import { newTlsPair, type TlsPair } from '../support/tls.ts'
import { toEncrypted } from '../support/openssl-key.ts'

const digest: Digest = { algorithm: 'SHA-256', octets: new Uint8Array(32) }
const value = Uint8Array.of(1, 2, 3)

describePart('openssl', 'TLS', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lh-tls-'))
  const file = (name: string): string => join(directory, name)
  let ca: TlsPair, client: TlsPair, stranger: TlsPair
  let service: ToldServer, mutual: ToldServer, misnamed: ToldServer

  beforeAll(async () => {
    ca = await newTlsPair(directory, 'authority')
    const hosts = 'IP:127.0.0.1,DNS:localhost'
    const server = await newTlsPair(directory, 'server', { by: ca, hosts })
    const elsewhere = await newTlsPair(directory, 'elsewhere', { by: ca, hosts: 'DNS:a.example' })
    client = await newTlsPair(directory, 'client', { by: ca })
    stranger = await newTlsPair(directory, 'stranger')
    writeFileSync(file('encrypted.key'), await toEncrypted(client.key, 'the-passphrase'))
    const start = (tls: TlsPair, more: object = {}): Promise<ToldServer> =>
      startToldServer((response) => reply(response, { longhand: 1, signature: 'AQID' }), {
        cert: tls.cert,
        key: tls.key,
        ...more,
      })
    service = await start(server)
    misnamed = await start(elsewhere)
    mutual = await start(server, { ca: ca.cert, requestCert: true, rejectUnauthorized: true })
  })
  afterAll(async () => {
    for (const one of [service, mutual, misnamed]) await one.stop()
    rmSync(directory, { recursive: true })
  })
  afterEach(() => vi.unstubAllEnvs())

  async function signAt(key: string, options: Parameters<typeof openSigner>[1] = {}) {
    const signer = await openSigner(key, { timeoutMs: 10_000, ...options })
    try {
      return await signer.sign(digest)
    } finally {
      await signer.close?.()
    }
  }
  const trusting = (server: ToldServer): string => `${server.url}/sign?ca-file=${ca.certPath}`
  const withClient = (pair: TlsPair, keyPath = pair.keyPath): string =>
    `${trusting(mutual)}&cert-file=${pair.certPath}&key-file=${keyPath}`

  describe('the service', () => {
    test('is trusted by the authority that is named', async () => {
      expect(await signAt(trusting(service))).toEqual(value)
      expect(await signAt(trusting(service).replace('127.0.0.1', 'localhost'))).toEqual(value)
    })

    const refused: readonly [string, () => string, string][] = [
      ['an authority that is not named', () => `${service.url}/sign`, 'ca-file='],
      ['another', () => trusting(service).replace(ca.certPath, stranger.certPath), 'ca-file='],
      ['another name', () => trusting(misnamed), 'is for another host'],
    ]
    test.each(refused)('%s: is refused, whatever the environment says', async (_, key, hint) => {
      for (const setting of ['1', '0']) {
        vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', setting)
        const asked = [service, misnamed].map(({ requests }) => requests.length)
        const error = await rejection(signAt(key(), { env: { LONGHAND_HTTP_TOKEN: 'hunter2' } }))
        expect(error.code).toBe('signer-unavailable')
        expect(error.message).toContain('TLS certificate is refused')
        expect(error.hint).toContain(hint)
        expect([service, misnamed].map(({ requests }) => requests.length)).toEqual(asked)
      }
    })

    test('that speaks http only is no service', async () => {
      const plain = await startToldServer((response) => reply(response, {}))
      const error = await rejection(signAt(plain.url.replace('http:', 'https:') + '/'))
      await plain.stop()
      expect(error.code).toBe('signer-unavailable')
      expect(plain.requests).toEqual([])
    })
  })

  describe('a client', () => {
    test('is known by its certificate', async () => {
      expect(await signAt(withClient(client))).toEqual(value)
    })

    test('says whose certificate it shows', async () => {
      const signer = await openSigner(withClient(client))
      const value = 'the TLS client certificate of CN=client'
      expect(await signer.describe?.()).toContainEqual({ name: 'credentials', value })
    })

    test('has perhaps an encrypted key', async () => {
      const key = withClient(client, file('encrypted.key'))
      expect(await signAt(key, { passphrase: 'the-passphrase' })).toEqual(value)
      for (const passphrase of [undefined, 'another-passphrase']) {
        const error = await rejection(signAt(key, { passphrase }))
        expect(error.code).toBe('usage')
        expect(`${error.message} ${error.hint}`).not.toContain('passphrase')
      }
    })

    test.each<[string, () => string]>([
      ['without a certificate', () => trusting(mutual)],
      ['with one of another authority', () => withClient(stranger)],
    ])('%s is turned away', async (_, key) => {
      const asked = mutual.requests.length
      const { code } = await rejection(signAt(key()))
      // With TLS 1.3 the refusal may be overtaken by the end of the connection.
      expect(['signer-denied', 'signer-unavailable']).toContain(code)
      expect(mutual.requests).toHaveLength(asked)
    })

    test('with the key of another certificate, or files that are none', async () => {
      for (const key of [
        withClient(client, stranger.keyPath),
        withClient(client, client.certPath),
        `${service.url}/?ca-file=${client.keyPath}&cert-file=${client.keyPath}&key-file=${client.keyPath}`,
      ]) {
        expect((await rejection(signAt(key))).code).toBe('usage')
      }
    })
  })
})

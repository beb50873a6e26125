import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { RemoteSigner } from '../../../src/signature/signer.ts'
import { httpSigner } from '../../../src/signers/http.ts'
import { describeConformance } from '../../support/conformance.ts'
import { keyArguments, keyTypes, type KeyType } from '../../support/key-types.ts'
import { newPem } from '../../support/openssl-key.ts'
import { describePart, pinnedVersion } from '../../support/parts.ts'
import { startExampleSigner } from '../../support/services/example-signer.ts'
import { startHungServer, type FaultyServer } from '../../support/services/index.ts'
import { newTlsPair, type TlsPair } from '../../support/tls.ts'

describePart(['cryptography', 'openssl'], 'a service', () => {
  const token = 'EXAMPLE-token-of-a-test'
  const stops: (() => Promise<void>)[] = []
  const urls = new Map<KeyType, string>()
  let directory = ''
  let ca: TlsPair, server: TlsPair
  let silent: FaultyServer
  const file = (name: string): string => join(directory, name)

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'lh-http-'))
    writeFileSync(file('token'), token)
    ca = await newTlsPair(directory, 'authority')
    server = await newTlsPair(directory, 'server', { by: ca, hosts: 'IP:127.0.0.1' })
    silent = await startHungServer()
    stops.push(silent.stop)
    for (const type of keyTypes) urls.set(type, await start(type))
  })
  afterAll(async () => {
    await Promise.all(stops.map((stop) => stop()))
    rmSync(directory, { recursive: true })
  })

  const asking = (url: string, given = token): RemoteSigner =>
    httpSigner({ url, token: given, tls: { authorities: ca.cert }, allowHttp: true })

  async function start(type: KeyType): Promise<string> {
    writeFileSync(file(`${type}.pem`), await newPem(keyArguments[type]))
    const { host, stop } = await startExampleSigner(
      ...['--key', file(`${type}.pem`), '--audit', file('audit'), '--allow', 'unnamed'],
      ...['--token-file', file('token')],
      ...['--tls-cert', server.certPath, '--tls-key', server.keyPath],
    )
    stops.push(stop)
    return `https://${host}/sign`
  }

  describeConformance({
    signer: 'http',
    server: `examples/http-signer over TLS, cryptography ${pinnedVersion('cryptography') ?? ''}`,
    real: true,
    keys: Object.fromEntries(
      keyTypes.map((type) => [type, () => Promise.resolve(asking(urls.get(type) ?? ''))]),
    ),
    faults: [
      'no service',
      'no such key',
      'a wrong token',
      '429, 503',
      '500',
      'redirects',
      'another TLS certificate',
      'no answer',
      'drips',
      'breaks off',
      'a broken body',
      'secrets said back',
    ],
    secrets: () => [token],
    hung: () => Promise.resolve(asking(`${silent.url}/`)),
    failing: { 'no service': () => Promise.resolve(asking('https://127.0.0.1:9/sign')) },
  })
})

/** Azure's own client and our signer at the same made-up vault: both have to get the same of it. */

import { createHash, createPublicKey, verify } from 'node:crypto'
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { azureKeyVaultSigner } from '../../src/signers/azure-key-vault.ts'
import { parseSpki } from '../../src/signers/spki.ts'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import type { AzureKeyName } from '../support/services/fake-azure-key-vault.ts'
import {
  azureToken,
  startFakeAzureKeyVault,
  type FakeAzureKeyVault,
} from '../support/services/index.ts'

let vault: FakeAzureKeyVault
beforeAll(async () => {
  vault = await startFakeAzureKeyVault()
})
afterAll(() => vault.stop())
beforeEach(() => {
  vault.spoil()
  vault.denied.clear()
})

const credential = {
  getToken: () =>
    Promise.resolve({ token: azureToken, expiresOnTimestamp: Date.now() + 3_600_000 }),
}
/** Its options for a vault that is not Azure's; one try, so that a refusal is told at once. */
const options = {
  serviceVersion: '7.4',
  disableChallengeResourceVerification: true,
  allowInsecureConnection: true,
  retryOptions: { maxRetries: 0 },
} as const
const kidOf = ({ vault: url, key, version }: AzureKeyName): string =>
  `${url}/keys/${key}/${version}`
const keyClient = (): KeyClient => new KeyClient(vault.url, credential, options)
const cryptography = (name: AzureKeyName): CryptographyClient =>
  new CryptographyClient(kidOf(name), credential, options)
const signerOf = (name: AzureKeyName): RemoteSigner =>
  azureKeyVaultSigner({ ...name, token: () => Promise.resolve(azureToken), maxAttempts: 1 })

const message = Buffer.from('what is signed')
const digestBy = (algorithm: Digest['algorithm']): Digest => ({
  algorithm,
  octets: new Uint8Array(createHash(algorithm.replace('-', '')).update(message).digest()),
})

describe.each([
  ['RSA-2048', 'RS256', 'SHA-256'],
  ['RSA-2048', 'RS384', 'SHA-384'],
  ['RSA-4096', 'RS512', 'SHA-512'],
  ['P-256', 'ES256', 'SHA-256'],
  ['P-384', 'ES384', 'SHA-384'],
  ['P-521', 'ES512', 'SHA-512'],
] as const)('%s by %s', (type, algorithm, hash) => {
  let name: AzureKeyName
  beforeAll(() => {
    name = vault.createKey(type)
  })

  test('the same key, and signatures that verify under it', async () => {
    const { key: jwk, properties } = await keyClient().getKey(name.key, { version: name.version })
    expect(properties).toMatchObject({ enabled: true, exportable: false, version: name.version })
    const encode = (octets: Uint8Array | undefined): string | undefined =>
      octets === undefined ? undefined : Buffer.from(octets).toString('base64url')
    const { n, e, x, y, crv } = jwk ?? {}
    const numbers =
      crv === undefined ? { n: encode(n), e: encode(e) } : { x: encode(x), y: encode(y) }
    const kty = crv === undefined ? 'RSA' : 'EC'
    const plain = Object.entries({ kty, crv, ...numbers }).filter(
      ([, value]) => value !== undefined,
    )
    const key = createPublicKey({ format: 'jwk', key: Object.fromEntries(plain) })
    const signer = signerOf(name)
    const spki = key.export({ type: 'spki', format: 'der' })
    expect(await signer.publicKey()).toEqual(parseSpki(spki))

    vault.spoil()
    const digest = digestBy(hash)
    const theirs = await cryptography(name).sign(algorithm, digest.octets)
    const ours = await signer.sign(digest)
    for (const signature of [theirs.result, ours]) {
      expect(verify(hash, message, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
    }
    expect(theirs.keyID).toBe(kidOf(name))
    if (type.startsWith('RSA')) expect(Buffer.from(ours)).toEqual(Buffer.from(theirs.result))
    // Its first request has no body, and asks where the token has to be from.
    const bodies = vault.calls.filter(({ body }) => 'alg' in body).map(({ body }) => body)
    expect(bodies).toHaveLength(2)
    expect(bodies[1]).toEqual(bodies[0])
  })
})

describe('the same refusals', () => {
  const digest = digestBy('SHA-256')
  const both = async (name: AzureKeyName): Promise<{ theirs: unknown; ours: string }> => {
    const theirs: unknown = await cryptography(name)
      .sign('RS256', digest.octets)
      .catch((error: unknown) => (error as { statusCode?: unknown }).statusCode)
    return { theirs, ours: (await rejection(signerOf(name).sign(digest))).code }
  }

  test('no such version', async () => {
    const name = { ...vault.createKey('RSA-2048'), version: 'f'.repeat(32) }
    expect(await both(name)).toEqual({ theirs: 404, ours: 'key-missing' })
  })

  test('a disabled key', async () => {
    const name = vault.createKey('RSA-2048', {}, { enabled: false })
    expect(await both(name)).toEqual({ theirs: 403, ours: 'key-unusable' })
  })

  test('no permission', async () => {
    const name = vault.createKey('RSA-2048')
    vault.denied.add('sign')
    expect(await both(name)).toEqual({ theirs: 403, ours: 'signer-denied' })
  })

  test('a key of another kind', async () => {
    expect(await both(vault.createKey('P-256'))).toEqual({ theirs: 400, ours: 'key-unusable' })
  })
})

/** Google's own client and our signer at the same made-up service: both have to get the same of it. */

import { createHash, createPublicKey, verify } from 'node:crypto'
import { KeyManagementServiceClient } from '@google-cloud/kms'
import { GoogleAuth, OAuth2Client } from 'google-auth-library'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { keyKind } from '../../src/packet/key-material.ts'
import { crc32c } from '../../src/signers/crc32c.ts'
import { gcpKmsSigner } from '../../src/signers/gcp-kms.ts'
import { parseSpki } from '../../src/signers/spki.ts'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import {
  gcpAlgorithms,
  gcpToken,
  startFakeGcpKms,
  type FakeGcpKms,
  type GcpAlgorithmName,
} from '../support/services/index.ts'

type ClientOptions = NonNullable<ConstructorParameters<typeof KeyManagementServiceClient>[0]>
type ClientAuth = NonNullable<ClientOptions['auth']>

let kms: FakeGcpKms
let client: KeyManagementServiceClient
beforeAll(async () => {
  kms = await startFakeGcpKms()
  const [apiEndpoint = '', port] = kms.host.split(':')
  const authClient = new OAuth2Client()
  authClient.setCredentials({ access_token: gcpToken, expiry_date: Date.now() + 3_600_000 })
  client = new KeyManagementServiceClient({
    fallback: true,
    protocol: 'http',
    apiEndpoint,
    port: Number(port),
    // It comes with a copy of the library of its own, whose types are others.
    auth: new GoogleAuth({ authClient }) as unknown as ClientAuth,
  })
})
afterAll(async () => {
  await client.close()
  await kms.stop()
})
beforeEach(() => {
  kms.spoil()
  kms.denied.clear()
})

const signerOf = (name: string): RemoteSigner =>
  gcpKmsSigner({ name, endpoint: kms.url, token: () => Promise.resolve(gcpToken) })

const message = Buffer.from('what is signed')
const digestBy = (algorithm: Digest['algorithm']): Digest => ({
  algorithm,
  octets: new Uint8Array(createHash(algorithm.replace('-', '')).update(message).digest()),
})

describe.each(Object.keys(gcpAlgorithms) as GcpAlgorithmName[])('%s', (algorithm) => {
  const { hash } = gcpAlgorithms[algorithm]
  let name: string
  beforeAll(() => {
    name = kms.createVersion(algorithm)
  })

  test('the same public key', async () => {
    const [{ pem, algorithm: said, name: answered }] = await client.getPublicKey({ name })
    expect([said, answered]).toEqual([algorithm, name])
    const spki = createPublicKey(pem ?? '').export({ type: 'spki', format: 'der' })
    expect(await signerOf(name).publicKey()).toEqual(parseSpki(spki))
  })

  test('signatures that verify under it, of the same request', async () => {
    const digest = digestBy(hash ?? 'SHA-512')
    const octets = Buffer.from(digest.octets)
    const checksum = { value: String(crc32c(octets)) }
    const request =
      hash === undefined
        ? { name, data: octets, dataCrc32c: checksum }
        : {
            name,
            digest: { [hash.replace('-', '').toLowerCase()]: octets },
            digestCrc32c: checksum,
          }
    const [theirs] = await client.asymmetricSign(request)
    expect(theirs.name).toBe(name)
    expect(theirs.verifiedDigestCrc32c || theirs.verifiedDataCrc32c).toBe(true)
    const value = Buffer.from(theirs.signature ?? '')
    expect(String(theirs.signatureCrc32c?.value)).toBe(String(crc32c(value)))

    const signer = signerOf(name)
    const kind = keyKind(await signer.publicKey())
    const ours = await signer.sign(digest)
    const [{ pem }] = await client.getPublicKey({ name })
    const key = createPublicKey(pem ?? '')
    const isHashed = kind !== 'Ed25519'
    const by = isHashed ? (hash ?? null) : null
    const signed = isHashed ? message : octets
    expect(verify(by, signed, key, value)).toBe(true)
    expect(verify(by, signed, { key, dsaEncoding: 'ieee-p1363' }, ours)).toBe(true)
    if (kind === 'RSA' || kind === 'Ed25519') expect(Buffer.from(ours)).toEqual(value)
    const [first, second] = kms.calls.filter(({ method }) => method === 'POST')
    expect(second?.body).toEqual(first?.body)
  })
})

/** By HTTP, which is what the client goes by. */
const refused = { invalid: 400, missing: 404, denied: 403, precondition: 400, unauthenticated: 401 }

describe('the same refusals', () => {
  const digest = digestBy('SHA-256')
  const sha256 = Buffer.from(digest.octets)
  const both = async (name: string): Promise<{ theirs: unknown; ours: string }> => {
    const theirs: unknown = await client
      .asymmetricSign({ name, digest: { sha256 } })
      .catch((error: unknown) => (error as { code?: unknown }).code)
    return { theirs, ours: (await rejection(signerOf(name).sign(digest))).code }
  }

  test('no such version', async () => {
    const name = kms.createVersion('EC_SIGN_P256_SHA256').replace(/1$/, '2')
    expect(await both(name)).toEqual({ theirs: refused.missing, ours: 'key-missing' })
  })

  test('a version that is disabled', async () => {
    const name = kms.createVersion('EC_SIGN_P256_SHA256', { state: 'DISABLED' })
    expect(await both(name)).toEqual({ theirs: refused.precondition, ours: 'key-unusable' })
  })

  test('no permission', async () => {
    const name = kms.createVersion('EC_SIGN_P256_SHA256')
    kms.denied.add('cloudkms.cryptoKeyVersions.useToSign')
    expect(await both(name)).toEqual({ theirs: refused.denied, ours: 'signer-denied' })
  })

  test('another hash than the version’s', async () => {
    const name = kms.createVersion('RSA_SIGN_PKCS1_4096_SHA512')
    expect(await both(name)).toEqual({ theirs: refused.invalid, ours: 'usage' })
  })

  test('no such token', async () => {
    const name = kms.createVersion('EC_SIGN_P256_SHA256')
    kms.spoil(() => ({
      status: 401,
      body: { error: { code: 401, message: 'no', status: 'UNAUTHENTICATED' } },
    }))
    expect(await both(name)).toEqual({ theirs: refused.unauthenticated, ours: 'signer-denied' })
  })
})

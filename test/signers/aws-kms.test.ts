import {
  DescribeKeyCommand,
  DisableKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { awsKmsSigner, type AwsKmsOptions } from '../../src/signers/aws-kms.ts'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import { newRsaPem } from '../support/openssl-key.ts'
import { describePart } from '../support/parts.ts'
import {
  createAlias,
  createKey,
  region,
  rootCredentials,
  setAwsEnvironment,
  startLocalKms,
  startMinistack,
  useAwsEnvironment,
  type KmsKey,
  type Ministack,
  type Service,
} from '../support/services/index.ts'

useAwsEnvironment({ ...rootCredentials })

const text = Buffer.from('a message')
const digestOf = (algorithm: Digest['algorithm']): Digest => ({
  algorithm,
  octets: new Uint8Array(createHash(algorithm).update(text).digest()),
})

/** Whether a value is a signature over `text` by the key that a signer says it has. */
async function fits(signer: RemoteSigner, value: Uint8Array, hash: string): Promise<boolean> {
  const material = await signer.publicKey()
  if (material.kind !== 'rsa') return false
  const base64url = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url')
  const key = createPublicKey({
    key: { kty: 'RSA', n: base64url(material.n), e: base64url(material.e) },
    format: 'jwk',
  })
  return verify(hash, text, key, value)
}

const signers: RemoteSigner[] = []
function signerOf(endpoint: string, options: AwsKmsOptions): RemoteSigner {
  const signer = awsKmsSigner({ endpoint, region, ...options })
  signers.push(signer)
  return signer
}
afterEach(async () => {
  await Promise.all(signers.splice(0).map(async (signer) => signer.close?.()))
})

/** What both services have to do alike. */
function signsAndVerifies(open: (name: 'id' | 'alias' | 'arn') => RemoteSigner): void {
  const names = ['id', 'alias', 'arn'] as const
  const hashes = ['SHA-256', 'SHA-384', 'SHA-512'] as const
  test.each(names.flatMap((name) => hashes.map((hash) => [name, hash] as const)))(
    'by %s, %s',
    async (name, hash) => {
      const signer = open(name)
      const value = await signer.sign(digestOf(hash))
      expect(value).toHaveLength(256)
      expect(await fits(signer, value, hash)).toBe(true)
    },
  )
}

describePart(['ministack', 'cryptography'], 'ministack', () => {
  let kms: Ministack
  let key: KmsKey
  let alias = ''
  beforeAll(async () => {
    kms = await startMinistack()
    key = await createKey(kms.client)
    alias = await createAlias(kms.client, 'alias/release-v1', key)
  })
  afterAll(() => kms.stop())
  const open = (options: AwsKmsOptions): RemoteSigner => signerOf(kms.url, options)

  signsAndVerifies((name) => open({ keyId: { id: key.keyId, alias, arn: key.arn }[name] }))

  test('the time of creation is in whole seconds, and the one of the service', async () => {
    const described = await kms.client.send(new DescribeKeyCommand({ KeyId: key.keyId }))
    const created = await open({ keyId: alias }).createdAt?.()
    expect(created?.getMilliseconds()).toBe(0)
    const exact = described.KeyMetadata?.CreationDate?.getTime() ?? 0
    expect(created?.getTime()).toBe(Math.floor(exact / 1000) * 1000)
  })

  test('a digest of the wrong length is refused here, without a call', async () => {
    const signer = awsKmsSigner({ keyId: key.keyId, region, endpoint: 'http://127.0.0.1:1' })
    const digest = { algorithm: 'SHA-256', octets: new Uint8Array(31) } as const
    expect((await rejection(signer.sign(digest))).code).toBe('usage')
  })

  test('a client of the caller is used, and stays open', async () => {
    const signer = awsKmsSigner({ keyId: key.keyId, client: kms.client })
    expect(await fits(signer, await signer.sign(digestOf('SHA-256')), 'SHA-256')).toBe(true)
    await signer.close?.()
    await kms.client.send(new DescribeKeyCommand({ KeyId: key.keyId }))
  })

  test.each(['alias/none', '00000000-0000-4000-8000-000000000000'])('%s', async (keyId) => {
    const signer = open({ keyId })
    const errors = await Promise.all(
      [signer.sign(digestOf('SHA-256')), signer.publicKey(), signer.createdAt?.()].map((call) =>
        rejection(call ?? Promise.resolve()),
      ),
    )
    expect(errors.map(({ code }) => code)).toEqual(['key-missing', 'key-missing', 'key-missing'])
  })

  test('a key that is disabled or waits for its deletion', async () => {
    const [disabled, deleted] = [await createKey(kms.client), await createKey(kms.client)]
    await kms.client.send(new DisableKeyCommand({ KeyId: disabled.keyId }))
    await kms.client.send(new ScheduleKeyDeletionCommand({ KeyId: deleted.keyId }))
    for (const { keyId } of [disabled, deleted]) {
      const error = await rejection(open({ keyId }).sign(digestOf('SHA-256')))
      expect(error.code).toBe('key-unusable')
    }
  })

  test('a key for encryption, and one of an elliptic curve', async () => {
    const rsa = await createKey(kms.client, { KeyUsage: 'ENCRYPT_DECRYPT' })
    const curve = await createKey(kms.client, { KeySpec: 'ECC_NIST_P256' })
    for (const [{ keyId }, code] of [
      [rsa, 'key-unusable'],
      [curve, 'unsupported'],
    ] as const) {
      const signer = open({ keyId })
      expect((await rejection(signer.publicKey())).code).toBe(code)
      const signing = await rejection(signer.sign(digestOf('SHA-256')))
      expect(signing.code).toBe('key-unusable')
    }
  })

  describe('configuration', () => {
    let directory = ''
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'lh-aws-'))
      await writeFile(
        join(directory, 'config'),
        `[profile release]\nregion = ${region}\naws_access_key_id = test\naws_secret_access_key = test\n`,
      )
    })
    afterAll(() => rm(directory, { recursive: true }))
    afterEach(() => setAwsEnvironment({ ...rootCredentials }))
    const signs = async (options: Omit<AwsKmsOptions, 'keyId'>): Promise<boolean> => {
      const signer = awsKmsSigner({ keyId: key.keyId, ...options })
      signers.push(signer)
      return fits(signer, await signer.sign(digestOf('SHA-256')), 'SHA-256')
    }

    test('endpoint and region out of the environment', async () => {
      setAwsEnvironment({
        ...rootCredentials,
        AWS_REGION: region,
        AWS_ENDPOINT_URL_KMS: kms.url,
      })
      expect(await signs({})).toBe(true)
    })

    test('region and credentials of a profile', async () => {
      setAwsEnvironment({ AWS_CONFIG_FILE: join(directory, 'config') })
      expect(await signs({ profile: 'release', endpoint: kms.url })).toBe(true)
    })

    test('no region, no credentials, no such profile', async () => {
      setAwsEnvironment({ ...rootCredentials })
      const noRegion = await rejection(signs({ endpoint: kms.url }))
      expect(noRegion.code).toBe('usage')
      expect(noRegion.hint).toContain('?region=')
      setAwsEnvironment({ AWS_CONFIG_FILE: join(directory, 'config') })
      const noCredentials = await rejection(signs({ endpoint: kms.url, region }))
      expect(noCredentials.code).toBe('signer-denied')
      expect(noCredentials.hint).toContain('kms:Sign')
      const noProfile = await rejection(signs({ endpoint: kms.url, region, profile: 'none' }))
      expect(noProfile.code).toBe('signer-denied')
    })
  })
})

describePart('local-kms', 'local-kms', () => {
  let kms: Service
  const keyId = 'ff275b92-0def-4dfc-b0f6-87c96b26c6c7'
  const alias = 'alias/release-v1'
  beforeAll(async () => {
    kms = await startLocalKms([{ keyId, pem: await newRsaPem(2048), alias }])
  })
  afterAll(() => kms.stop())
  const arn = `arn:aws:kms:us-east-1:123456789012:key/${keyId}`

  signsAndVerifies((name) => signerOf(kms.url, { keyId: { id: keyId, alias, arn }[name] }))

  test('a key that is not there', async () => {
    const signer = signerOf(kms.url, { keyId: 'alias/none' })
    expect((await rejection(signer.sign(digestOf('SHA-256')))).code).toBe('key-missing')
  })
})

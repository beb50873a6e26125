import {
  DescribeKeyCommand,
  DisableKeyCommand,
  GetPublicKeyCommand,
  ScheduleKeyDeletionCommand,
  type KMSClient,
} from '@aws-sdk/client-kms'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { keyKind } from '../../src/packet/key-material.ts'
import { awsKmsSigner, type AwsKmsOptions } from '../../src/signers/aws-kms.ts'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import { describePart } from '../support/parts.ts'
import {
  awsSigners,
  createAlias,
  createKey,
  region,
  rootCredentials,
  setAwsEnvironment,
  startLocalKms,
  startMinistack,
  testClient,
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

/** Whether a value is a signature over `text` by a key of the service, by node:crypto. */
async function fits(key: SigningKey, value: Uint8Array, digest: Digest): Promise<boolean> {
  const { PublicKey = new Uint8Array() } = await key.client.send(
    new GetPublicKeyCommand({ KeyId: key.keyId }),
  )
  const spki = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' })
  // In OpenPGP the digest is what Ed25519 signs.
  if (spki.asymmetricKeyType === 'ed25519') return verify(null, digest.octets, spki, value)
  return verify(digest.algorithm, text, { key: spki, dsaEncoding: 'ieee-p1363' }, value)
}

interface SigningKey extends KmsKey {
  readonly client: KMSClient
}

const signers: RemoteSigner[] = []
function signerOf(endpoint: string, options: AwsKmsOptions): RemoteSigner {
  return closing(awsKmsSigner({ endpoint, region, ...options }))
}
function closing(signer: RemoteSigner): RemoteSigner {
  signers.push(signer)
  return signer
}
afterEach(async () => {
  await Promise.all(signers.splice(0).map(async (signer) => signer.close?.()))
})

const hashes = ['SHA-256', 'SHA-384', 'SHA-512'] as const

/** What each key spec signs; every other hash is refused here. */
const specs = [
  ['RSA_2048', hashes, 256],
  ['RSA_3072', hashes, 384],
  ['RSA_4096', hashes, 512],
  ['ECC_NIST_P256', ['SHA-256'], 64],
  ['ECC_NIST_P384', ['SHA-384'], 96],
  ['ECC_NIST_P521', ['SHA-512'], 132],
  ['ECC_NIST_EDWARDS25519', hashes, 64],
] as const

/** What both services have to do alike, through both signers. */
function signsAndVerifies(
  service: () => { readonly url: string; readonly client: KMSClient },
  known: (typeof specs)[number][0][],
): void {
  const cases = specs.filter(([spec]) => known.includes(spec))
  describe.each(cases)('%s', (KeySpec, own, octets) => {
    let key: SigningKey
    let alias = ''
    beforeAll(async () => {
      const { client } = service()
      key = { ...(await createKey(client, { KeySpec })), client }
      alias = await createAlias(client, `alias/${KeySpec}`, key)
    })
    const named = (name: 'id' | 'alias' | 'arn'): string =>
      ({ id: key.keyId, alias, arn: key.arn })[name]

    test.each(
      awsSigners.flatMap((each) =>
        (['id', 'alias', 'arn'] as const).map((name) => ({ ...each, by: name })),
      ),
    )('$name, by $by', async ({ open, by }) => {
      const signer = closing(open({ keyId: named(by), endpoint: service().url }))
      const subject = { ...aDocument, key: keyKind(await signer.publicKey()) }
      for (const hash of own) {
        const digest = digestOf(hash)
        const values = [await signer.sign(digest, { subject }), await signer.sign(digest)]
        for (const value of values) {
          expect(value).toHaveLength(octets)
          expect(await fits(key, value, digest), hash).toBe(true)
        }
      }
      for (const hash of hashes.filter((each) => !(own as readonly string[]).includes(each))) {
        expect((await rejection(signer.sign(digestOf(hash)))).code).toBe('usage')
      }
    })
  })
}

const aDocument = { purpose: 'document', type: 0, created: 0, fingerprint: '00' } as const

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

  signsAndVerifies(
    () => kms,
    specs.map(([spec]) => spec),
  )

  test('the time of creation is in whole seconds, and the one of the service', async () => {
    const described = await kms.client.send(new DescribeKeyCommand({ KeyId: key.keyId }))
    const created = await open({ keyId: alias }).createdAt?.()
    expect(created?.getMilliseconds()).toBe(0)
    const exact = described.KeyMetadata?.CreationDate?.getTime() ?? 0
    expect(created?.getTime()).toBe(Math.floor(exact / 1000) * 1000)
  })

  test('a client of the caller is used, and stays open', async () => {
    const signer = awsKmsSigner({ keyId: key.keyId, client: kms.client })
    expect(await signer.publicKey()).toMatchObject({ kind: 'rsa' })
    await signer.close?.()
    await kms.client.send(new DescribeKeyCommand({ KeyId: key.keyId }))
  })

  describe.each(awsSigners)('$name', ({ open }) => {
    const signerOf = (keyId: string): RemoteSigner => closing(open({ keyId, endpoint: kms.url }))

    test.each(['alias/none', '00000000-0000-4000-8000-000000000000'])('%s', async (keyId) => {
      const signer = signerOf(keyId)
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
      for (const [{ keyId }, name, remedy] of [
        [disabled, 'DisabledException', 'enable-key'],
        [deleted, 'KMSInvalidStateException', 'cancel-key-deletion'],
      ] as const) {
        const error = await rejection(signerOf(keyId).sign(digestOf('SHA-256')))
        expect(error.code).toBe('key-unusable')
        expect(error.message).toContain(name)
        expect(error.hint).toContain(remedy)
      }
    })

    test('a key for encryption, and one that is of another kind than the certificate says', async () => {
      const rsa = await createKey(kms.client, { KeyUsage: 'ENCRYPT_DECRYPT' })
      const curve = await createKey(kms.client, { KeySpec: 'ECC_NIST_P256' })
      expect((await rejection(signerOf(rsa.keyId).publicKey())).code).toBe('key-unusable')
      for (const { keyId } of [rsa, curve]) {
        const error = await rejection(signerOf(keyId).sign(digestOf('SHA-256')))
        expect(error.code).toBe('key-unusable')
        expect(error.hint).toContain('kind that the certificate was minted for')
      }
    })

    test('a key on a curve that OpenPGP has no use for', async () => {
      const { keyId } = await createKey(kms.client, { KeySpec: 'ECC_SECG_P256K1' })
      expect((await rejection(signerOf(keyId).publicKey())).code).toBe('unsupported')
    })
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
      const digest = digestOf('SHA-256')
      return fits({ ...key, client: kms.client }, await signer.sign(digest), digest)
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
  let client: KMSClient
  beforeAll(async () => {
    kms = await startLocalKms()
    client = testClient(kms)
  })
  afterAll(async () => {
    client.destroy()
    await kms.stop()
  })

  // It has no Ed25519.
  signsAndVerifies(
    () => ({ url: kms.url, client }),
    specs.flatMap(([spec]) => (spec === 'ECC_NIST_EDWARDS25519' ? [] : [spec])),
  )

  test('a key that is not there', async () => {
    const signer = signerOf(kms.url, { keyId: 'alias/none' })
    expect((await rejection(signer.sign(digestOf('SHA-256')))).code).toBe('key-missing')
  })
})

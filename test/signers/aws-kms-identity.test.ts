import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awsKmsSigner } from '../../src/signers/aws-kms.ts'
import { rejection } from '../support/code-of.ts'
import { describePart } from '../support/parts.ts'
import {
  createKey,
  createOidcProvider,
  createRole,
  region,
  rootCredentials,
  setAwsEnvironment,
  startMinistack,
  useAwsEnvironment,
  webIdentityToken,
  type KmsKey,
  type Ministack,
} from '../support/services/index.ts'

useAwsEnvironment({ ...rootCredentials })

const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32) } as const

/** As in a CI job: no stored credentials, a token that the job gets, and a role that may sign. */
describePart(['ministack', 'cryptography'], 'OIDC web identity with IAM', () => {
  let kms: Ministack
  let directory = ''
  let allowed: KmsKey
  let other: KmsKey

  beforeAll(async () => {
    kms = await startMinistack({ auth: true })
    allowed = await createKey(kms.client)
    other = await createKey(kms.client)
    await createOidcProvider(kms)
    const roleArn = await createRole(kms, 'signer', {
      subject: 'repo:acme/tool',
      actions: ['kms:Sign'],
      resource: allowed.arn,
    })
    directory = await mkdtemp(join(tmpdir(), 'lh-oidc-'))
    const token = join(directory, 'token')
    await writeFile(token, webIdentityToken('repo:acme/tool'))
    setAwsEnvironment({
      AWS_REGION: region,
      AWS_ROLE_ARN: roleArn,
      AWS_WEB_IDENTITY_TOKEN_FILE: token,
      AWS_ENDPOINT_URL_KMS: kms.url,
      AWS_ENDPOINT_URL_STS: kms.url,
    })
  })
  afterAll(async () => {
    await kms.stop()
    await rm(directory, { recursive: true })
  })

  test('kms:Sign on its key is all that signing needs', async () => {
    const signer = awsKmsSigner({ keyId: allowed.arn })
    expect(await signer.sign(digest)).toHaveLength(256)
    await signer.close?.()
  })

  test('what the role may not do is named', async () => {
    const signer = awsKmsSigner({ keyId: allowed.arn })
    const publicKey = await rejection(signer.publicKey())
    expect(publicKey.code).toBe('signer-denied')
    expect(publicKey.hint).toContain('kms:GetPublicKey')
    const createdAt = await rejection(signer.createdAt?.() ?? Promise.resolve())
    expect(createdAt.hint).toContain('kms:DescribeKey')
    const another = await rejection(awsKmsSigner({ keyId: other.arn }).sign(digest))
    expect(another.code).toBe('signer-denied')
    expect(another.hint).toContain('kms:Sign')
  })

  test("another job's token does not get the role", async () => {
    const token = join(directory, 'other')
    await writeFile(token, webIdentityToken('repo:evil/tool'))
    process.env['AWS_WEB_IDENTITY_TOKEN_FILE'] = token
    const error = await rejection(awsKmsSigner({ keyId: allowed.arn }).sign(digest))
    expect(error.code).toBe('signer-denied')
  })
})

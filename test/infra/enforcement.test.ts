/** The modules' own documents, applied to a KMS that enforces IAM: who signs, and what is denied. */

import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GenerateDataKeyCommand,
  GenerateRandomCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  GetPublicKeyCommand,
  KMSClient,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awsKmsFetchSigner } from '../../src/signers/aws-kms-fetch.ts'
import type { AwsCredentials } from '../../src/signers/aws-kms-fetch.ts'
import {
  administratorName,
  allowedSubject,
  conditionKeys,
  githubIssuer,
  leavesOf,
  renderKeyPolicy,
  renderRole,
  repository,
  roleName,
  withoutKmsConditions,
} from '../support/infra/documents.ts'
import { expectSection } from '../support/infra/section.ts'
import { hclTools } from '../support/infra/render.ts'
import { describePart } from '../support/parts.ts'
import {
  assumeRole,
  createKey,
  createKmsUser,
  createOidcProvider,
  createRoleOf,
  region,
  startMinistack,
  useAwsEnvironment,
  webIdentityToken,
  type KmsKey,
  type Ministack,
} from '../support/services/index.ts'

useAwsEnvironment()

const Message = new Uint8Array(32)
const signing = {
  Message,
  MessageType: 'DIGEST',
  SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
} as const
const text = new TextEncoder().encode('text')

type Send = (kms: KMSClient) => Promise<unknown>

/** What somebody who holds the role might try, on a key. */
const onKey: Readonly<Record<string, (KeyId: string) => Send>> = {
  CancelKeyDeletion: (KeyId) => (kms) => kms.send(new CancelKeyDeletionCommand({ KeyId })),
  CreateAlias: (TargetKeyId) => (kms) =>
    kms.send(new CreateAliasCommand({ AliasName: 'alias/mine', TargetKeyId })),
  CreateGrant: (KeyId) => (kms) =>
    kms.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: 'arn:aws:iam::000000000000:user/mallory',
        Operations: ['Sign'],
      }),
    ),
  Decrypt: (KeyId) => (kms) => kms.send(new DecryptCommand({ KeyId, CiphertextBlob: text })),
  DescribeKey: (KeyId) => (kms) => kms.send(new DescribeKeyCommand({ KeyId })),
  DisableKey: (KeyId) => (kms) => kms.send(new DisableKeyCommand({ KeyId })),
  EnableKey: (KeyId) => (kms) => kms.send(new EnableKeyCommand({ KeyId })),
  EnableKeyRotation: (KeyId) => (kms) => kms.send(new EnableKeyRotationCommand({ KeyId })),
  GenerateDataKey: (KeyId) => (kms) =>
    kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })),
  GetKeyPolicy: (KeyId) => (kms) => kms.send(new GetKeyPolicyCommand({ KeyId })),
  GetKeyRotationStatus: (KeyId) => (kms) => kms.send(new GetKeyRotationStatusCommand({ KeyId })),
  ListGrants: (KeyId) => (kms) => kms.send(new ListGrantsCommand({ KeyId })),
  ListResourceTags: (KeyId) => (kms) => kms.send(new ListResourceTagsCommand({ KeyId })),
  PutKeyPolicy: (KeyId) => (kms) => kms.send(new PutKeyPolicyCommand({ KeyId, Policy: '{}' })),
  ReplicateKey: (KeyId) => (kms) =>
    kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-2' })),
  ScheduleKeyDeletion: (KeyId) => (kms) => kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
  TagResource: (KeyId) => (kms) =>
    kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] })),
  UntagResource: (KeyId) => (kms) => kms.send(new UntagResourceCommand({ KeyId, TagKeys: ['a'] })),
  UpdateKeyDescription: (KeyId) => (kms) =>
    kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: '' })),
  Verify: (KeyId) => (kms) => kms.send(new VerifyCommand({ KeyId, ...signing, Signature: text })),
}

/** Only on the other key: on its own the role may. */
const onOtherKey: typeof onKey = {
  GetPublicKey: (KeyId) => (kms) => kms.send(new GetPublicKeyCommand({ KeyId })),
  Sign: (KeyId) => (kms) => kms.send(new SignCommand({ KeyId, ...signing })),
}

const onNoKey: Readonly<Record<string, Send>> = {
  CreateKey: (kms) => kms.send(new CreateKeyCommand({})),
  DeleteAlias: (kms) => kms.send(new DeleteAliasCommand({ AliasName: 'alias/acme-release-v1' })),
  GenerateRandom: (kms) => kms.send(new GenerateRandomCommand({ NumberOfBytes: 32 })),
  ListAliases: (kms) => kms.send(new ListAliasesCommand({})),
  ListKeys: (kms) => kms.send(new ListKeysCommand({})),
}

/** `allowed`, or the name of the error. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'allowed'
  } catch (error) {
    return (error as Error).name
  }
}

/** What comes of one of the calls above. */
function outcomeBy(kms: KMSClient, action: string, keyId: string): Promise<string> {
  const send = { ...onKey, ...onOtherKey }[action]
  if (!send) throw new Error(`there is no call ${action}`)
  return outcomeOf(send(keyId)(kms))
}

const denied = 'AccessDeniedException'

describePart(['ministack', 'cryptography', 'tofu'], "the modules' documents, enforced", () => {
  let kms: Ministack
  let key: KmsKey
  let other: KmsKey
  let role: KMSClient
  let roleArn = ''
  const users = new Map<string, KMSClient>()
  const originals: string[] = []
  const clients: KMSClient[] = []

  const clientOf = (credentials: AwsCredentials): KMSClient => {
    const client = new KMSClient({
      region,
      endpoint: kms.url,
      maxAttempts: 1,
      credentials: {
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        ...(credentials.sessionToken !== undefined && { sessionToken: credentials.sessionToken }),
      },
    })
    clients.push(client)
    return client
  }
  const user = (name: string): KMSClient => {
    const client = users.get(name)
    if (!client) throw new Error(`there is no user ${name}`)
    return client
  }
  const applied = (document: string): string => {
    originals.push(document)
    return withoutKmsConditions(document)
  }

  beforeAll(async () => {
    const [tool] = hclTools()
    if (!tool) throw new Error('there is no tool that reads HCL')
    kms = await startMinistack({ auth: true })
    for (const name of [administratorName, 'bystander']) {
      users.set(name, clientOf(await createKmsUser(kms, name)))
    }
    const Policy = applied(renderKeyPolicy(tool))
    key = await createKey(kms.client, { KeySpec: 'RSA_3072', Policy })
    other = await createKey(kms.client, { KeySpec: 'RSA_2048' })
    await kms.client.send(
      new CreateAliasCommand({ AliasName: 'alias/acme-release-v1', TargetKeyId: key.keyId }),
    )
    await createOidcProvider(kms, githubIssuer)
    const { trust_policy: trust, role_policy: permissions } = renderRole(tool, key.arn)
    const documents = { trust: applied(trust), policy: applied(permissions) }
    roleArn = await createRoleOf(kms, roleName, documents)
    const token = webIdentityToken(allowedSubject, { host: githubIssuer })
    role = clientOf(await assumeRole(kms, roleArn, token))
  })
  afterAll(async () => {
    for (const client of clients) client.destroy()
    await kms.stop()
  })

  test('nothing but the two conditions is missing in what is applied', () => {
    const removed = originals.flatMap((original) => {
      const before = leavesOf(JSON.parse(original))
      const after = leavesOf(JSON.parse(withoutKmsConditions(original)))
      expect([...after].filter(([path, value]) => before.get(path) !== value)).toEqual([])
      return [...before.keys()].filter((path) => !after.has(path))
    })
    const keys = removed.map((path) => /\/Condition\/StringEquals\/([^/]+)\/\d$/.exec(path)?.[1])
    expect(new Set(keys)).toEqual(new Set(conditionKeys))
    // Sign stands in the key policy and in the role's, with one message type and three algorithms.
    expect(removed).toHaveLength(2 * (1 + 3))
  })

  test('the role signs and reads the public key', async () => {
    const token = webIdentityToken(allowedSubject, { host: githubIssuer })
    const signer = awsKmsFetchSigner({
      keyId: key.arn,
      endpoint: kms.url,
      credentials: () => assumeRole(kms, roleArn, token),
    })
    expect(await signer.publicKey()).toMatchObject({ kind: 'rsa' })
    const digest = { algorithm: 'SHA-256', octets: Message } as const
    expect(await signer.sign(digest)).toHaveLength(384)
  })

  test.each([
    ['another environment', `repo:${repository}:environment:staging`, {}],
    ['a branch', `repo:${repository}:ref:refs/heads/main`, {}],
    ['a tag, where an environment is asked for', `repo:${repository}:ref:refs/tags/v1`, {}],
    ['a pull request', `repo:${repository}:pull_request`, {}],
    ['another repository', 'repo:acme/other:environment:release', {}],
    ['another owner', 'repo:evil/tool:environment:release', {}],
    ['a longer subject', `${allowedSubject}2`, {}],
    ['a subject in another case', allowedSubject.toUpperCase(), {}],
    ['another audience', allowedSubject, { aud: 'https://evil.example' }],
    ['another issuer', allowedSubject, { host: 'evil.example' }],
  ])('a token of %s does not get the role', async (_, subject, more) => {
    const token = webIdentityToken(subject, { host: githubIssuer, ...more })
    await expect(assumeRole(kms, roleArn, token)).rejects.toThrow(/403.*AccessDenied/s)
  })

  describe('tags by their prefix', () => {
    const roles = {
      github: {
        host: githubIssuer,
        variables: { github: { repository, tag_prefix: 'v' } },
      },
      gitlab: {
        host: 'gitlab.com',
        variables: { gitlab: { project: 'acme/tool', tag_prefix: 'v' } },
      },
    } as const
    const arns = new Map<string, string>()

    beforeAll(async () => {
      const [tool] = hclTools()
      if (!tool) throw new Error('there is no tool that reads HCL')
      await createOidcProvider(kms, roles.gitlab.host)
      for (const [name, { variables }] of Object.entries(roles)) {
        const { trust_policy: trust, role_policy: policy } = renderRole(tool, key.arn, variables)
        arns.set(name, await createRoleOf(kms, `tags-${name}`, { trust, policy }))
      }
    })

    const assume = (name: keyof typeof roles, subject: string) =>
      assumeRole(kms, arns.get(name) ?? '', webIdentityToken(subject, { host: roles[name].host }))

    test.each([
      ['github', 'repo:acme/tool:ref:refs/tags/v1.2.3'],
      ['gitlab', 'project_path:acme/tool:ref_type:tag:ref:v1.2.3'],
    ] as const)('on %s %s gets the role', async (name, subject) => {
      expect(await assume(name, subject)).toMatchObject({
        accessKeyId: expect.any(String) as string,
      })
    })

    test.each([
      ['github', 'repo:acme/tool:ref:refs/tags/1.2.3'],
      ['github', 'repo:acme/tool:ref:refs/heads/v1'],
      ['github', 'repo:acme/tool:pull_request'],
      ['github', 'repo:acme/tool2:ref:refs/tags/v1'],
      ['github', 'repo:evil/acme/tool:ref:refs/tags/v1'],
      ['gitlab', 'project_path:acme/tool:ref_type:branch:ref:v1'],
      ['gitlab', 'project_path:acme/tool:ref_type:tag:ref:w1'],
      ['gitlab', 'project_path:acme/tool/fork:ref_type:tag:ref:v1'],
      ['gitlab', 'project_path:evil/tool:ref_type:tag:ref:v1'],
    ] as const)('on %s %s does not', async (name, subject) => {
      await expect(assume(name, subject)).rejects.toThrow(/403.*AccessDenied/s)
    })
  })

  test('every other call by the role is denied, and the table in the docs says so', async () => {
    const rows: string[] = []
    for (const [action, send] of Object.entries({ ...onKey, ...onOtherKey })) {
      const own = action in onOtherKey ? 'allowed' : denied
      expect([action, await outcomeOf(send(key.arn)(role))]).toEqual([action, own])
      expect([action, await outcomeOf(send(other.arn)(role))]).toEqual([action, denied])
      rows.push(`| \`kms:${action}\` | ${own === denied ? 'denied' : 'allowed'} | denied |`)
    }
    for (const [action, send] of Object.entries(onNoKey)) {
      expect([action, await outcomeOf(send(role))]).toEqual([action, denied])
      rows.push(`| \`kms:${action}\` | denied | denied |`)
    }
    expect(rows.filter((row) => row.includes('| denied | denied |')).length).toBeGreaterThan(15)
    await expectSection('docs/infrastructure.md', 'what the role may do', [
      '| call by the role | on its key | on another key, or on none |',
      '| --- | --- | --- |',
      ...rows.sort(),
    ])
  })

  test('a repointed alias is of no use: the role may not move one', async () => {
    const AliasName = 'alias/acme-release-v1'
    const moved = role.send(new UpdateAliasCommand({ AliasName, TargetKeyId: other.keyId }))
    expect(await outcomeOf(moved)).toBe(denied)
  })

  test('the administrator administers and cannot sign, though IAM allows every call of KMS', async () => {
    const admin = user(administratorName)
    for (const action of ['DescribeKey', 'GetKeyPolicy', 'TagResource', 'UpdateKeyDescription']) {
      expect([action, await outcomeBy(admin, action, key.arn)]).toEqual([action, 'allowed'])
    }
    expect(await outcomeBy(admin, 'Sign', key.arn)).toBe(denied)
    expect(await outcomeBy(admin, 'CreateGrant', key.arn)).toBe(denied)
  })

  const others = ['Sign', 'CreateGrant', 'DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy']

  test.each([...others, 'ReplicateKey'])(
    'whom IAM allows everything may not %s: the key policy does not name them',
    async (action) => {
      expect(await outcomeBy(user('bystander'), action, key.arn)).toBe(denied)
    },
  )

  test('it is the key policy that keeps them out: of a key without ours they read what they like', async () => {
    expect(await outcomeBy(user('bystander'), 'DescribeKey', other.arn)).toBe('allowed')
    expect(await outcomeBy(user('bystander'), 'DescribeKey', key.arn)).toBe(denied)
  })

  test('the administrator disables the key, enables it, and ends and keeps it', async () => {
    const admin = user(administratorName)
    for (const action of ['DisableKey', 'EnableKey', 'ScheduleKeyDeletion', 'CancelKeyDeletion']) {
      expect([action, await outcomeBy(admin, action, key.arn)]).toEqual([action, 'allowed'])
    }
  })
})

describe('what is taken out', () => {
  test('an operator that holds another key keeps it', () => {
    const document = JSON.stringify({
      Statement: [
        { Condition: { StringEquals: { 'kms:MessageType': 'RAW', 'aws:PrincipalArn': 'a' } } },
        { Condition: { StringEquals: { 'kms:SigningAlgorithm': 'x' } } },
      ],
    })
    expect(JSON.parse(withoutKmsConditions(document))).toEqual({
      Statement: [{ Condition: { StringEquals: { 'aws:PrincipalArn': 'a' } } }, {}],
    })
  })
})

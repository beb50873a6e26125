import { describe, expect, test } from 'vitest'
import { runMain } from '../../support/cli/in-process.ts'

const account = '111122223333'
const key = `arn:aws:kms:eu-west-2:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const role = `arn:aws:iam::${account}:role/acme-release-signer`

interface Document {
  readonly Statement: readonly {
    readonly Sid?: string
    readonly Effect: string
    readonly Action: readonly string[]
    readonly Resource?: readonly string[]
    readonly Principal?: Readonly<Record<string, readonly string[]>>
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  }[]
}

async function printed(...args: readonly string[]): Promise<Record<string, Document>> {
  const { status, stdout } = await runMain(['infra', 'policy', '--key', key, ...args])
  expect(status).toBe(0)
  return JSON.parse(stdout.toString()) as Record<string, Document>
}

test('of a key alone: the two statements of the role, and nothing but them', async () => {
  const { status, transcript } = await runMain(['infra', 'policy', '--key', key, '--only', 'role'])
  expect(status).toBe(0)
  expect(JSON.parse(transcript.replace(/\[0\]$/, ''))).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['kms:Sign'],
        Resource: [key],
        Condition: {
          StringEquals: {
            'kms:MessageType': ['DIGEST'],
            'kms:SigningAlgorithm': [
              'RSASSA_PKCS1_V1_5_SHA_256',
              'RSASSA_PKCS1_V1_5_SHA_384',
              'RSASSA_PKCS1_V1_5_SHA_512',
            ],
          },
        },
      },
      { Effect: 'Allow', Action: ['kms:GetPublicKey'], Resource: [key] },
    ],
  })
  expect(Object.keys(await printed())).toEqual(['role'])
})

test('an Ed25519 key signs the digest as a message, by the one algorithm that OpenPGP knows', async () => {
  const { role: policy } = await printed('--spec', 'ECC_NIST_EDWARDS25519')
  expect(policy?.Statement[0]?.Condition).toEqual({
    StringEquals: { 'kms:MessageType': ['RAW'], 'kms:SigningAlgorithm': ['ED25519_SHA_512'] },
  })
})

test('nobody but the signer is allowed to sign, and no statement gives the account anything', async () => {
  const admin = `arn:aws:iam::${account}:role/admin`
  const { key: policy } = await printed('--role', role, '--admin', admin)
  const allows = policy?.Statement.filter(({ Effect }) => Effect === 'Allow') ?? []
  const signs = allows.filter(({ Action }) => Action.includes('kms:Sign'))
  expect(signs.map(({ Principal }) => Principal)).toEqual([{ AWS: [role] }])
  expect(allows.filter(({ Action }) => Action.some((one) => one.includes('*')))).toEqual([])
  const account_ = allows.filter(({ Principal }) => Principal?.['AWS']?.[0]?.endsWith(':root'))
  // The root user itself, and it may change the policy.
  expect(account_.map(({ Action, Condition }) => [Action, Condition])).toEqual([
    [
      ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:PutKeyPolicy'],
      { ArnEquals: { 'aws:PrincipalArn': [`arn:aws:iam::${account}:root`] } },
    ],
  ])
})

test('--lock-out-root leaves the policy to the administrators alone', async () => {
  const admin = `arn:aws:iam::${account}:role/admin`
  const { key: policy } = await printed('--role', role, '--admin', admin, '--lock-out-root')
  expect(JSON.stringify(policy)).not.toContain(':root')
})

test('without --admin it says who administers', async () => {
  const { stderr } = await runMain(['infra', 'policy', '--key', key, '--role', role])
  expect(stderr).toBe(
    'note: no --admin: IAM policies of the account decide who administers the key\n',
  )
})

test('the provider is that of the account of the role', async () => {
  const other = 'arn:aws:iam::999900001111:role/signer'
  const { trust } = await printed('--role', other, '--github', 'acme/tool')
  expect(trust?.Statement[0]?.Principal).toEqual({
    Federated: ['arn:aws:iam::999900001111:oidc-provider/token.actions.githubusercontent.com'],
  })
})

describe('what is refused, by the status of a wrong command line', () => {
  test.each([
    ['say which --key', []],
    ['--key has to be the ARN of a key', ['--key', 'alias/acme']],
    ['--key has to be the ARN of a key', ['--key', `${key.slice(0, -2)}*`]],
    ['--key has to be the ARN of a key', ['--key', `arn:aws:kms:eu-west-2:${account}:alias/a`]],
    ['--spec has to be one of RSA_4096', ['--key', key, '--spec', 'RSA_2048']],
    ['--role has to be', ['--key', key, '--role', 'arn:aws:iam::111122223333:role/*']],
    ['--admin has to be', ['--key', key, '--role', role, '--admin', '*']],
    ['must not be an administrator', ['--key', key, '--role', role, '--admin', role]],
    ['--only is key, role or trust', ['--key', key, '--only', 'keys']],
    ['--only key needs --role', ['--key', key, '--only', 'key']],
    ['which needs --role', ['--key', key, '--admin', `arn:aws:iam::${account}:role/admin`]],
    ['which needs --role', ['--key', key, '--lock-out-root']],
    ['--only trust needs --github', ['--key', key, '--only', 'trust']],
    ['--github is not of the form', ['--key', key, '--github', 'acme/*']],
    ['--github is not of the form', ['--key', key, '--github', 'acme']],
    ['--environment is not', ['--key', key, '--github', 'acme/tool', '--environment', 'r*']],
    ['--tag-prefix is not', ['--key', key, '--github', 'acme/tool', '--tag-prefix', '*']],
    ['not both', ['--key', key, '--github=a/b', '--environment=r', '--tag-prefix=v']],
    ['--gitlab is not of the form', ['--key', key, '--gitlab', 'acme', '--tag-prefix', 'v']],
    ['--gitlab needs a --tag-prefix', ['--key', key, '--gitlab', 'acme/tool']],
    ['goes with --github', ['--key', key, '--gitlab=a/b', '--tag-prefix=v', '--environment=r']],
    ['one role trusts one issuer', ['--key', key, '--github', 'a/b', '--gitlab', 'a/b']],
    ['--subject is not of the form', ['--key', key, '--subject', 'repo:acme/*', '--issuer=a.b']],
    ['say by --issuer', ['--key', key, '--subject', 'a']],
    ['--issuer is not of the form', ['--key', key, '--subject', 'a', '--issuer', 'https://a.b']],
    ['--audience is not', ['--key', key, '--github', 'acme/tool', '--audience', '*']],
    ['--environment and --tag-prefix go with', ['--key', key, '--tag-prefix', 'v']],
    ['no operands', ['--key', key, 'operand']],
  ])('%s: %j', async (said, args) => {
    const { status, stdout, stderr } = await runMain(['infra', 'policy', ...args])
    expect([status, stdout.toString()]).toEqual([2, ''])
    expect(stderr).toContain(said)
    expect(stderr).toContain('hint: see: longhand infra policy --help')
  })
})

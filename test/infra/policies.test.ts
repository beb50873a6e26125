/** `longhand infra policy` prints what the HCL of the modules makes; a linter of policies reads it. */

import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { readModule } from '../support/infra/modules.ts'
import { evaluateHcl, hclTools, renderPolicy } from '../support/infra/render.ts'
import type { HclTool, Rendering } from '../support/infra/render.ts'
import { describePart, partPath, venvPython } from '../support/parts.ts'
import { runMain } from '../support/cli/in-process.ts'

const account = '111122223333'
const keyArn = `arn:aws:kms:eu-west-2:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const roleArn = `arn:aws:iam::${account}:role/acme-release-signer`
const admins = [
  `arn:aws:iam::${account}:role/ops/release-admin`,
  `arn:aws:iam::${account}:user/eve`,
]

const specs = [
  'RSA_4096',
  'RSA_3072',
  'ECC_NIST_EDWARDS25519',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
]

/** What a module is given, and the command line that says the same. */
interface Pair {
  readonly title: string
  readonly only: 'key' | 'role' | 'trust'
  readonly variables: Readonly<Record<string, unknown>>
  readonly args: readonly string[]
  readonly key?: string
}

const keyVariables = { name: 'acme-release', administrators: admins, signer_role_arn: roleArn }
const keyArgs = ['--role', roleArn, ...admins.flatMap((arn) => ['--admin', arn])]
const roleVariables = (spec = 'RSA_4096', arn = keyArn): Record<string, unknown> => ({
  name: 'acme-release-signer',
  keys: [{ arn, spec }],
})

const pairs: readonly Pair[] = [
  ...specs.map((spec): Pair => ({
    title: `the key policy for ${spec}`,
    only: 'key',
    variables: { ...keyVariables, key_spec: spec },
    args: [...keyArgs, '--spec', spec],
  })),
  ...specs.map((spec): Pair => ({
    title: `the policy of the role for ${spec}`,
    only: 'role',
    variables: roleVariables(spec),
    args: ['--spec', spec],
  })),
  {
    title: 'a key policy that locks the root user out',
    only: 'key',
    variables: { ...keyVariables, lock_out_root: true },
    args: [...keyArgs, '--lock-out-root'],
  },
  {
    title: 'the key policy of a multi-Region key',
    only: 'key',
    key: `arn:aws:kms:eu-west-2:${account}:key/mrk-1234abcd12ab34cd56ef1234567890ab`,
    variables: { ...keyVariables, multi_region: true },
    args: keyArgs,
  },
  {
    title: 'a key that the account administers',
    only: 'key',
    variables: { ...keyVariables, administrators: [`arn:aws:iam::${account}:root`] },
    args: ['--role', roleArn],
  },
  {
    title: 'an environment on GitHub',
    only: 'trust',
    variables: { ...roleVariables(), github: { repository: 'acme/tool' } },
    args: ['--github', 'acme/tool'],
  },
  {
    title: 'a repository on GitHub by its numbers, another environment, another audience',
    only: 'trust',
    variables: {
      ...roleVariables(),
      github: { repository: 'acme@123456/tool@456789', environment: 'publish' },
      audience: 'acme-release',
    },
    args: [
      ...['--github', 'acme@123456/tool@456789', '--environment', 'publish'],
      ...['--audience', 'acme-release'],
    ],
  },
  {
    title: 'tags on GitHub, and an exact subject besides',
    only: 'trust',
    variables: {
      ...roleVariables(),
      github: { repository: 'acme/tool', tag_prefix: 'v' },
      subjects: ['repo:acme/tool:ref:refs/heads/main'],
    },
    args: [
      ...['--github', 'acme/tool', '--tag-prefix', 'v'],
      ...['--subject', 'repo:acme/tool:ref:refs/heads/main'],
    ],
  },
  {
    title: 'tags on GitLab',
    only: 'trust',
    variables: {
      ...roleVariables(),
      gitlab: { project: 'acme/tools/one', tag_prefix: 'release/v' },
    },
    args: ['--gitlab', 'acme/tools/one', '--tag-prefix', 'release/v'],
  },
  {
    title: 'a GitLab of your own',
    only: 'trust',
    variables: {
      ...roleVariables(),
      gitlab: { project: 'acme/tool', tag_prefix: 'v' },
      issuer: 'gitlab.acme.example',
    },
    args: ['--gitlab', 'acme/tool', '--tag-prefix', 'v', '--issuer', 'gitlab.acme.example'],
  },
  {
    title: 'any issuer',
    only: 'trust',
    variables: { ...roleVariables(), subjects: ['pipeline:7', 'a|b'], issuer: 'ci.example/id' },
    args: ['--subject', 'pipeline:7', '--subject', 'a|b', '--issuer', 'ci.example/id'],
  },
]

function rendered(tool: HclTool, { only, variables }: Pick<Pair, 'only' | 'variables'>): string {
  const module: Rendering['module'] = only === 'key' ? 'aws-kms-signing-key' : 'oidc-signer-role'
  return renderPolicy(tool, { module, local: `${only}_policy`, variables, account })
}

async function printed(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runMain(['infra', 'policy', ...args])
  expect([status, stderr.replace(/^note: no --admin: .*\n/, '')]).toEqual([0, ''])
  return stdout.toString()
}

describePart('tofu', 'rendered from the HCL', () => {
  describe.each(hclTools())('by $name', (tool) => {
    test.each(pairs)('$title', async (pair) => {
      const { key = keyArn, args, only } = pair
      expect(await printed('--key', key, ...args, '--only', only)).toBe(`${rendered(tool, pair)}\n`)
    })

    test('all documents at once are members of one object', async () => {
      const all = await printed('--key', keyArn, ...keyArgs, '--github', 'acme/tool')
      const key = rendered(tool, { only: 'key', variables: keyVariables })
      const variables = { ...roleVariables(), github: { repository: 'acme/tool' } }
      const [role, trust] = (['role', 'trust'] as const).map((only) =>
        rendered(tool, { only, variables }),
      )
      expect(all).toBe(`{"key":${key},"role":${role},"trust":${trust}}\n`)
    })

    test.each([
      ['never a whole organisation', { github: { repository: 'acme/*' } }],
      ['never a whole organisation', { github: { repository: '*' } }],
      ['never a whole organisation', { github: { repository: 'acme' } }],
      ["The environment's name", { github: { repository: 'acme/tool', environment: '*' } }],
      ['The tag prefix', { github: { repository: 'acme/tool', tag_prefix: '' } }],
      ['The tag prefix', { github: { repository: 'acme/tool', tag_prefix: '*' } }],
      ['never a whole group', { gitlab: { project: 'acme', tag_prefix: 'v' } }],
      ['never a whole group', { gitlab: { project: 'acme/*', tag_prefix: 'v' } }],
      ['The tag prefix', { gitlab: { project: 'acme/tool', tag_prefix: '?' } }],
      ['Each subject is exact', { subjects: ['repo:acme/*'], issuer: 'ci.example' }],
      ['Each subject is exact', { subjects: ['repo:acme/tool:environment:release?'] }],
      ['The audience', { audience: '*' }],
      ['The issuer', { issuer: 'https://ci.example' }],
      ['Each key is named', { keys: [{ arn: `${keyArn.slice(0, -1)}*`, spec: 'RSA_4096' }] }],
      ['Each key is named', { keys: [{ arn: 'alias/acme', spec: 'RSA_4096' }] }],
      ['Each key is named', { keys: [] }],
      ['The key spec', { keys: [{ arn: keyArn, spec: 'RSA_2048' }] }],
      ['The permissions boundary', { permissions_boundary: 'boundary' }],
    ])('oidc-signer-role says %s: %j', (said, more) => {
      const variables = { ...roleVariables(), github: { repository: 'acme/tool' }, ...more }
      expect(() => rendered(tool, { only: 'trust', variables })).toThrow(wrapped(said))
    })

    test.each([
      ['The key spec', { key_spec: 'RSA_2048' }],
      ['The key spec', { key_spec: 'SYMMETRIC_DEFAULT' }],
      ['The administrators', { administrators: [] }],
      ['The administrators', { administrators: ['*'] }],
      ['The administrators', { administrators: [`arn:aws:iam::${account}:role/*`] }],
      ['The signer is', { signer_role_arn: `arn:aws:iam::${account}:root` }],
      ['The signer is', { signer_role_arn: `arn:aws:iam::${account}:role/*` }],
      ['The name consists', { name: 'aws/acme' }],
      ['The key version', { key_version: 0 }],
      ['The key version', { key_version: 1.5 }],
    ])('aws-kms-signing-key says %s: %j', (said, more) => {
      const variables = { ...keyVariables, ...more }
      expect(() => rendered(tool, { only: 'key', variables })).toThrow(wrapped(said))
    })
  })
})

describePart(['tofu', 'python-hcl2'], 'the preconditions of the modules', () => {
  /** Those that do not hold, of a module that is given this. */
  function failing(
    module: 'aws-kms-signing-key' | 'oidc-signer-role',
    variables: Readonly<Record<string, unknown>>,
  ): string[] {
    const [tool] = hclTools()
    if (!tool) throw new Error('there is no tool that reads HCL')
    const { preconditions } = readModule(module)
    expect(preconditions).not.toEqual([])
    return preconditions.filter(
      (expression) => evaluateHcl(tool, { module, expression, variables, account }) !== 'true',
    )
  }

  test('the signer is no administrator', () => {
    expect(failing('aws-kms-signing-key', keyVariables)).toEqual([])
    const both = { ...keyVariables, administrators: [...admins, roleArn] }
    expect(failing('aws-kms-signing-key', both)).toHaveLength(1)
  })

  test('somebody gets the role, of one issuer', () => {
    const github = { repository: 'acme/tool' }
    const gitlab = { project: 'acme/tool', tag_prefix: 'v' }
    const failed = (more: object): number =>
      failing('oidc-signer-role', { ...roleVariables(), ...more }).length
    expect(failed({ github })).toBe(0)
    expect(failed({ gitlab })).toBe(0)
    expect(failed({ subjects: ['a'], issuer: 'ci.example' })).toBe(0)
    // Nobody, and of no issuer.
    expect(failed({})).toBe(2)
    expect(failed({ issuer: 'ci.example' })).toBe(1)
    expect(failed({ subjects: ['a'] })).toBe(1)
    expect(failed({ github, gitlab })).toBe(1)
  })
})

/** A message as it stands in a box, broken where it is too long. */
function wrapped(words: string): RegExp {
  return new RegExp(words.replaceAll(' ', String.raw`[\s│]+(?:\u001b\[[\d;]*m|[\s│])*`))
}

const linter = `
import parliament, sys
policy = parliament.analyze_policy_string(sys.stdin.read())
for finding in policy.findings: print(finding.issue, finding.detail)`

/** What parliament has to say of a policy, one finding a line. */
function findingsOf(document: string): string {
  partPath('parliament')
  const run = spawnSync(venvPython(), ['-W', 'ignore', '-c', linter], {
    input: document,
    encoding: 'utf8',
  })
  expect([run.status, run.stderr]).toEqual([0, ''])
  return run.stdout
}

describePart(['parliament', 'cryptography'], 'a linter of policies', () => {
  const policies = pairs.filter(({ only }) => only !== 'trust')

  test.each(policies)('has nothing to say of $title', async ({ key = keyArn, args, only }) => {
    const document = await printed('--key', key, ...args, '--only', only)
    // In a key policy * is the key itself, and its aliases; the linter takes it for all there are.
    const resources = [key, `arn:aws:kms:eu-west-2:${account}:alias/acme-release-v1`]
    const named = document.replaceAll('"Resource":["*"]', `"Resource":${JSON.stringify(resources)}`)
    expect(findingsOf(named)).toBe('')
  })

  const trusts = pairs.filter(({ only }) => only === 'trust')

  test.each(trusts)(
    'knows the issuers of no CI, and finds nothing else in that for $title',
    async ({ args }) => {
      const findings = findingsOf(await trustWithResource(args))
        .trim()
        .split('\n')
      const others = findings.filter(
        (finding) =>
          !/^UNKNOWN_FEDERATION_SOURCE arn:aws:iam::\d+:oidc-provider\//.test(finding) &&
          !/^UNKNOWN_CONDITION_FOR_ACTION Unknown condition \S+:(?:aud|sub) /.test(finding) &&
          finding !== "RESOURCE_STAR ['sts:AssumeRoleWithWebIdentity']",
      )
      expect(others).toEqual([])
      const misspelt = (await trustWithResource(args)).replaceAll('WebIdentity', 'WebIdentities')
      expect(findingsOf(misspelt)).toContain('UNKNOWN_ACTION')
    },
  )

  /** A trust policy has no Resource, and the linter wants one. */
  async function trustWithResource(args: readonly string[]): Promise<string> {
    const document = JSON.parse(await printed('--key', keyArn, ...args, '--only', 'trust')) as {
      readonly Statement: readonly object[]
    }
    const Statement = document.Statement.map((statement) => ({ ...statement, Resource: '*' }))
    return JSON.stringify({ ...document, Statement })
  }

  test.each([
    ['role', 'kms:Sign', 'kms:Sing'],
    ['key', 'kms:PutKeyPolicy', 'kms:PutKeyPolicies'],
    ['key', 'kms:GetPublicKey', 'kms:GetPublicKeys'],
  ])('in the %s policy %s spelt %s is found', async (only, right, wrong) => {
    const document = await printed('--key', keyArn, ...keyArgs, '--only', only)
    expect(findingsOf(document.replace(`"${right}"`, `"${wrong}"`))).toContain(
      `UNKNOWN_ACTION Unknown action ${wrong}`,
    )
  })

  test('a condition on a key that the action does not have is found', async () => {
    const document = await printed('--key', keyArn, '--only', 'role')
    const moved = document.replace('kms:SigningAlgorithm', 'kms:EncryptionAlgorithm')
    expect(findingsOf(moved)).toContain('UNKNOWN_CONDITION_FOR_ACTION')
  })
})

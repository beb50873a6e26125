/** The three documents of the modules for an account of the emulator, and what it cannot be given. */

import { account } from '../services/web-identity.ts'
import { renderPolicy } from './render.ts'
import type { HclTool } from './render.ts'

export const githubIssuer = 'token.actions.githubusercontent.com'
export const repository = 'acme/tool'
/** The one subject that gets the role. */
export const allowedSubject = `repo:${repository}:environment:release`
export const roleName = 'acme-release-signer'
export const roleArn = `arn:aws:iam::${account}:role/${roleName}`
export const administratorName = 'release-administrator'
export const administratorArn = `arn:aws:iam::${account}:user/${administratorName}`

const spec = 'RSA_3072'

/** Needed before the key is there. */
export function renderKeyPolicy(tool: HclTool): string {
  const variables = {
    name: 'acme-release',
    key_spec: spec,
    administrators: [administratorArn],
    signer_role_arn: roleArn,
  }
  return renderPolicy(tool, {
    module: 'aws-kms-signing-key',
    local: 'key_policy',
    variables,
    account,
  })
}

export function renderRole(
  tool: HclTool,
  keyArn: string,
  whose: Readonly<Record<string, unknown>> = { github: { repository } },
): Record<'trust_policy' | 'role_policy', string> {
  const variables = { name: roleName, keys: [{ arn: keyArn, spec }], ...whose }
  const render = (local: 'trust_policy' | 'role_policy'): string =>
    renderPolicy(tool, { module: 'oidc-signer-role', local, variables, account })
  return { trust_policy: render('trust_policy'), role_policy: render('role_policy') }
}

interface Policy {
  readonly Statement: readonly {
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }[]
}

export const conditionKeys = ['kms:MessageType', 'kms:SigningAlgorithm'] as const

/**
 * The same document without the two conditions whose keys the emulator does not fill in: with them
 * it denies everything. An operator or a Condition that has nothing left goes with them.
 */
export function withoutKmsConditions(document: string): string {
  const policy = JSON.parse(document) as Policy
  const Statement = policy.Statement.map(({ Condition, ...statement }) => {
    if (Condition === undefined) return statement
    const kept = Object.entries(Condition).flatMap(([operator, keys]) => {
      const left = Object.entries(keys).filter(([key]) => !isRemoved(key))
      return left.length > 0 ? [[operator, Object.fromEntries(left)] as const] : []
    })
    return kept.length > 0 ? { ...statement, Condition: Object.fromEntries(kept) } : statement
  })
  return JSON.stringify({ ...policy, Statement })
}

function isRemoved(key: string): boolean {
  return conditionKeys.some((removed) => removed === key)
}

/** Every value of a document by where it stands, to tell two apart. */
export function leavesOf(value: unknown, path = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]])
  return new Map(
    Object.entries(value).flatMap(([name, member]) => [...leavesOf(member, `${path}/${name}`)]),
  )
}

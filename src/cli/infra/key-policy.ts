/** The key policy that the module aws-kms-signing-key makes. */

import { usageError } from '../command.ts'
import { command, rootArn } from './arn.ts'
import type { KeyArn } from './arn.ts'
import { policyDocument } from './document.ts'
import type { PolicyDocument, Statement } from './document.ts'
import { allowGetPublicKey, allowSign } from './signing.ts'
import type { KeySpec } from './signing.ts'

export interface KeyPolicyFields {
  readonly key: KeyArn
  readonly spec: KeySpec
  readonly role: string
  readonly administrators: readonly string[]
  readonly lockOutRoot: boolean
}

/** No Sign, and no CreateGrant, by which an administrator could hand Sign to anybody. */
const administration = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:GetPublicKey',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
]

const Resource = ['*']

/** `usage` where the signer is an administrator too. */
export function keyPolicy(fields: KeyPolicyFields): PolicyDocument {
  const { key, spec, role, administrators, lockOutRoot } = fields
  if (administrators.includes(role)) {
    throw usageError(command, 'the role that signs must not be an administrator too')
  }
  const root = [rootArn(key)]
  const signer = { AWS: [role] }
  const replication = key.multiRegion ? ['kms:ReplicateKey', 'kms:UpdatePrimaryRegion'] : []
  const rootChangesThePolicy: Statement = {
    Sid: 'RootChangesThePolicy',
    Effect: 'Allow',
    Principal: { AWS: root },
    Action: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:PutKeyPolicy'],
    Resource,
    Condition: { ArnEquals: { 'aws:PrincipalArn': root } },
  }
  const changers = new Set([...administrators, ...(lockOutRoot ? [] : root)])
  return policyDocument([
    {
      Sid: 'Administer',
      Effect: 'Allow',
      Principal: { AWS: administrators },
      Action: [...administration, ...replication],
      Resource,
    },
    ...(lockOutRoot ? [] : [rootChangesThePolicy]),
    { Sid: 'Sign', ...allowSign(spec), Principal: signer, Resource },
    { Sid: 'GetPublicKey', ...allowGetPublicKey, Principal: signer, Resource },
    deny('AdministratorsDoNotSign', ['kms:CreateGrant', 'kms:Sign'], {
      ArnEquals: { 'aws:PrincipalArn': administrators },
    }),
    deny('OnlyAdministratorsEndTheKey', ['kms:DisableKey', 'kms:ScheduleKeyDeletion'], {
      ArnNotEquals: { 'aws:PrincipalArn': administrators },
    }),
    // A replica gets whatever policy its maker gives it.
    deny(
      'OnlyAdministratorsChangeThePolicy',
      ['kms:PutKeyPolicy', 'kms:ReplicateKey', 'kms:UpdatePrimaryRegion'],
      { ArnNotEquals: { 'aws:PrincipalArn': [...changers] } },
    ),
  ])
}

function deny(
  Sid: string,
  Action: readonly string[],
  Condition: NonNullable<Statement['Condition']>,
): Statement {
  return { Sid, Effect: 'Deny', Principal: { AWS: ['*'] }, Action, Resource, Condition }
}

/** Names in AWS, read as strictly as the Terraform modules read them. */

import { usageError } from '../command.ts'

export const command = 'infra policy'

export interface KeyArn {
  readonly arn: string
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string
  readonly account: string
  /** Its id starts with mrk-: it may be replicated to other Regions. */
  readonly multiRegion: boolean
}

/** The ARN of a key itself: an alias may be repointed, and IAM does not resolve it. */
export function parseKeyArn(arn: string): KeyArn {
  const [, partition, account, id] =
    /^arn:(aws[a-z-]*):kms:[a-z0-9-]+:(\d{12}):key\/([A-Za-z0-9-]+)$/.exec(arn) ?? []
  if (partition === undefined || account === undefined || id === undefined) {
    throw usageError(command, '--key has to be the ARN of a key, as aws kms describe-key shows it')
  }
  return { arn, partition, account, multiRegion: id.startsWith('mrk-') }
}

/** The role that signs. */
export function requireRoleArn(arn: string): string {
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(arn)) return arn
  throw usageError(command, '--role has to be the ARN of one IAM role, without wildcards')
}

/** Roles, users, or the account by its root. */
export function requireAdministratorArn(arn: string): string {
  if (/^arn:aws[a-z-]*:iam::\d{12}:(?:root|(?:role|user)\/[\w+=,.@/-]+)$/.test(arn)) return arn
  throw usageError(command, '--admin has to be the ARN of one IAM role or user, without wildcards')
}

/** The root user of the account that a key or a role is in. */
export function rootArn({ partition, account }: Pick<KeyArn, 'partition' | 'account'>): string {
  return `arn:${partition}:iam::${account}:root`
}

/** The account of an IAM role. */
export function accountOf(roleArn: string): string | undefined {
  return roleArn.split(':')[4]
}

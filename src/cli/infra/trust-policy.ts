/** Whose tokens get the role of the module oidc-signer-role: named CI jobs, never an organisation. */

import { usageError } from '../command.ts'
import { command } from './arn.ts'
import { policyDocument } from './document.ts'
import type { PolicyDocument, Statement } from './document.ts'

export interface TrustFields {
  readonly github: string | undefined
  readonly environment: string | undefined
  readonly gitlab: string | undefined
  readonly tagPrefix: string | undefined
  readonly subjects: readonly string[]
  readonly issuer: string | undefined
  readonly audience: string | undefined
}

/** What each may consist of: what the module's validations say, and so no wildcard anywhere. */
const forms = {
  github: /^[A-Za-z0-9][A-Za-z0-9-]*(?:@\d+)?\/[\w.-]+(?:@\d+)?$/,
  environment: /^[\w./-]+$/,
  gitlab: /^[\w.-]+(?:\/[\w.-]+)+$/,
  'tag-prefix': /^[\w./-]+$/,
  subject: /^[\w.:/@|-]+$/,
  issuer: /^[a-z0-9.-]+(?::\d+)?(?:\/[\w./-]*[\w-])?$/,
  audience: /^[\w.:/-]+$/,
}

/** Undefined where no subject is named. */
export function trustPolicy(
  fields: TrustFields,
  { partition, account }: { readonly partition: string; readonly account: string },
): PolicyDocument | undefined {
  const { exact, patterns } = namedSubjects(fields)
  if (exact.length + patterns.length === 0) return undefined
  const { gitlab, audience = 'sts.amazonaws.com' } = fields
  const standard = gitlab === undefined ? 'token.actions.githubusercontent.com' : 'gitlab.com'
  const issuer = required('issuer', fields.issuer ?? standard)
  const sub = `${issuer}:sub`
  const StringEquals = { [`${issuer}:aud`]: [required('audience', audience)] }
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: [`arn:${partition}:iam::${account}:oidc-provider/${issuer}`] },
    Action: ['sts:AssumeRoleWithWebIdentity'],
  } as const
  const statements: readonly (Statement & { readonly names: readonly string[] })[] = [
    {
      names: exact,
      Sid: 'ExactSubjects',
      ...statement,
      Condition: { StringEquals: { ...StringEquals, [sub]: exact } },
    },
    {
      names: patterns,
      Sid: 'TagsWithThePrefix',
      ...statement,
      Condition: { StringEquals, StringLike: { [sub]: patterns } },
    },
  ]
  return policyDocument(
    statements.flatMap(({ names, ...rest }) => (names.length > 0 ? [rest] : [])),
  )
}

/** Subjects to the last letter, and those whose tag may go on after its prefix. */
function namedSubjects(fields: TrustFields): Record<'exact' | 'patterns', readonly string[]> {
  const { github, environment, gitlab, tagPrefix, subjects, issuer } = fields
  for (const subject of subjects) required('subject', subject)
  if (github !== undefined && gitlab !== undefined) {
    throw usageError(command, 'one role trusts one issuer: --github or --gitlab')
  }
  const nobody = github === undefined && gitlab === undefined
  if (nobody && (tagPrefix ?? environment) !== undefined) {
    throw usageError(command, '--environment and --tag-prefix go with --github or --gitlab')
  }
  if (nobody && subjects.length > 0 && issuer === undefined) {
    throw usageError(command, 'say by --issuer whose subjects these are')
  }
  const tags = tagPrefix === undefined ? undefined : `${required('tag-prefix', tagPrefix)}*`
  if (github !== undefined) {
    const repository = `repo:${required('github', github)}`
    if (tags !== undefined && environment !== undefined) {
      throw usageError(command, 'a job has an environment or a tag as its subject, not both')
    }
    if (tags !== undefined)
      return { exact: subjects, patterns: [`${repository}:ref:refs/tags/${tags}`] }
    const name = required('environment', environment ?? 'release')
    return { exact: [`${repository}:environment:${name}`, ...subjects], patterns: [] }
  }
  if (gitlab === undefined) return { exact: subjects, patterns: [] }
  const project = `project_path:${required('gitlab', gitlab)}`
  if (environment !== undefined) throw usageError(command, '--environment goes with --github')
  if (tags === undefined) throw usageError(command, '--gitlab needs a --tag-prefix')
  return { exact: subjects, patterns: [`${project}:ref_type:tag:ref:${tags}`] }
}

function required(name: keyof typeof forms, value: string): string {
  if (forms[name].test(value)) return value
  throw usageError(command, `--${name} is not of the form that IAM is given, without wildcards`)
}

/** longhand infra policy: the policy documents of the Terraform modules, for who has no Terraform. */

import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import {
  accountOf,
  command as name,
  parseKeyArn,
  requireAdministratorArn,
  requireRoleArn,
  rootArn,
} from '../infra/arn.ts'
import { policyText } from '../infra/document.ts'
import type { PolicyDocument } from '../infra/document.ts'
import { keyPolicy } from '../infra/key-policy.ts'
import { rolePolicy } from '../infra/role-policy.ts'
import { parseKeySpec } from '../infra/signing.ts'
import { trustPolicy } from '../infra/trust-policy.ts'
import { say } from '../run.ts'

type DocumentName = 'key' | 'role' | 'trust'

/** What has to be given so that each can be made. */
const needs: Readonly<Record<DocumentName, string>> = {
  key: '--role',
  role: '--key',
  trust: '--github, --gitlab or --subject',
}

export const infraPolicy: Command = defineCommand({
  name,
  summary: 'Prints the IAM policies of a signing key in AWS KMS and of the role that signs.',
  operands: '',
  options: {
    key: { type: 'string', value: 'ARN', help: 'the key' },
    spec: { type: 'string', value: 'S', help: 'its key spec (default: RSA_4096)' },
    role: { type: 'string', value: 'ARN', help: 'the role that signs; for the key policy' },
    admin: {
      type: 'string',
      multiple: true,
      value: 'ARN',
      help: "who administers the key (default: the key's account); may be repeated",
    },
    'lock-out-root': {
      type: 'boolean',
      help: 'DANGER: with the administrators lost nobody can administer the key again',
    },
    github: { type: 'string', value: 'OWNER/NAME', help: 'a repository whose jobs get the role' },
    environment: {
      type: 'string',
      value: 'NAME',
      help: 'its protected environment (default: release)',
    },
    gitlab: { type: 'string', value: 'PATH', help: 'a project whose jobs for tags get the role' },
    'tag-prefix': {
      type: 'string',
      value: 'P',
      help: 'jobs for tags that start so; on GitHub instead of an environment',
    },
    subject: {
      type: 'string',
      multiple: true,
      value: 'SUB',
      help: 'an exact subject of a token; may be repeated',
    },
    issuer: { type: 'string', value: 'HOST', help: "who signs the tokens (default: GitHub's)" },
    audience: {
      type: 'string',
      value: 'AUD',
      help: 'whom the tokens are for (default: sts.amazonaws.com)',
    },
    only: { type: 'string', value: 'NAME', help: 'one document alone: key, role or trust' },
  },
  notes: [
    'Nothing is asked of AWS. All documents that can be made of what is given are members of one JSON',
    'object: role, the two statements of the role; key, the key policy, with --role; trust, whose',
    'tokens get the role, with --github, --gitlab or --subject. They are what the modules under',
    'terraform/ make, octet for octet.',
  ],
  run({ options, operands, io }) {
    if (operands.length > 0) throw usageError(name, 'there is nothing to read: no operands')
    const { role } = options
    if (options.key === undefined) throw usageError(name, 'say which --key')
    const key = parseKeyArn(options.key)
    const spec = parseKeySpec(options.spec)
    if (role !== undefined) requireRoleArn(role)
    else if (options.admin.length > 0 || options['lock-out-root']) {
      throw usageError(
        name,
        '--admin and --lock-out-root are for the key policy, which needs --role',
      )
    }
    const { admin, environment, github, gitlab, subject: subjects, issuer, audience } = options
    const trustFields = { github, environment, gitlab, subjects, issuer, audience }
    const documents: Readonly<Record<DocumentName, PolicyDocument | undefined>> = {
      key:
        role === undefined
          ? undefined
          : keyPolicy({
              key,
              spec,
              role,
              administrators:
                admin.length > 0 ? admin.map(requireAdministratorArn) : [rootArn(key)],
              lockOutRoot: options['lock-out-root'],
            }),
      role: rolePolicy(key, spec),
      trust: trustPolicy(
        { ...trustFields, tagPrefix: options['tag-prefix'] },
        { partition: key.partition, account: accountOf(role ?? '') ?? key.account },
      ),
    }
    const { only } = options
    if (only !== undefined) {
      if (!Object.hasOwn(documents, only)) throw usageError(name, '--only is key, role or trust')
      const one = documents[only as DocumentName]
      if (!one) throw usageError(name, `--only ${only} needs ${needs[only as DocumentName]}`)
      io.out(`${policyText(one)}\n`)
    } else io.out(`${policyText(documents)}\n`)
    if (documents.key && admin.length === 0) {
      say(io, 'note', 'no --admin: IAM policies of the account decide who administers the key')
    }
    return Promise.resolve()
  },
})

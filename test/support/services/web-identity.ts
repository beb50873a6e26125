/** OIDC at ministack with `auth`: a role for a CI job, and the job's token. */

import type { AwsCredentials } from '../../../src/signers/aws-kms-fetch.ts'
import type { Service } from './service.ts'

const issuer = 'ci.example'
const audience = 'sts.amazonaws.com'
export const account = '000000000000'

export interface Grant {
  /** The `sub` of the tokens that may take the role. */
  readonly subject: string
  /** As IAM writes them: `kms:Sign`. */
  readonly actions: readonly string[]
  /** The ARN of a key. */
  readonly resource: string
}

/** Makes a role for the bearers of a token; its ARN is returned. */
export async function createRole(service: Service, name: string, grant: Grant): Promise<string> {
  const provider = `arn:aws:iam::${account}:oidc-provider/${issuer}`
  await iam(service, 'CreateRole', {
    RoleName: name,
    AssumeRolePolicyDocument: policy({
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: grant.subject },
      },
    }),
  })
  await iam(service, 'PutRolePolicy', {
    RoleName: name,
    PolicyName: 'sign',
    PolicyDocument: policy({ Action: grant.actions, Resource: grant.resource }),
  })
  return `arn:aws:iam::${account}:role/${name}`
}

/** Policies as JSON, for a role. */
export interface RoleDocuments {
  readonly trust: string
  readonly policy: string
}

/** Makes a role of whole documents; its ARN is returned. */
export async function createRoleOf(
  service: Service,
  name: string,
  { trust, policy: permissions }: RoleDocuments,
): Promise<string> {
  await iam(service, 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: trust })
  await iam(service, 'PutRolePolicy', {
    RoleName: name,
    PolicyName: 'sign',
    PolicyDocument: permissions,
  })
  return `arn:aws:iam::${account}:role/${name}`
}

/** Makes a user whom IAM allows everything of KMS, and gives its access key. */
export async function createKmsUser(service: Service, name: string): Promise<AwsCredentials> {
  await iam(service, 'CreateUser', { UserName: name })
  await iam(service, 'PutUserPolicy', {
    UserName: name,
    PolicyName: 'everything',
    PolicyDocument: policy({ Action: 'kms:*', Resource: '*' }),
  })
  const text = await iam(service, 'CreateAccessKey', { UserName: name })
  return {
    accessKeyId: member(text, 'AccessKeyId'),
    secretAccessKey: member(text, 'SecretAccessKey'),
  }
}

export async function createOidcProvider(service: Service, host: string = issuer): Promise<void> {
  await iam(service, 'CreateOpenIDConnectProvider', {
    Url: `https://${host}`,
    'ClientIDList.member.1': audience,
    'ThumbprintList.member.1': '0'.repeat(40),
  })
}

/** What AssumeRoleWithWebIdentity gives for a token: keys that are good for a while. */
export async function assumeRole(
  service: Service,
  roleArn: string,
  token: string,
): Promise<AwsCredentials> {
  const parameters = { RoleArn: roleArn, RoleSessionName: 'test', WebIdentityToken: token }
  const query = { Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', ...parameters }
  const response = await fetch(service.url, { method: 'POST', body: new URLSearchParams(query) })
  const text = await response.text()
  if (!response.ok) throw new Error(`AssumeRoleWithWebIdentity: ${response.status} ${text}`)
  return {
    accessKeyId: member(text, 'AccessKeyId'),
    secretAccessKey: member(text, 'SecretAccessKey'),
    sessionToken: member(text, 'SessionToken'),
  }
}

/** What stands in an element of an answer. */
function member(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1] ?? ''
}

/** A token for a subject. Its signature is none: ministack does not look at it. */
export function webIdentityToken(
  subject: string,
  { host = issuer, aud = audience }: { readonly host?: string; readonly aud?: string } = {},
): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: `https://${host}`, aud, sub: subject, iat: now, exp: now + 600 }
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return [part({ alg: 'RS256', typ: 'JWT', kid: '1' }), part(claims), 'c2ln'].join('.')
}

function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
}

async function iam(
  service: Service,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  // Access key `test` is root, and its requests need no true signature.
  const scope = 'Credential=test/20260101/us-east-1/iam/aws4_request'
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${action}: ${response.status} ${text}`)
  return text
}

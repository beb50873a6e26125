/** OIDC at ministack with `auth`: a role for a CI job, and the job's token. */

import type { AwsCredentials } from '../../../src/signers/aws-kms-fetch.ts'
import type { Service } from './service.ts'

const issuer = 'ci.example'
const audience = 'sts.amazonaws.com'
const account = '000000000000'

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

export function createOidcProvider(service: Service): Promise<void> {
  return iam(service, 'CreateOpenIDConnectProvider', {
    Url: `https://${issuer}`,
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
  const member = (name: string): string =>
    new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1] ?? ''
  if (!response.ok) throw new Error(`AssumeRoleWithWebIdentity: ${response.status} ${text}`)
  return {
    accessKeyId: member('AccessKeyId'),
    secretAccessKey: member('SecretAccessKey'),
    sessionToken: member('SessionToken'),
  }
}

/** A token for a subject. Its signature is none: ministack does not look at it. */
export function webIdentityToken(subject: string): string {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: `https://${issuer}`, aud: audience, sub: subject, iat: now, exp: now + 600 }
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
): Promise<void> {
  // Access key `test` is root, and its requests need no true signature.
  const scope = 'Credential=test/20260101/us-east-1/iam/aws4_request'
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
    body: new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${action}: ${response.status} ${text}`)
}

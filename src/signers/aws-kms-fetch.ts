/** The same signer by fetch, for Workers and other places where the AWS SDK does not run. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import {
  readDescribeKeyAnswer,
  readPublicKeyAnswer,
  readSignAnswer,
} from './aws-kms-fetch-answer.ts'
import { createCaller } from './aws-kms-fetch-call.ts'
import type { AwsCredentials } from './aws-kms-fetch-call.ts'
import { defaultAttempts, kmsSigner } from './aws-kms-signer.ts'
import type { KmsOptions } from './aws-kms-signer.ts'
import { isLoopback } from './uri.ts'

export type { AwsCredentials } from './aws-kms-fetch-call.ts'

export interface AwsKmsFetchOptions extends KmsOptions {
  /** By default that of the ARN in `keyId`. */
  readonly region?: string | undefined
  /** https://HOST, or http on this machine; by default the region's own. */
  readonly endpoint?: string | undefined
  /** What requests are signed with; a function is called for each, and renews what has run out. */
  readonly credentials: AwsCredentials | (() => Promise<AwsCredentials>)
}

/**
 * A signer for a key in AWS KMS over `fetch` and aws4fetch, an optional package that is loaded when
 * first used. It signs, checks, retries and fails as `awsKmsSigner` does; nothing is looked for in
 * an environment or in files. No redirect is followed, and of an answer 64 KiB are read at most.
 *
 * Errors: those of `awsKmsSigner`.
 */
export function awsKmsFetchSigner(options: AwsKmsFetchOptions): RemoteSigner {
  const { keyId, maxAttempts = defaultAttempts, credentials } = options
  const region = options.region ?? /^arn:aws[a-z-]*:kms:([a-z0-9-]+):/.exec(keyId)?.[1]
  if (region === undefined || !/^[a-z0-9-]+$/.test(region)) {
    throw new OpenPGPError('usage', 'the region of the key in AWS KMS is not given', {
      hint: 'set region, or name the key by its ARN',
    })
  }
  const url = endpointOf(options.endpoint, region)
  const id = `awskms://${options.endpoint === undefined ? '' : url.host}/${keyId}`
  const caller = createCaller({
    id,
    url: url.href,
    region,
    attempts: maxAttempts,
    credentials: () => readCredentials(credentials, id),
  })
  return kmsSigner(id, options, {
    sign: ({ Message, ...input }, signal) =>
      caller.call('Sign', { ...input, Message: base64(Message) }, signal, readSignAnswer),
    getPublicKey: (KeyId, signal) =>
      caller.call('GetPublicKey', { KeyId }, signal, readPublicKeyAnswer),
    describeKey: (KeyId, signal) =>
      caller.call('DescribeKey', { KeyId }, signal, readDescribeKeyAnswer),
    credentials: () => readCredentials(credentials, id),
    clockOffset: () => caller.clockOffset(),
    close: () => undefined,
  })
}

function endpointOf(given: string | undefined, region: string): URL {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const text = given ?? `https://kms.${region}.${suffix}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.host))
  const bare = url?.pathname === '/' && url.search + url.hash + url.username + url.password === ''
  if (url !== undefined && allowed && bare) return url
  throw new OpenPGPError('usage', 'the endpoint of AWS KMS is not https://HOST', {
    hint: 'http is for this machine alone, and nothing stands behind the host',
  })
}

/** What the caller gives, asked for and looked at each time; no value of it is ever repeated. */
async function readCredentials(
  given: AwsKmsFetchOptions['credentials'],
  id: string,
): Promise<AwsCredentials> {
  let found: Partial<AwsCredentials>
  try {
    found = typeof given === 'function' ? await given() : given
  } catch (cause) {
    if (isOpenPGPError(cause)) throw cause
    throw new OpenPGPError('signer-denied', `${id}: the AWS credentials could not be had`, {
      cause,
    })
  }
  const { accessKeyId = '', secretAccessKey = '', sessionToken } = found
  // The id and the token go into headers, and an error of fetch would repeat a header it refuses.
  const clean = /^\w+$/.test(accessKeyId) && /^[!-~]+$/.test(sessionToken ?? '!')
  if (clean && secretAccessKey !== '') return { accessKeyId, secretAccessKey, sessionToken }
  throw new OpenPGPError('signer-denied', `${id}: what was given are no AWS credentials`, {
    hint: 'an accessKeyId and a secretAccessKey are needed, and their sessionToken if there is one',
  })
}

function base64(octets: Uint8Array): string {
  return btoa(String.fromCharCode(...octets))
}

/** `awskms:///KEY?region=REGION&profile=PROFILE`, `awskms://HOST:PORT/KEY`. */

import { awsKmsSigner } from './aws-kms.ts'
import type { AwsKmsOptions } from './aws-kms.ts'
import { isLoopback, readParameters, requireHost, uriError } from './uri.ts'
import type { KeyUri, OpenKeyUri } from './uri.ts'

export const open: OpenKeyUri = (uri, { timeoutMs, env, warn }) => {
  const maxAttempts = readAttempts(env['AWS_MAX_ATTEMPTS'])
  return Promise.resolve(awsKmsSigner({ ...readAwsKmsUri(uri), timeoutMs, maxAttempts, warn }))
}

/** Reads the name of a key in AWS KMS; `usage` for what names none. */
export function readAwsKmsUri(
  uri: KeyUri,
): Pick<AwsKmsOptions, 'keyId' | 'region' | 'profile' | 'endpoint'> {
  const { authority: host, path } = uri
  // A host of that name is less likely than a slash that was left out.
  if (host === undefined || host === 'alias' || path === '') {
    throw uriError(
      'the awskms: key is incomplete',
      'write awskms:///alias/NAME, with three slashes',
    )
  }
  const keyId = path.slice(1)
  const arn = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(?:key\/[\w-]+|alias\/[\w/-]+)$/.exec(keyId)
  if (arn === null && !/^(?:alias\/[\w/-]+|[\w-]+)$/.test(keyId)) {
    throw uriError(
      'the awskms: key names no key',
      'write awskms:///KEY-ID, awskms:///alias/NAME or awskms:///arn:aws:kms:…',
    )
  }
  const { region = arn?.[1], profile } = readParameters(uri, ['region', 'profile'])
  if (region !== undefined && !/^[a-z0-9-]+$/.test(region)) {
    throw uriError('region= is not a region')
  }
  if (arn !== null && region !== arn[1]) {
    throw uriError('the region of the awskms: key is not that of its ARN', 'leave region= out')
  }
  return {
    keyId,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(host === '' ? {} : { endpoint: endpointOf(requireHost(host, 'awskms')) }),
  }
}

/** http for this machine, https for any other. */
function endpointOf(host: string): string {
  return `${isLoopback(host) ? 'http' : 'https'}://${host}`
}

/** As every AWS tool reads it. */
function readAttempts(text = ''): number | undefined {
  if (text === '') return undefined
  if (/^[1-9]\d?$/.test(text)) return Number(text)
  throw uriError('AWS_MAX_ATTEMPTS is not a number from 1 to 99')
}

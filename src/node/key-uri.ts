/** The names of keys: `file:release.pem`, a plain path, `awskms:///alias/NAME?region=REGION`. */

import { OpenPGPError } from '../errors.ts'

export type KeyUri = FileKeyUri | AwsKmsKeyUri

export interface FileKeyUri {
  readonly scheme: 'file'
  readonly path: string
}

export interface AwsKmsKeyUri {
  readonly scheme: 'awskms'
  /** A key id, `alias/NAME`, or the ARN of either. */
  readonly keyId: string
  readonly region?: string
  readonly profile?: string
  /** http for a loopback host, https for any other. */
  readonly endpoint?: string
}

const supported = 'supported are a file (release.pem, file:release.pem) and awskms:///KEY'

/** Services whose keys other tools name so, and Longhand does not reach. */
const otherSchemes = ['pkcs11', 'hashivault', 'gcpkms', 'azurekms', 'exec']

/** Query parameters that carry secrets elsewhere; `pin-source` names a file and is none. */
const secretName = /pass|secret|token|credential|access.?key|api.?key|^pin(?!-source)/i

/**
 * Reads the name of a key; nothing is opened.
 *
 * Errors: `key-secret` where a secret stands in it, without repeating it; `unsupported` for the
 * schemes of other tools; `usage`.
 */
export function parseKeyUri(uri: string): KeyUri {
  if (uri.includes('-----BEGIN')) {
    throw new OpenPGPError('key-secret', 'a key itself stands where the name of a key belongs', {
      hint: 'write the PEM to a file of mode 0600 and give its path',
    })
  }
  if (uri === '' || uri.includes('\0')) throw usage('the name of a key is empty or has a NUL')
  // A single letter is a drive of Windows; a path with a colon is written ./like:this.
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]+):/.exec(uri)?.[1]?.toLowerCase()
  refuseSecrets(uri, scheme ?? 'file')
  if (scheme === undefined) return { scheme: 'file', path: uri }
  switch (scheme) {
    case 'file':
      return parseFile(uri)
    case 'awskms':
      return parseAwsKms(uri)
    default:
      if (otherSchemes.includes(scheme)) {
        throw new OpenPGPError('unsupported', `${scheme}: keys are not supported`, {
          hint: supported,
        })
      }
      throw usage(
        `${scheme}: is not a scheme of keys`,
        `${supported}; a file whose name has a colon is written ./NAME`,
      )
  }
}

/** The path of a local key; undefined when the key is elsewhere. */
export function keyFileOf(uri: string): string | undefined {
  const key = parseKeyUri(uri)
  return key.scheme === 'file' ? key.path : undefined
}

function refuseSecrets(uri: string, scheme: string): void {
  const secret = (what: string): OpenPGPError =>
    new OpenPGPError('key-secret', `the ${scheme}: key has ${what} in it`, {
      hint: 'take it out of the name, and replace the secret: it may be in logs by now',
    })
  if (/^[^:]*:\/\/[^/?#]*@/.test(uri)) throw secret('credentials before an @')
  if (!uri.includes('?')) return
  for (const name of queryOf(uri).keys()) {
    // The name is repeated only where it is one of a few letters and nothing else.
    if (secretName.test(name)) throw secret(/^[\w-]{1,32}$/.test(name) ? name : 'a secret')
  }
}

function queryOf(uri: string): URLSearchParams {
  const start = uri.indexOf('?')
  return new URLSearchParams(start < 0 ? '' : uri.slice(start + 1))
}

/** RFC 8089, and besides `file:` with a relative path. */
function parseFile(uri: string): FileKeyUri {
  const [, authority = '', encoded = ''] = /^file:(?:\/\/([^/?#]*))?([^?#]*)/i.exec(uri) ?? []
  if (authority !== '' && authority !== 'localhost') {
    throw usage('a file: key names a host', 'write file:PATH, or file:///PATH')
  }
  if (/[?#]/.test(uri)) {
    throw usage('a file: key takes no parameters', 'write ? as %3F and # as %23')
  }
  let path: string
  try {
    path = decodeURIComponent(encoded)
  } catch {
    throw usage('the path of a file: key is not percent-encoded UTF-8', 'write % as %25')
  }
  if (path === '' || path.includes('\0')) throw usage('a file: key has no path, or a NUL in it')
  return { scheme: 'file', path: /^\/[a-z]:[\\/]/i.test(path) ? path.slice(1) : path }
}

function parseAwsKms(uri: string): AwsKmsKeyUri {
  const [, host, keyId = ''] = /^awskms:\/\/([^/?#]*)\/([^?#]*)(?:\?[^#]*)?$/i.exec(uri) ?? []
  if (host === undefined) {
    throw usage('the awskms: key is incomplete', 'write awskms:///alias/NAME, with three slashes')
  }
  const arn = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(?:key\/[\w-]+|alias\/[\w/-]+)$/.exec(keyId)
  if (arn === null && !/^(?:alias\/[\w/-]+|[\w-]+)$/.test(keyId)) {
    throw usage(
      'the awskms: key names no key',
      'write awskms:///KEY-ID, awskms:///alias/NAME or awskms:///arn:aws:kms:…',
    )
  }
  const { region = arn?.[1], profile } = parametersOf(uri, ['region', 'profile'])
  if (region !== undefined && !/^[a-z0-9-]+$/.test(region)) throw usage('region= is not a region')
  if (arn !== null && region !== arn[1]) {
    throw usage('the region of the awskms: key is not that of its ARN', 'leave region= out')
  }
  return {
    scheme: 'awskms',
    keyId,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(host === '' ? {} : { endpoint: endpointOf(host) }),
  }
}

function parametersOf<Name extends string>(
  uri: string,
  known: readonly Name[],
): Partial<Record<Name, string>> {
  const parameters: Partial<Record<Name, string>> = {}
  for (const [given, value] of queryOf(uri)) {
    const name = known.find((one) => one === given)
    if (name === undefined) {
      throw usage('the key has an unknown parameter', `known are ${known.join(', ')}`)
    }
    if (value === '' || name in parameters) throw usage(`${name}= is empty or given twice`)
    parameters[name] = value
  }
  return parameters
}

function endpointOf(host: string): string {
  const [, name = '', port] = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i.exec(host) ?? []
  if (name === '' || !URL.canParse(`https://${host}/`) || port === '0') {
    throw usage('the host of the awskms: key is not HOST or HOST:PORT')
  }
  const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(name)
  return `${loopback ? 'http' : 'https'}://${host}`
}

function usage(message: string, hint?: string): OpenPGPError {
  return new OpenPGPError('usage', message, hint === undefined ? {} : { hint })
}

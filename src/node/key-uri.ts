/** The names of keys: `release.pem`, `file:release.pem`, `awskms:///alias/NAME?region=REGION`. */

import { OpenPGPError } from '../errors.ts'
import { decodeComponent, parametersOf, pathOfFile, uriError } from '../signers/uri.ts'
import type { KeyUri, Parameter } from '../signers/uri.ts'

export type { KeyUri } from '../signers/uri.ts'

/** Query parameters that carry secrets elsewhere; those that name a file with one do not. */
const secretName = /pass|secret|token|credential|access.?key|api.?key|^pin$|^pin-value$/i
const fileName = /-(?:file|source)$/i

/** What RFC 7512 allows in the name of a parameter; nothing of it is ever percent-encoded. */
const plainName = /^[a-z0-9_-]+$/i

/**
 * Takes the name of a key apart; nothing is opened, and whether the scheme is known, and what
 * stands after it is good, is not asked here. A plain path becomes a file: name.
 *
 * Errors: `key-secret` where a secret stands in it, without repeating it; `usage`.
 */
export function parseKeyUri(text: string): KeyUri {
  if (text.includes('-----BEGIN')) {
    throw new OpenPGPError('key-secret', 'a key itself stands where the name of a key belongs', {
      hint: 'write the PEM to a file of mode 0600 and give its path',
    })
  }
  if (text === '' || text.includes('\0')) throw uriError('the name of a key is empty or has a NUL')
  // A single letter is a drive of Windows; a path with a colon is written ./like:this.
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]+):/.exec(text)?.[1]
  if (scheme === undefined) {
    const file = { scheme: 'file', authority: undefined, query: undefined }
    // A path may have a ? in it; a secret behind one is a secret all the same.
    refuseSecrets({ ...file, path: text, query: /\?(.*)/s.exec(text)?.[1] })
    return { ...file, path: text.replace(/[%?#]/g, encodeURIComponent) }
  }
  const [, authority, path = '', query, fragment] =
    /^(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(text.slice(scheme.length + 1)) ?? []
  const uri = { scheme: scheme.toLowerCase(), authority, path, query }
  refuseSecrets(uri)
  requirePlainNames(uri)
  if (fragment === undefined) return uri
  throw uriError(`the ${uri.scheme}: key has a # in it`, 'write # as %23')
}

/** Each as it stands: two readers of one name must not see two. */
function requirePlainNames({ scheme, query }: KeyUri): void {
  const parts = query?.split('&') ?? []
  if (parts.every((part) => part === '' || plainName.test(part.split('=', 1)[0] ?? ''))) return
  const hint = 'write its parameters as name=value, nothing of a name percent-encoded'
  throw uriError(`the ${scheme}: key has a parameter without a plain name`, hint)
}

/** Whether a parameter names a file, which is read when the key is opened. */
export function namesFile({ name }: Pick<Parameter, 'name'>): boolean {
  return fileName.test(name)
}

/** The path of a local key; undefined when the key is elsewhere. */
export function keyFileOf(text: string): string | undefined {
  const uri = parseKeyUri(text)
  return uri.scheme === 'file' ? filePathOf(uri) : undefined
}

/** Every file that opening the key reads: the key itself, a PIN, a token, TLS certificates. */
export function keyFilesOf(text: string): string[] {
  return namedFilesOf(text).map(({ path }) => path)
}

/** Those of them that nobody else should read. */
export function secretFilesOf(text: string): string[] {
  const secret = namedFilesOf(text).filter(({ name }) => !/^(?:ca|cert)-/i.test(name))
  return secret.map(({ path }) => path)
}

function namedFilesOf(text: string): { readonly name: string; readonly path: string }[] {
  const uri = parseKeyUri(text)
  if (uri.scheme === 'file') return [{ name: 'key', path: filePathOf(uri) }]
  return parametersOf(uri)
    .filter(namesFile)
    .map(({ name, value }) => ({ name, path: pathOfFile(value, `${name}=`) }))
}

/** RFC 8089, and besides `file:` with a relative path. */
export function filePathOf({ authority = '', path, query }: KeyUri): string {
  if (authority !== '' && authority !== 'localhost') {
    throw uriError('a file: key names a host', 'write file:PATH, or file:///PATH')
  }
  if (query !== undefined) {
    throw uriError('a file: key takes no parameters', 'write ? as %3F and # as %23')
  }
  const decoded = decodeComponent(path, 'the path of a file: key')
  if (decoded === '') throw uriError('a file: key has no path')
  return /^\/[a-z]:[\\/]/i.test(decoded) ? decoded.slice(1) : decoded
}

function refuseSecrets({ scheme, authority = '', query }: KeyUri): void {
  const secret = (what: string): OpenPGPError =>
    new OpenPGPError('key-secret', `the ${scheme}: key has ${what} in it`, {
      hint: 'take it out of the name, and replace the secret: it may be in logs by now',
    })
  if (authority.includes('@')) throw secret('credentials before an @')
  for (const { name } of parametersOf({ scheme, query })) {
    if (!secretName.test(name) || fileName.test(name)) continue
    // The name is repeated only where it is one of a few letters and nothing else.
    throw secret(/^[\w-]{1,32}$/.test(name) ? name : 'a secret')
  }
}

/** The name of a key as a URI, RFC 3986, and what a signer that is opened by one is given. */

import { OpenPGPError } from '../errors.ts'
import type { RemoteSigner } from '../signature/signer.ts'

/** A name taken apart; nothing in it is decoded yet, and no secret is in it. */
export interface KeyUri {
  /** In lower case. */
  readonly scheme: string
  /** What stands after `//`; undefined where there is no `//`. */
  readonly authority: string | undefined
  readonly path: string
  /** What stands after `?`; undefined where there is no `?`. */
  readonly query: string | undefined
}

/** What a signer may need of the one who opens it. */
export interface OpenContext {
  /** Opens an encrypted key file. */
  readonly passphrase: string | undefined
  /** Milliseconds that one call to a service may take with all its retries. */
  readonly timeoutMs: number
  /** Threads of a local key, at most. */
  readonly workers: number | undefined
  /** Where addresses, tokens and PINs are looked for. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether a service on this machine may be asked over http, which nobody else is. */
  readonly allowHttp: boolean
  /** Called with a line that the one who signs should see. */
  readonly warn: ((line: string) => void) | undefined
  /** Reads a small file; `what` names it in errors. */
  readonly readFile: (path: string, what: string) => Promise<Uint8Array>
}

/** What each service's file exports as `open`. Nothing is called here but to read local files. */
export type OpenKeyUri = (uri: KeyUri, context: OpenContext) => Promise<RemoteSigner>

/** The parameters of a URI: each at most once, none empty, none that is not known. */
export function readParameters<Name extends string>(
  { scheme, query = '' }: KeyUri,
  known: readonly Name[],
): Partial<Record<Name, string>> {
  const parameters: Partial<Record<Name, string>> = {}
  for (const [given, value] of new URLSearchParams(query)) {
    const name = known.find((one) => one === given)
    if (name === undefined) {
      const hint = known.length > 0 ? `known are ${known.join(', ')}` : 'it takes none'
      throw uriError(`the ${scheme}: key has an unknown parameter`, hint)
    }
    if (value === '' || name in parameters) throw uriError(`${name}= is empty or given twice`)
    parameters[name] = value
  }
  return parameters
}

/** A component without its percent-encoding. */
export function decodeComponent(text: string, what: string): string {
  try {
    const decoded = decodeURIComponent(text)
    if (!decoded.includes('\0')) return decoded
  } catch {
    throw uriError(`${what} is not percent-encoded UTF-8`, 'write % as %25')
  }
  throw uriError(`${what} has a NUL in it`)
}

/** Whether HOST or HOST:PORT is this machine. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i.test(host)
}

/** HOST or HOST:PORT and nothing else; `usage` for what is not one. */
export function requireHost(host: string, scheme: string): string {
  const [, name = '', port] = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i.exec(host) ?? []
  if (name !== '' && URL.canParse(`https://${host}/`) && port !== '0') return host
  throw uriError(`the host of the ${scheme}: key is not HOST or HOST:PORT`)
}

/** The error of a name that cannot be used. */
export function uriError(message: string, hint?: string): OpenPGPError {
  return new OpenPGPError('usage', message, hint === undefined ? {} : { hint })
}

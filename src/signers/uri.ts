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
  /** Called with what has to be done before a signal ends the process. */
  readonly beforeEnd?: ((finish: () => Promise<unknown>) => void) | undefined
  /** Reads a small file; `what` names it in errors. */
  readonly readFile: (path: string, what: string) => Promise<Uint8Array>
}

/** What each service's file exports as `open`. Nothing is called here but to read local files. */
export type OpenKeyUri = (uri: KeyUri, context: OpenContext) => Promise<RemoteSigner>

/** Schemes of keys, in lower case without the colon, each with how its signer is loaded. */
export type SchemeTable = Readonly<Record<string, () => Promise<OpenKeyUri>>>

/** One parameter of a query, decoded. */
export interface Parameter {
  readonly name: string
  readonly value: string
}

/**
 * The parameters of a URI in their order: the one reading of a query, so that what looks for secrets
 * and files in a name sees what a signer is given. A + is a blank, but in `pkcs11:`, RFC 7512.
 */
export function parametersOf({
  scheme,
  query = '',
}: Pick<KeyUri, 'scheme' | 'query'>): Parameter[] {
  if (query === '') return [] // most keys have none, and Node takes half a millisecond for the first
  const text = scheme === 'pkcs11' ? query.replaceAll('+', '%2B') : query
  return [...new URLSearchParams(text)].map(([name, value]) => ({ name, value }))
}

/**
 * The parameters of a URI: none empty, none that is not known, and each at most once but for those
 * of `repeated`, whose values are a list in the order in which they were given.
 */
export function readParameters<Name extends string, Repeated extends string = never>(
  uri: KeyUri,
  known: readonly Name[],
  repeated: readonly Repeated[] = [],
): Partial<Record<Name, string>> & Partial<Record<Repeated, readonly string[]>> {
  const once: Partial<Record<string, string>> = {}
  const lists: Partial<Record<string, string[]>> = {}
  const names: readonly string[] = [...known, ...repeated]
  for (const { name: given, value } of parametersOf(uri)) {
    const name = names.find((one) => one === given)
    if (name === undefined) {
      const hint = names.length > 0 ? `known are ${names.join(', ')}` : 'it takes none'
      throw uriError(`the ${uri.scheme}: key has an unknown parameter`, hint)
    }
    if (value === '' || name in once) throw uriError(`${name}= is empty or given twice`)
    if (value.includes('\0')) throw uriError(`${name}= has a NUL in it`)
    if ((known as readonly string[]).includes(name)) once[name] = value
    else (lists[name] ??= []).push(value)
  }
  // Each name is in one of the two, and only there.
  return { ...once, ...lists } as ReturnType<typeof readParameters<Name, Repeated>>
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

/** The path of a file that is named by its path or by a `file:` URI, RFC 8089; not by another. */
export function pathOfFile(name: string, what: string): string {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(name)) return name
  const path = /^file:(?:\/\/(?:localhost)?(?=\/))?((?!\/\/)[^?#]+)$/i.exec(name)?.[1]
  if (path === undefined) throw uriError(`${what} is a URI, and not one of a file here`)
  return decodeComponent(path, what)
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

/** Where a key of a Transit engine is: everything that is said before a token is. */

import { OpenPGPError } from '../errors.ts'
import { isLoopback } from './uri.ts'

export interface VaultPlaceOptions {
  /** `https://HOST`, perhaps with a path behind it; http on this machine alone. */
  readonly address: string
  /** The name of the key. */
  readonly key: string
  /** Where the Transit engine is mounted; `transit` by default. */
  readonly mount?: string | undefined
  /** The version that signs; by default the latest at the time when the key is first read. */
  readonly version?: number | undefined
  readonly namespace?: string | undefined
}

export interface VaultPlace {
  /** `hashivault://KEY`, with what is not as by default. */
  readonly id: string
  /** For errors of the network. */
  readonly host: string
  /** Without a slash at its end. */
  readonly url: string
  readonly key: string
  readonly mount: string
  readonly version: number | undefined
  readonly namespace: string | undefined
}

/** Names of mounts and of namespaces: no segment that a URL would swallow. */
const path = /^(?!\.)[\w.-]+(?:\/(?!\.)[\w.-]+)*$/

/** Checks what names the key; `usage` for what cannot. No value is repeated. */
export function readVaultPlace(options: VaultPlaceOptions): VaultPlace {
  const { key, version } = options
  const mount = trimSlash(options.mount ?? 'transit')
  const namespace = options.namespace === undefined ? undefined : trimSlash(options.namespace)
  if (!/^\w(?:[\w.-]*\w)?$/.test(key)) throw unfit('the name of the key in Vault', 'such a name')
  if (!path.test(mount)) throw unfit('mount', 'the path of a mount, as transit')
  if (namespace !== undefined && !path.test(namespace)) {
    throw unfit('namespace', 'the path of a namespace, as team/releases')
  }
  if (version !== undefined && !(Number.isSafeInteger(version) && version > 0)) {
    throw unfit('version', 'a whole number above 0')
  }
  const { host, origin, pathname } = readAddress(options.address)
  const named = [
    ...(mount === 'transit' ? [] : [`mount=${mount}`]),
    ...(version === undefined ? [] : [`version=${version}`]),
    ...(namespace === undefined ? [] : [`namespace=${namespace}`]),
  ]
  return {
    id: `hashivault://${key}${named.length > 0 ? '?' : ''}${named.join('&')}`,
    host,
    url: `${origin}${trimSlash(pathname)}`,
    key,
    mount,
    version,
    namespace,
  }
}

function readAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.host))
  const bare = url !== undefined && url.search + url.hash + url.username + url.password === ''
  if (allowed && bare) return url
  throw new OpenPGPError('usage', 'the address of Vault is not https://HOST', {
    hint: 'http is for this machine alone; no user, ? or # stands in the address',
  })
}

function trimSlash(text: string): string {
  return text.replace(/\/$/, '')
}

function unfit(what: string, form: string): OpenPGPError {
  return new OpenPGPError('usage', `${what} is not ${form}`)
}

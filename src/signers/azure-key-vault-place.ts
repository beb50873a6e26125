/** Where a key of Azure Key Vault is: all that is said before a token is. */

import { OpenPGPError } from '../errors.ts'
import { isLoopback } from './uri.ts'

export interface AzureKeyOptions {
  /** `https://NAME.vault.azure.net`, or that of a managed HSM; http on this machine alone. */
  readonly vault: string
  /** The name of the key. */
  readonly key: string
  /** The version of the key: 32 hexadecimal digits. */
  readonly version: string
}

export interface AzureKeyPlace {
  /** `azurekms://HOST/KEY/VERSION`. */
  readonly id: string
  /** The key identifier, as the service writes it. */
  readonly kid: string
  readonly key: string
  /** For lines that a person is to type. */
  readonly vaultName: string
}

/** Checks what names the key; `usage` for what cannot. */
export function readAzureKeyPlace({ vault, key, version }: AzureKeyOptions): AzureKeyPlace {
  if (!/^[0-9a-z-]{1,127}$/i.test(key)) {
    throw unfit('the key in Azure Key Vault has no such name', 'letters, digits and hyphens')
  }
  if (!/^[0-9a-f]{32}$/.test(version)) {
    throw unfit(
      'the version of the key in Azure Key Vault is not given',
      '32 hexadecimal digits: az keyvault key show --vault-name VAULT --name KEY --query key.kid',
    )
  }
  const { host, hostname, origin } = readVault(vault)
  const [vaultName = ''] = hostname.split('.')
  return {
    id: `azurekms://${host}/${key}/${version}`,
    kid: `${origin}/keys/${key}/${version}`,
    key,
    vaultName,
  }
}

/** Whether a key identifier is that one; hosts and names of keys are the same in any case. */
export function isKid(text: unknown, { kid }: AzureKeyPlace): boolean {
  if (typeof text !== 'string' || !URL.canParse(text)) return false
  const { origin, pathname, search, hash } = new URL(text)
  return `${origin}${pathname}${search}${hash}`.toLowerCase() === kid.toLowerCase()
}

function readVault(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.host))
  const bare = url?.pathname === '/' && url.search + url.hash + url.username + url.password === ''
  if (allowed && bare) return url
  throw unfit('the address of the vault is not https://HOST', 'http is for this machine alone')
}

function unfit(message: string, hint: string): OpenPGPError {
  return new OpenPGPError('usage', message, { hint })
}

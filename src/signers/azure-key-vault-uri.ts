/** `azurekms://NAME.vault.azure.net/KEY/VERSION`, `azurekms://NAME/KEY/VERSION`. */

import type { AccessToken } from '@azure/identity'
import { OpenPGPError } from '../errors.ts'
import { readAzureKeyPlace } from './azure-key-vault-place.ts'
import type { AzureKeyOptions } from './azure-key-vault-place.ts'
import { azureKeyVaultSigner } from './azure-key-vault.ts'
import { untilAborted } from '../net/deadline.ts'
import { tokenHolder } from './azure-token.ts'
import { withCredentials } from './credential-facts.ts'
import type { Who } from './credential-facts.ts'
import type { TokenProvider } from './rest.ts'
import { isLoopback, readParameters, uriError } from './uri.ts'
import type { KeyUri, OpenContext, OpenKeyUri } from './uri.ts'

/** Hosts that belong to Azure, public and sovereign; a token is sent to no other. */
const domains = /^[a-z0-9-]+\.((?:vault|managedhsm)\.(?:azure\.net|azure\.cn|usgovcloudapi\.net))$/

export const open: OpenKeyUri = (uri, context) => {
  const { scope, ...key } = readAzureKeyVaultUri(uri, context)
  const { id } = readAzureKeyPlace(key)
  const { timeoutMs } = context
  const token = createTokens(scope, id)
  const signer = azureKeyVaultSigner({ ...key, timeoutMs, token })
  const who: Who = async (signal) => tokenHolder(await token(signal))
  return Promise.resolve(withCredentials(signer, { timeoutMs, who }))
}

/** Reads the name of a key; `usage` for what names none. `scope` is what its token has to be for. */
export function readAzureKeyVaultUri(
  uri: KeyUri,
  { allowHttp }: Pick<OpenContext, 'allowHttp'>,
): AzureKeyOptions & { readonly scope: string } {
  const [, key = '', version = '', ...more] = uri.path.split('/')
  if (!uri.authority || key === '' || more.length > 0) {
    throw uriError(
      'the azurekms: key names no key',
      'write azurekms://NAME.vault.azure.net/KEY/VERSION',
    )
  }
  readParameters(uri, [])
  const { vault, domain } = readHost(uri.authority.toLowerCase(), allowHttp)
  const named = { vault, key, version }
  readAzureKeyPlace(named)
  return { ...named, scope: `https://${domain}/.default` }
}

function readHost(host: string, allowHttp: boolean): { vault: string; domain: string } {
  if (allowHttp && isLoopback(host)) return { vault: `http://${host}`, domain: 'vault.azure.net' }
  // A bare name is that of a vault in the public cloud.
  const full = /^[a-z0-9-]+$/.test(host) && !isLoopback(host) ? `${host}.vault.azure.net` : host
  const domain = domains.exec(full)?.[1]
  if (domain !== undefined) return { vault: `https://${full}`, domain }
  throw uriError(
    'the host of the azurekms: key is none of Azure Key Vault',
    'it is NAME.vault.azure.net or NAME.managedhsm.azure.net, or that of a sovereign cloud; with --allow-http also one on this machine',
  )
}

/**
 * The credentials that Azure's own library finds. A token is kept until five minutes before its
 * end, since not every kind of credentials keeps it: some start a program for each.
 */
function createTokens(scope: string, id: string): TokenProvider {
  let kept: Promise<AccessToken> | undefined
  const find = async (): Promise<AccessToken> => {
    const { DefaultAzureCredential } = await load(id)
    try {
      return await new DefaultAzureCredential().getToken(scope)
    } catch {
      // Its message may repeat what a token service answered.
      throw new OpenPGPError('signer-denied', `${id}: no credentials of Azure were found`, {
        hint: 'run az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and what proves them; AZURE_TOKEN_CREDENTIALS says which kind is used',
      })
    }
  }
  const renew = (): Promise<AccessToken> => {
    const finding = find()
    kept = finding
    finding.catch(() => {
      if (kept === finding) kept = undefined
    })
    return finding
  }
  return async (signal) => {
    const { token, expiresOnTimestamp } = await untilAborted(kept ?? renew(), signal, id)
    if (expiresOnTimestamp - Date.now() > 300_000) return token
    return (await untilAborted(renew(), signal, id)).token
  }
}

async function load(id: string): Promise<typeof import('@azure/identity')> {
  try {
    return await import('@azure/identity')
  } catch (cause) {
    throw new OpenPGPError('package-missing', `${id}: the package @azure/identity is needed`, {
      hint: 'npm install @azure/identity',
      cause,
    })
  }
}

/** `hashivault://KEY?mount=MOUNT&version=N&namespace=NS&address=URL&token-file=FILE`. */

import { OpenPGPError } from '../errors.ts'
import { decodeComponent, readParameters, uriError } from './uri.ts'
import type { KeyUri, OpenContext, OpenKeyUri } from './uri.ts'
import { vaultSigner } from './vault.ts'
import type { VaultOptions } from './vault.ts'

export const open: OpenKeyUri = (uri, context) =>
  Promise.resolve(vaultSigner({ ...readVaultUri(uri, context), timeoutMs: context.timeoutMs }))

/**
 * Reads the name of a key in Vault, and in the environment what the name leaves open: VAULT_ADDR,
 * VAULT_NAMESPACE and VAULT_TOKEN. ~/.vault-token is not read unless it is named: what somebody once
 * logged in for is not what signs a release. `usage` for what names no key.
 */
export function readVaultUri(
  uri: KeyUri,
  { env, readFile }: Pick<OpenContext, 'env' | 'readFile'>,
): VaultOptions {
  const { authority = '', path } = uri
  const key = decodeComponent(authority, 'the name of the hashivault: key')
  if (key === '' || !['', '/'].includes(path)) {
    throw uriError('the hashivault: key names no key', 'write hashivault://KEY?mount=transit')
  }
  const parameters = readParameters(uri, ['mount', 'version', 'namespace', 'address', 'token-file'])
  const { mount, version, 'token-file': tokenFile } = parameters
  const { address = env['VAULT_ADDR'], namespace = env['VAULT_NAMESPACE'] } = parameters
  if (!address) {
    throw uriError('no address of Vault is known', 'set VAULT_ADDR, or add address= to the key')
  }
  if (version !== undefined && !/^[1-9]\d{0,8}$/.test(version)) {
    throw uriError('version= is not the number of a version')
  }
  return {
    key,
    address,
    token: tokenFile === undefined ? requireToken(env['VAULT_TOKEN']) : readToken,
    ...(mount === undefined ? {} : { mount }),
    ...(version === undefined ? {} : { version: Number(version) }),
    ...(namespace ? { namespace } : {}),
  }

  /** For each request, since an agent of Vault writes a new one there before the old one ends. */
  async function readToken(): Promise<string> {
    const octets = await readFile(tokenFile ?? '', 'token file')
    return new TextDecoder().decode(octets).trim()
  }
}

function requireToken(token = ''): string {
  if (token !== '') return token
  throw new OpenPGPError('signer-denied', 'no token of Vault is given', {
    hint: 'set VAULT_TOKEN, or name a file: token-file=/home/me/.vault-token',
  })
}

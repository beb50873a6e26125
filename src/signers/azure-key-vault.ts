/** A signer whose key is in Azure Key Vault or in an Azure managed HSM, over REST. */

import type { OpenPGPError } from '../errors.ts'
import { keyKind } from '../packet/key-material.ts'
import type { KeyKind } from '../packet/key-material.ts'
import type { CallOptions, RemoteSigner } from '../signature/signer.ts'
import { readSignature, signInput } from './azure-key-vault-answer.ts'
import { azureError } from './azure-key-vault-errors.ts'
import type { AzureCall } from './azure-key-vault-errors.ts'
import {
  keyFacts,
  readCreation,
  readKey,
  readMaterial,
  requireUsable,
} from './azure-key-vault-key.ts'
import type { AzureKey } from './azure-key-vault-key.ts'
import { readAzureKeyPlace } from './azure-key-vault-place.ts'
import type { AzureKeyOptions } from './azure-key-vault-place.ts'
import { requireDigest } from './digest.ts'
import type { RestFailure } from './rest-failure.ts'
import { createAsk } from './rest.ts'
import type { Ask, RestOptions } from './rest.ts'

export type { TokenProvider } from './rest.ts'

export interface AzureKeyVaultOptions extends AzureKeyOptions, RestOptions {}

/** The version of the service's interface. */
const apiVersion = 'api-version=7.4'

/**
 * A signer for a version of a key in Azure Key Vault or a managed HSM: RSA with PKCS#1 v1.5, or
 * ECDSA on P-256, P-384 and P-521; the service has no Ed25519. Each method makes one request, again
 * where the service asks for less, fails or cannot be reached, within one deadline. An answer by
 * another key or version is refused with `signer-answer`, and a key that is disabled, not for
 * signing or not within its time with `key-unusable`. The signature is not checked here.
 *
 * Errors: `usage`, `unsupported`, `limit`, `key-missing`, `key-unusable`, `signer-denied`,
 * `signer-unavailable`, `signer-timeout`, `signer-answer`, `aborted`.
 */
export function azureKeyVaultSigner(options: AzureKeyVaultOptions): RemoteSigner {
  const place = readAzureKeyPlace(options)
  const { id, kid } = place
  let answered: KeyKind | undefined

  const asks = (call: AzureCall): Ask => {
    const judge = (failure: RestFailure): OpenPGPError => azureError(failure, call, place)
    return createAsk({ id, name: 'Azure Key Vault', judge }, options)
  }
  const [askSign, askGet] = [asks('sign'), asks('get')]

  async function getKey({ signal }: CallOptions): Promise<AzureKey> {
    return readKey(await askGet({ url: `${kid}?${apiVersion}` }, signal), place)
  }

  return {
    id,
    sign: async (digest, callOptions = {}) => {
      requireDigest(digest, id)
      const { subject, signal } = callOptions
      const body = signInput(digest, subject?.key ?? answered ?? 'RSA', id)
      return readSignature(await askSign({ url: `${kid}/sign?${apiVersion}`, body }, signal), place)
    },
    publicKey: async (callOptions = {}) => {
      const key = await getKey(callOptions)
      requireUsable(key, id, new Date())
      const material = readMaterial(key, id)
      answered = keyKind(material)
      return material
    },
    createdAt: async (callOptions = {}) => readCreation(await getKey(callOptions), id),
    describe: async (callOptions = {}) => keyFacts(await getKey(callOptions)),
  }
}

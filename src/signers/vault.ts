/** A signer whose key is in the Transit engine of HashiCorp Vault or of OpenBao. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { keyKind } from '../packet/key-material.ts'
import type { KeyKind } from '../packet/key-material.ts'
import type { CallOptions, RemoteSigner, SignerFact } from '../signature/signer.ts'
import { withDeadline } from '../net/deadline.ts'
import { requireDigest } from './digest.ts'
import { passRequestId } from './request-id.ts'
import { hashNames, readSignature, signBody } from './vault-answer.ts'
import { askVault } from './vault-call.ts'
import type { Answer, VaultConnection, VaultRequest } from './vault-call.ts'
import { vaultError } from './vault-errors.ts'
import { keyFacts, tokenFacts } from './vault-facts.ts'
import { readVaultKey } from './vault-key.ts'
import type { VaultKey } from './vault-key.ts'
import { readVaultPlace } from './vault-place.ts'
import type { VaultPlaceOptions } from './vault-place.ts'

export interface VaultOptions extends VaultPlaceOptions {
  /** A function is called for each request, and so may give one that was renewed. */
  readonly token: string | (() => Promise<string>)
  /** Milliseconds that one call may take with all its retries; 30,000 by default. */
  readonly timeoutMs?: number | undefined
  /** Tries of one call, the first included; 5 by default. */
  readonly maxAttempts?: number | undefined
  /** Instead of the global one, to go through a proxy or with a client certificate. */
  readonly fetch?: typeof fetch | undefined
}

/**
 * A signer for a key in a Transit engine: RSA, ECDSA on P-256, P-384 and P-521, or Ed25519. `sign`
 * makes one request, for the algorithm of the key that the subject names; `publicKey` and
 * `createdAt` make one each, `describe` two. Where no version is given, the one that was the latest
 * when the key was first read stays the one that signs; before that the service takes its latest,
 * and the check under the certificate tells whether that was the right one. A signature by another
 * version than the one that was asked for is refused with `signer-answer`. No redirect is followed,
 * and of an answer 64 KiB are read at most. The signature is not checked here.
 *
 * Errors: `usage`, `key-missing`, `key-unusable`, `unsupported`, `signer-denied`,
 * `signer-unavailable`, `signer-timeout`, `signer-answer`, `aborted`.
 */
export function vaultSigner(options: VaultOptions): RemoteSigner {
  const place = readVaultPlace(options)
  const { id, mount, key: name } = place
  const { timeoutMs = 30_000, maxAttempts = 5, token } = options
  requireCount('timeoutMs', timeoutMs)
  requireCount('maxAttempts', maxAttempts)
  // The global fetch is looked up when it is used: to touch it costs Node some milliseconds.
  const send: typeof fetch = options.fetch ?? ((...request) => fetch(...request))
  const connection: VaultConnection = { place, token, attempts: maxAttempts, fetch: send }
  let { version } = place
  let answered: KeyKind | undefined

  async function ask(request: VaultRequest, { signal: caller }: CallOptions): Promise<Answer> {
    try {
      return await withDeadline({ id, milliseconds: timeoutMs, signal: caller }, (signal) =>
        askVault(connection, request, { signal, patienceMs: timeoutMs }),
      )
    } catch (thrown) {
      throw vaultError(thrown, request, place)
    }
  }

  async function readKey(callOptions: CallOptions): Promise<VaultKey> {
    const answer = await ask({ method: 'GET', path: `${mount}/keys/${name}` }, callOptions)
    const key = await readVaultKey(answer, version, place)
    version = key.version
    answered = keyKind(key.material)
    return key
  }

  async function readTokenFacts(callOptions: CallOptions): Promise<SignerFact[]> {
    try {
      return tokenFacts(await ask({ method: 'GET', path: 'auth/token/lookup-self' }, callOptions))
    } catch (error) {
      // A policy need not allow it.
      if (isOpenPGPError(error, 'signer-denied')) return []
      throw error
    }
  }

  return {
    id,
    sign: async (digest, callOptions = {}) => {
      requireDigest(digest, id)
      const kind = callOptions.subject?.key ?? answered ?? 'RSA'
      const asked = version
      const path = `${mount}/sign/${name}/${hashNames[digest.algorithm]}`
      const body = signBody(digest, kind, asked)
      const answer = await ask({ method: 'POST', path, body }, callOptions)
      passRequestId(callOptions, answer['request_id'])
      return readSignature(answer, kind, asked, id)
    },
    publicKey: async (callOptions = {}) => (await readKey(callOptions)).material,
    createdAt: async (callOptions = {}) => (await readKey(callOptions)).createdAt,
    describe: async (callOptions = {}) => {
      const facts = keyFacts(await readKey(callOptions), place)
      return [...facts, ...(await readTokenFacts(callOptions))]
    },
  }
}

function requireCount(name: string, value: number): void {
  // A timer of JavaScript takes no more milliseconds; it would go off at once.
  if (Number.isSafeInteger(value) && value > 0 && value < 2 ** 31) return
  throw new OpenPGPError('usage', `${name} has to be a whole number above 0 and below 2^31`)
}

/** A signer whose key is in Google Cloud KMS, over REST. */

import { OpenPGPError } from '../errors.ts'
import { keyKind } from '../packet/key-material.ts'
import type { KeyKind } from '../packet/key-material.ts'
import type { CallOptions, RemoteSigner } from '../signature/signer.ts'
import { requireDigest } from './digest.ts'
import { signInput } from './gcp-kms-algorithm.ts'
import { readCreation, readFacts, readPublicKey, readSignature } from './gcp-kms-answer.ts'
import type { Asked, GcpPublicKey } from './gcp-kms-answer.ts'
import { gcpError } from './gcp-kms-errors.ts'
import type { GcpCall } from './gcp-kms-errors.ts'
import type { Answer } from './json.ts'
import { createAsk } from './rest.ts'
import type { RestOptions } from './rest.ts'
import { isLoopback } from './uri.ts'

export type { TokenProvider } from './rest.ts'

export interface GcpKmsOptions extends RestOptions {
  /** `projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/N`. */
  readonly name: string
  /** `https://HOST`, or http on this machine; Google's own by default. */
  readonly endpoint?: string | undefined
}

/**
 * A signer for a key version in Google Cloud KMS: RSA with PKCS#1 v1.5, ECDSA on P-256 and P-384, or
 * Ed25519, in whatever place the key is kept. A version signs by one hash alone. Each method makes
 * one request, again where the service asks for less, fails or cannot be reached, within one
 * deadline. Checksums (CRC-32C) go along with the digest and are checked in the answers, and so is
 * the full name of the version; else `signer-answer`. The signature is not checked here.
 *
 * Errors: `usage`, `unsupported`, `key-missing`, `key-unusable`, `signer-denied`,
 * `signer-unavailable`, `signer-timeout`, `signer-answer`, `aborted`; of the public key `malformed`.
 */
export function gcpKmsSigner(options: GcpKmsOptions): RemoteSigner {
  const { name, endpoint = 'https://cloudkms.googleapis.com' } = options
  requireVersionName(name)
  const asked: Asked = { name, id: `gcpkms://${name}` }
  const { id } = asked
  const version = `${originOf(endpoint)}/v1/${name}`
  let known: GcpPublicKey | undefined

  const asks = (call: GcpCall, path: string) => {
    const judge = (failure: Parameters<typeof gcpError>[0]): OpenPGPError =>
      gcpError(failure, call, id)
    const ask = createAsk({ id, name: 'Google Cloud KMS', judge }, options)
    return ({ signal }: CallOptions, body?: Answer): Promise<Answer> =>
      ask({ url: `${version}${path}`, ...(body === undefined ? {} : { body }) }, signal)
  }
  const asymmetricSign = asks('asymmetricSign', ':asymmetricSign')
  const getPublicKey = asks('getPublicKey', '/publicKey')
  const getVersion = asks('getVersion', '')

  return {
    id,
    sign: async (digest, callOptions = {}) => {
      requireDigest(digest, id)
      const answered = known === undefined ? undefined : keyKind(known.material)
      const kind: KeyKind = callOptions.subject?.key ?? answered ?? 'RSA'
      const input = signInput(digest, kind, known?.algorithm, id)
      return readSignature(await asymmetricSign(callOptions, input), kind, asked)
    },
    publicKey: async (callOptions = {}) => {
      known = await readPublicKey(await getPublicKey(callOptions), asked)
      return known.material
    },
    createdAt: async (callOptions = {}) => readCreation(await getVersion(callOptions), asked),
    describe: async (callOptions = {}) => readFacts(await getVersion(callOptions), asked),
  }
}

/** Refuses, with `usage`, what is not the full name of a key version. */
export function requireVersionName(name: string): void {
  const form =
    /^projects\/[\w.:-]+\/locations\/[\w-]+\/keyRings\/[\w-]+\/cryptoKeys\/[\w-]+\/cryptoKeyVersions\/[1-9]\d{0,8}$/
  // A segment of dots would be swallowed by the URL.
  if (form.test(name) && !/\/\.+\//.test(name)) return
  throw new OpenPGPError('usage', 'the name is not that of a key version in Google Cloud KMS', {
    hint: 'it is projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/N, with the version',
  })
}

function originOf(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  const allowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.host))
  const bare = url?.pathname === '/' && url.search + url.hash + url.username + url.password === ''
  if (allowed && bare) return url.origin
  throw new OpenPGPError('usage', 'the endpoint of Google Cloud KMS is not https://HOST', {
    hint: 'http is for this machine alone, and nothing stands behind the host',
  })
}

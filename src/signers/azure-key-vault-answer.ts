/** What an answer of Azure Key Vault has to be before anything of it is used. */

import { OpenPGPError } from '../errors.ts'
import type { KeyKind } from '../packet/key-material.ts'
import type { Digest } from '../signature/signer.ts'
import type { AzureKeyPlace } from './azure-key-vault-place.ts'
import { isKid } from './azure-key-vault-place.ts'
import { foreignText } from './foreign.ts'
import { decodeBase64url, encodeBase64url } from './json.ts'
import type { Answer } from './json.ts'

type Algorithms = Partial<Record<Digest['algorithm'], string>>

/** The algorithm for each hash, RFC 7518 §3.1; what is not there, the service does not sign. */
const algorithms: Readonly<Record<Exclude<KeyKind, 'Ed25519'>, Algorithms>> = {
  RSA: { 'SHA-256': 'RS256', 'SHA-384': 'RS384', 'SHA-512': 'RS512' },
  'P-256': { 'SHA-256': 'ES256' },
  'P-384': { 'SHA-384': 'ES384' },
  'P-521': { 'SHA-512': 'ES512' },
}

/** What Sign is asked for; `usage` and `unsupported` for what the service does not sign. */
export function signInput(digest: Digest, kind: KeyKind, id: string): Answer {
  if (kind === 'Ed25519') {
    throw new OpenPGPError('unsupported', `${id}: Azure Key Vault has no Ed25519 keys`, {
      hint: 'RSA and the curves P-256, P-384 and P-521 are what it signs by',
    })
  }
  const alg = algorithms[kind][digest.algorithm]
  if (alg !== undefined) return { alg, value: encodeBase64url(digest.octets) }
  const [own = ''] = Object.keys(algorithms[kind])
  throw new OpenPGPError(
    'usage',
    `${id}: Azure Key Vault signs no ${digest.algorithm} by a ${kind} key`,
    { hint: `sign with ${own}, the hash of that curve` },
  )
}

/** The signature: for RSA as long as the modulus, for ECDSA r || s. Its value is not looked at. */
export function readSignature({ kid, value }: Answer, place: AzureKeyPlace): Uint8Array {
  requireKid(kid, place)
  const signature = decodeBase64url(value)
  if (signature !== undefined && signature.length > 0) return signature
  throw wrongAnswer(place.id, 'without a signature')
}

/** The answer has to be by the very version that was asked. */
export function requireKid(kid: unknown, place: AzureKeyPlace): void {
  if (isKid(kid, place)) return
  const what = typeof kid === 'string' ? `for another key, ${foreignText(kid)}` : 'without a kid'
  throw wrongAnswer(place.id, what)
}

/** The error of an answer that is not what was asked for. */
export function wrongAnswer(id: string, what: string): OpenPGPError {
  return new OpenPGPError('signer-answer', `${id}: Azure Key Vault answered ${what}`)
}

/** What Vault answers to a signature: which version signed, and the octets. */

import { OpenPGPError } from '../errors.ts'
import type { KeyKind } from '../packet/key-material.ts'
import type { Digest } from '../signature/signer.ts'
import { decodeBase64, encodeBase64 } from '../wire/base64.ts'
import { isAnswer } from './json.ts'
import type { Answer } from './json.ts'

/** What Sign is asked for, behind the path; Vault names the hashes so. */
export const hashNames: Readonly<Record<Digest['algorithm'], string>> = {
  'SHA-256': 'sha2-256',
  'SHA-384': 'sha2-384',
  'SHA-512': 'sha2-512',
}

/** The body of the request, for a key of this kind. */
export function signBody(digest: Digest, kind: KeyKind, version: number | undefined): Answer {
  const input = encodeBase64(digest.octets)
  const of = version === undefined ? {} : { key_version: version }
  switch (kind) {
    case 'RSA':
      return { input, ...of, prehashed: true, signature_algorithm: 'pkcs1v15' }
    case 'Ed25519':
      // The digest is the message, RFC 9580 §5.2.3.4. With prehashed it would be Ed25519ph, which
      // is another scheme.
      return { input, ...of }
    default:
      return { input, ...of, prehashed: true, marshaling_algorithm: 'jws' } // r || s
  }
}

/**
 * The signature in the form of SubtleCrypto; its value is not looked at. `signer-answer` for one
 * by another version than the one that was asked for.
 */
export function readSignature(
  answer: Answer,
  kind: KeyKind,
  version: number | undefined,
  id: string,
): Uint8Array {
  const data = answer['data']
  const text = isAnswer(data) ? data['signature'] : undefined
  if (typeof text !== 'string') throw wrongAnswer(id, 'without a signature')
  const [, by = '', value = ''] = /^vault:v([1-9]\d{0,8}):([\w+/=-]+)$/.exec(text) ?? []
  const isEcdsa = kind !== 'RSA' && kind !== 'Ed25519'
  const octets = isEcdsa ? decodeBase64url(value) : decodeBase64(value)
  if (by === '' || octets === undefined) throw wrongAnswer(id, 'a signature of another form')
  if (version === undefined || Number(by) === version) return octets
  throw wrongAnswer(id, `a signature by version ${by} where ${version} was asked for`)
}

/** Base64url without padding, RFC 7515 §2. */
function decodeBase64url(text: string): Uint8Array | undefined {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined
  const padding = '='.repeat((4 - (text.length % 4)) % 4)
  return decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/') + padding)
}

/** The error of an answer that is not what was asked for. */
export function wrongAnswer(id: string, what: string): OpenPGPError {
  return new OpenPGPError('signer-answer', `${id}: Vault answered ${what}`)
}

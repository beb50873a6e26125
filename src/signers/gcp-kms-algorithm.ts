/** The algorithms of key versions in Google Cloud KMS that OpenPGP has a use for. */

import { OpenPGPError } from '../errors.ts'
import { keyBits } from '../packet/key-material.ts'
import type { KeyKind, KeyMaterial } from '../packet/key-material.ts'
import type { Digest } from '../signature/signer.ts'
import { crc32c } from './crc32c.ts'
import { foreignText } from './foreign.ts'
import { encodeBase64 } from './json.ts'
import type { Answer } from './json.ts'

export interface GcpAlgorithm {
  /** As `KeyMaterial` says it: `rsa 4096`, `ecdsa 256`, `ed25519 256`. */
  readonly key: string
  /** The one hash by which such a version signs; undefined where the digest is the message. */
  readonly hash: Digest['algorithm'] | undefined
}

const algorithms: Readonly<Record<string, GcpAlgorithm>> = {
  RSA_SIGN_PKCS1_2048_SHA256: { key: 'rsa 2048', hash: 'SHA-256' },
  RSA_SIGN_PKCS1_3072_SHA256: { key: 'rsa 3072', hash: 'SHA-256' },
  RSA_SIGN_PKCS1_4096_SHA256: { key: 'rsa 4096', hash: 'SHA-256' },
  RSA_SIGN_PKCS1_4096_SHA512: { key: 'rsa 4096', hash: 'SHA-512' },
  EC_SIGN_P256_SHA256: { key: 'ecdsa 256', hash: 'SHA-256' },
  EC_SIGN_P384_SHA384: { key: 'ecdsa 384', hash: 'SHA-384' },
  EC_SIGN_ED25519: { key: 'ed25519 256', hash: undefined },
}

/** The algorithm by its name; `unsupported` for those of no use to OpenPGP. */
export function findAlgorithm(name: string, id: string): GcpAlgorithm {
  const found = Object.hasOwn(algorithms, name) ? algorithms[name] : undefined
  if (found !== undefined) return found
  throw new OpenPGPError('unsupported', `${id} is a key of algorithm ${foreignText(name)}`, {
    hint: 'RSA_SIGN_PKCS1 with SHA256 or SHA512, EC_SIGN_P256_SHA256, EC_SIGN_P384_SHA384 and EC_SIGN_ED25519 are supported',
  })
}

/** Whether a public key is one of that algorithm. */
export function fits({ key }: GcpAlgorithm, material: KeyMaterial): boolean {
  return key === `${material.kind} ${keyBits(material)}`
}

/** What a curve's key signs by, whatever its version; an RSA key's kind does not tell. */
const kinds: Readonly<Record<Exclude<KeyKind, 'RSA'>, Digest['algorithm'] | undefined>> = {
  'P-256': 'SHA-256',
  'P-384': 'SHA-384',
  'P-521': undefined,
  Ed25519: undefined,
}

/**
 * What asymmetricSign is asked for. `usage` where it is known without a call that the version does
 * not sign such a digest: by the curve, or by the algorithm that the service said before.
 */
export function signInput(
  digest: Digest,
  kind: KeyKind,
  known: GcpAlgorithm | undefined,
  id: string,
): Answer {
  const { algorithm, octets } = digest
  const checksum = String(crc32c(octets))
  if (kind === 'Ed25519') return { data: encodeBase64(octets), dataCrc32c: checksum }
  if (kind === 'P-521') {
    throw new OpenPGPError('unsupported', `${id}: Google Cloud KMS has no keys on P-521`)
  }
  const own = kind === 'RSA' ? known?.hash : kinds[kind]
  if (own !== undefined && own !== algorithm) throw wrongHash(algorithm, own, id)
  const name = algorithm.replace('-', '').toLowerCase()
  return { digest: { [name]: encodeBase64(octets) }, digestCrc32c: checksum }
}

function wrongHash(given: string, own: string, id: string): OpenPGPError {
  return new OpenPGPError('usage', `${id} signs ${own} digests only, this one is ${given}`, {
    hint: `a key version of Google Cloud KMS has one hash: --hash ${own}`,
  })
}

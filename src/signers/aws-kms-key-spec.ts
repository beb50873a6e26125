/** The key specs of AWS KMS that OpenPGP has a use for, and what Sign is asked for with each. */

import { OpenPGPError } from '../errors.ts'
import { keyBits } from '../packet/key-material.ts'
import type { KeyKind, KeyMaterial } from '../packet/key-material.ts'
import type { Digest } from '../signature/signer.ts'

type SigningAlgorithm =
  `${'RSASSA_PKCS1_V1_5' | 'ECDSA'}_SHA_${256 | 384 | 512}` | 'ED25519_SHA_512'

type Algorithms = Partial<Record<Digest['algorithm'], SigningAlgorithm>>

/** The algorithm for each hash; what is not there, the service does not sign. */
const signingAlgorithms: Readonly<Record<KeyKind, Algorithms>> = {
  RSA: {
    'SHA-256': 'RSASSA_PKCS1_V1_5_SHA_256',
    'SHA-384': 'RSASSA_PKCS1_V1_5_SHA_384',
    'SHA-512': 'RSASSA_PKCS1_V1_5_SHA_512',
  },
  'P-256': { 'SHA-256': 'ECDSA_SHA_256' },
  'P-384': { 'SHA-384': 'ECDSA_SHA_384' },
  'P-521': { 'SHA-512': 'ECDSA_SHA_512' },
  // The digest is the message, and SHA-512 is what Ed25519 hashes by itself. Not the PH variant:
  // that is another signature scheme, which OpenPGP does not know (RFC 9580 §5.2.3.4).
  Ed25519: {
    'SHA-256': 'ED25519_SHA_512',
    'SHA-384': 'ED25519_SHA_512',
    'SHA-512': 'ED25519_SHA_512',
  },
}

export interface SignInput {
  readonly KeyId: string
  readonly Message: Uint8Array
  readonly MessageType: 'DIGEST' | 'RAW'
  readonly SigningAlgorithm: SigningAlgorithm
}

/** What Sign is asked for; `usage` where AWS KMS does not sign such a digest by such a key. */
export function signInput(keyId: string, kind: KeyKind, digest: Digest, id: string): SignInput {
  const algorithms = signingAlgorithms[kind]
  const algorithm = algorithms[digest.algorithm]
  if (algorithm === undefined) {
    const [own = ''] = Object.keys(algorithms)
    throw new OpenPGPError(
      'usage',
      `${id}: AWS KMS signs no ${digest.algorithm} by a ${kind} key`,
      {
        hint: `sign with ${own}, the hash of that curve`,
      },
    )
  }
  return {
    KeyId: keyId,
    Message: digest.octets,
    MessageType: messageTypeOf(kind),
    SigningAlgorithm: algorithm,
  }
}

/** All that Sign is ever asked for with such a key: what a policy has to allow, and nothing else. */
export function askedFor(kind: KeyKind): {
  readonly messageType: SignInput['MessageType']
  readonly algorithms: readonly SigningAlgorithm[]
} {
  const algorithms = new Set(Object.values(signingAlgorithms[kind]))
  return { messageType: messageTypeOf(kind), algorithms: [...algorithms] }
}

function messageTypeOf(kind: KeyKind): SignInput['MessageType'] {
  return kind === 'Ed25519' ? 'RAW' : 'DIGEST'
}

/** The KeySpec that a public key has to have been answered with. */
export function keySpecOf(material: KeyMaterial): string {
  switch (material.kind) {
    case 'rsa':
      return `RSA_${keyBits(material)}`
    case 'ecdsa':
      return `ECC_NIST_${material.curve.replace('-', '')}`
    case 'ed25519':
      return 'ECC_NIST_EDWARDS25519'
  }
}

/** Whether a KeySpec is one that this signer has a use for. */
export function isKnownSpec(spec: string): boolean {
  return /^(?:RSA_(?:2048|3072|4096)|ECC_NIST_(?:P256|P384|P521|EDWARDS25519))$/.test(spec)
}

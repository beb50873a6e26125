/** The default policy. */

import { hashAlgorithm, nameOf } from '../registry.ts'
import { checkedHash } from '../signature/hasher.ts'
import { keyBits } from '../packet/key-material.ts'
import type { Policy } from './policy.ts'

/** Least bits of an RSA modulus that signatures are accepted from. */
export const rsaBitsToVerify = 2048
/** Least bits of an RSA modulus that certificates are minted for. */
export const rsaBitsToMint = 3072

export interface StandardPolicyOptions {
  /** Names of the critical notations that the caller acts on; none unless said. */
  readonly criticalNotations?: readonly string[]
}

/** SHA-2 from 256 bits on for every signature; RSA of 2048 bits or more, the P-curves, Ed25519. */
export function standardPolicy(options: StandardPolicyOptions = {}): Policy {
  const { criticalNotations = [] } = options
  return {
    criticalNotations,
    signature({ hashAlgorithm: hash }) {
      if (checkedHash(hash)) return undefined
      const name = nameOf(hashAlgorithm, hash) ?? `hash algorithm ${hash}`
      return { code: 'signature-weak', reason: `the signature uses ${name}` }
    },
    key({ material, algorithm }) {
      if (material.kind === 'opaque') {
        return {
          code: 'unsupported',
          reason: `the key's algorithm, ${algorithm}, is not supported`,
        }
      }
      if (material.kind !== 'rsa') return undefined
      const bits = keyBits(material) ?? 0
      if (bits >= rsaBitsToVerify) return undefined
      return {
        code: 'key-weak',
        reason: `the key is RSA-${bits}: ${rsaBitsToVerify} bits at least`,
      }
    },
  }
}

/** The algorithm-specific part of a public key, RFC 9580 §5.5.5. */

import { concat, equal } from '../octets.ts'
import { publicKeyAlgorithm } from '../registry.ts'
import type { Cursor } from '../wire/cursor.ts'
import { bitLength, readMpi, writeMpi } from '../wire/mpi.ts'

/** What a signer holds the secret half of. Numbers are big-endian, points uncompressed or native. */
export type KeyMaterial = RsaKeyMaterial | EcdsaKeyMaterial | Ed25519KeyMaterial

export interface RsaKeyMaterial {
  readonly kind: 'rsa'
  /** Modulus, big-endian, without leading zero octets. */
  readonly n: Uint8Array
  /** Public exponent, big-endian, without leading zero octets. */
  readonly e: Uint8Array
}

export interface EcdsaKeyMaterial {
  readonly kind: 'ecdsa'
  readonly curve: 'P-256' | 'P-384' | 'P-521'
  /** SEC1 uncompressed point: 0x04 || x || y. */
  readonly point: Uint8Array
}

export interface Ed25519KeyMaterial {
  readonly kind: 'ed25519'
  /** The 32 octets of the native encoding. */
  readonly point: Uint8Array
}

/** Material of an algorithm that Longhand does not interpret, kept octet for octet. */
export interface OpaqueKeyMaterial {
  readonly kind: 'opaque'
  readonly octets: Uint8Array
}

/** Reads the material of a version 4 key of this algorithm; it ends where the cursor stops. */
export function readKeyMaterial(
  cursor: Cursor,
  algorithm: number,
): KeyMaterial | OpaqueKeyMaterial {
  switch (algorithm) {
    case publicKeyAlgorithm.rsa:
    case publicKeyAlgorithm.rsaEncryptOnly:
    case publicKeyAlgorithm.rsaSignOnly:
      return { kind: 'rsa', n: readMpi(cursor), e: readMpi(cursor) } // RFC 9580 §5.5.5.1
    default:
      return { kind: 'opaque', octets: cursor.rest() }
  }
}

/** The octets of a version 4 key's material. */
export function writeKeyMaterial(material: RsaKeyMaterial | OpaqueKeyMaterial): Uint8Array {
  switch (material.kind) {
    case 'rsa':
      return concat(writeMpi(material.n), writeMpi(material.e))
    case 'opaque':
      return material.octets
  }
}

/** The key's size in bits, as people say it: RSA-4096 is 4096. Undefined for opaque material. */
export function keyBits(material: KeyMaterial | OpaqueKeyMaterial): number | undefined {
  switch (material.kind) {
    case 'rsa':
      return bitLength(material.n)
    case 'ecdsa':
      return Number(material.curve.slice(2))
    case 'ed25519':
      return 256
    case 'opaque':
      return undefined
  }
}

/** Whether two keys are the same public key. */
export function sameKeyMaterial(a: KeyMaterial, b: KeyMaterial): boolean {
  switch (a.kind) {
    case 'rsa':
      return b.kind === 'rsa' && equal(a.n, b.n) && equal(a.e, b.e)
    case 'ecdsa':
      return b.kind === 'ecdsa' && a.curve === b.curve && equal(a.point, b.point)
    case 'ed25519':
      return b.kind === 'ed25519' && equal(a.point, b.point)
  }
}

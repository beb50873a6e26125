/** Public-Key and Public-Subkey packets of versions 4 and 6, RFC 9580 §5.5.2, with fingerprints. */

import { OpenPGPError } from '../errors.ts'
import { concat, toHex, uint16, uint32 } from '../octets.ts'
import * as publicKeyAlgorithm from '../registry/public-key-algorithm.ts'
import { Cursor } from '../wire/cursor.ts'
import { readKeyMaterial, writeKeyMaterial } from './key-material.ts'
import type { KeyMaterial, OpaqueKeyMaterial } from './key-material.ts'

export type KeyVersion = 4 | 6

export interface PublicKey {
  readonly version: KeyVersion
  /** When the key says that it was made, in whole seconds since 1970. */
  readonly created: number
  /** Public-key algorithm ID, RFC 9580 §9.1. */
  readonly algorithm: number
  readonly material: KeyMaterial | OpaqueKeyMaterial
  /** Upper-case hexadecimal: 40 digits in version 4, 64 in version 6. */
  readonly fingerprint: string
  /** 16 digits of the fingerprint: a hint, never an identifier. */
  readonly keyId: string
  /** The packet's body. */
  readonly body: Uint8Array
}

/** A hash over some octets at once. SHA-1 makes version 4 fingerprints, and nothing else. */
export type FingerprintHash = (name: 'SHA-1' | 'SHA-256', octets: Uint8Array) => Uint8Array

/** Reads the body of a Public-Key or Public-Subkey packet; other versions are `unsupported`. */
export function readPublicKey(body: Uint8Array, hash: FingerprintHash): PublicKey {
  const cursor = new Cursor(body, 'Public-Key packet')
  const version = cursor.octet()
  if (version !== 4 && version !== 6) {
    throw new OpenPGPError('unsupported', `a version ${version} key: 4 and 6 are supported`)
  }
  // RFC 9580 §5.5.4.2: the fingerprint hashes the length in two octets.
  if (version === 4 && body.length > 0xffff) {
    throw new OpenPGPError('limit', `a version 4 key of ${body.length} octets`)
  }
  const created = cursor.uint32()
  const algorithm = cursor.octet()
  const material =
    version === 4 ? readKeyMaterial(cursor, algorithm) : readCountedMaterial(cursor, algorithm)
  cursor.end()
  return Object.freeze({
    version,
    created,
    algorithm,
    material,
    ...identify(version, body, hash),
    body,
  })
}

/** RFC 9580 §5.5.2.3: version 6 counts the octets of the material, and has no EdDSALegacy. */
function readCountedMaterial(cursor: Cursor, algorithm: number): KeyMaterial | OpaqueKeyMaterial {
  if (algorithm === publicKeyAlgorithm.eddsaLegacy) {
    throw new OpenPGPError('malformed', 'a version 6 key of the algorithm EdDSALegacy')
  }
  const inner = new Cursor(cursor.take(cursor.uint32()), 'key material')
  const material = readKeyMaterial(inner, algorithm)
  inner.end()
  return material
}

/** RFC 9580 §5.5.4: SHA-1 and its last digits, or SHA-256 and its first. */
function identify(
  version: KeyVersion,
  body: Uint8Array,
  hash: FingerprintHash,
): Pick<PublicKey, 'fingerprint' | 'keyId'> {
  const octets = hash(version === 4 ? 'SHA-1' : 'SHA-256', keyPreimage(body, version))
  const fingerprint = toHex(octets)
  return { fingerprint, keyId: version === 4 ? fingerprint.slice(-16) : fingerprint.slice(0, 16) }
}

export interface NewKey {
  readonly material: KeyMaterial
  /** Whole seconds since 1970; part of the fingerprint. */
  readonly created: number
  /** 4 unless said otherwise: GnuPG and rpm 4 cannot read 6. */
  readonly version?: KeyVersion
}

/** The public key around some material: RSA (1), ECDSA (19), EdDSALegacy (22), Ed25519 (27) in 6. */
export function createPublicKey(key: NewKey, hash: FingerprintHash): PublicKey {
  const { material, created, version = 4 } = key
  const algorithm = algorithmOf(material, version)
  const written = writeKeyMaterial(material, algorithm)
  const counted = version === 6 ? concat(uint32(written.length), written) : written
  const head = concat(Uint8Array.of(version), uint32(created), Uint8Array.of(algorithm))
  return readPublicKey(concat(head, counted), hash)
}

function algorithmOf({ kind }: KeyMaterial, version: KeyVersion): number {
  switch (kind) {
    case 'rsa':
      return publicKeyAlgorithm.rsa
    case 'ecdsa':
      return publicKeyAlgorithm.ecdsa
    case 'ed25519':
      return version === 4 ? publicKeyAlgorithm.eddsaLegacy : publicKeyAlgorithm.ed25519
  }
}

/** What fingerprints, and signatures of this version, hash of a key: RFC 9580 §5.5.4 and §5.2.4. */
export function keyPreimage(body: Uint8Array, version: KeyVersion): Uint8Array {
  return version === 4
    ? concat(Uint8Array.of(0x99), uint16(body.length), body)
    : concat(Uint8Array.of(0x9b), uint32(body.length), body)
}

/** Public-Key and Public-Subkey packets of version 4, RFC 9580 §5.5.2.2, with their fingerprints. */

import { OpenPGPError } from '../errors.ts'
import { concat, toHex, uint16, uint32 } from '../octets.ts'
import { publicKeyAlgorithm } from '../registry.ts'
import { Cursor } from '../wire/cursor.ts'
import { readKeyMaterial, writeKeyMaterial } from './key-material.ts'
import type { KeyMaterial, OpaqueKeyMaterial } from './key-material.ts'

export interface PublicKey {
  readonly version: 4
  /** When the key says that it was made, in whole seconds since 1970. */
  readonly created: number
  /** Public-key algorithm ID, RFC 9580 §9.1. */
  readonly algorithm: number
  readonly material: KeyMaterial | OpaqueKeyMaterial
  /** 40 upper-case hexadecimal digits. */
  readonly fingerprint: string
  /** The fingerprint's last 16 digits: a hint, never an identifier. */
  readonly keyId: string
  /** The packet's body. */
  readonly body: Uint8Array
}

/** SHA-1 of some octets; fingerprints of version 4 are made of it and nothing else is. */
export type Sha1 = (octets: Uint8Array) => Uint8Array

/** Reads the body of a Public-Key or Public-Subkey packet. */
export function readPublicKey(body: Uint8Array, sha1: Sha1): PublicKey {
  // RFC 9580 §5.5.4.2: the fingerprint hashes the length in two octets.
  if (body.length > 0xffff) {
    throw new OpenPGPError('limit', `a version 4 key of ${body.length} octets`)
  }
  const cursor = new Cursor(body, 'Public-Key packet')
  const version = cursor.octet()
  if (version !== 4) {
    throw new OpenPGPError('unsupported', `a version ${version} key: version 4 is supported`)
  }
  const created = cursor.uint32()
  const algorithm = cursor.octet()
  const material = readKeyMaterial(cursor, algorithm)
  cursor.end()
  const fingerprint = toHex(sha1(fingerprintPreimage(body)))
  const keyId = fingerprint.slice(-16)
  return Object.freeze({ version, created, algorithm, material, fingerprint, keyId, body })
}

/** The version 4 public key around some material. The creation time is part of the fingerprint. */
export function createPublicKey(material: KeyMaterial, created: number, sha1: Sha1): PublicKey {
  if (material.kind !== 'rsa') {
    throw new OpenPGPError('unsupported', `minting a key of kind ${material.kind}`)
  }
  const algorithm = Uint8Array.of(publicKeyAlgorithm.rsa)
  const octets = concat(Uint8Array.of(4), uint32(created), algorithm, writeKeyMaterial(material))
  return readPublicKey(octets, sha1)
}

/** What a version 4 fingerprint and every signature over a key hash, RFC 9580 §5.5.4.2 and §5.2.4. */
export function fingerprintPreimage(body: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(0x99), uint16(body.length), body)
}

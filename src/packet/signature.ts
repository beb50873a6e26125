/** Signature packets of version 4, RFC 9580 §5.2.3. */

import { OpenPGPError } from '../errors.ts'
import { concat, uint16 } from '../octets.ts'
import { packetType, publicKeyAlgorithm, subpacketType } from '../registry.ts'
import { Cursor } from '../wire/cursor.ts'
import { readMpi, writeMpi } from '../wire/mpi.ts'
import { writePacket } from '../wire/packet.ts'
import { findValue, readSubpackets } from './subpacket.ts'
import type { Subpacket } from './subpacket.ts'

/** The number that the key computed; what it is depends on the algorithm. */
export type SignatureValue =
  | { readonly kind: 'rsa'; readonly s: Uint8Array }
  | { readonly kind: 'opaque'; readonly octets: Uint8Array }

export interface Signature {
  readonly version: 4
  /** Signature type ID, RFC 9580 §5.2.1. */
  readonly type: number
  /** Public-key algorithm ID, RFC 9580 §9.1. */
  readonly publicKeyAlgorithm: number
  /** Hash algorithm ID, RFC 9580 §9.5. */
  readonly hashAlgorithm: number
  readonly hashed: readonly Subpacket[]
  readonly unhashed: readonly Subpacket[]
  /** The body from its version to the end of the hashed area: what the digest covers of it. */
  readonly signedPart: Uint8Array
  /** The left 16 bits of the digest: a hint. */
  readonly digestPrefix: Uint8Array
  readonly value: SignatureValue
  /** The packet's body. */
  readonly body: Uint8Array
}

/** Reads the body of a Signature packet; versions 3, 5 and 6 are `unsupported` by name. */
export function readSignature(body: Uint8Array): Signature {
  const cursor = new Cursor(body, 'Signature packet')
  const version = cursor.octet()
  if (version !== 4) {
    throw new OpenPGPError('unsupported', `a version ${version} signature: version 4 is supported`)
  }
  const type = cursor.octet()
  const algorithm = cursor.octet()
  const hashAlgorithm = cursor.octet()
  const hashed = readSubpackets(cursor.take(cursor.uint16()))
  const signedPart = body.subarray(0, cursor.offset)
  const unhashed = readSubpackets(cursor.take(cursor.uint16()))
  const digestPrefix = cursor.take(2)
  const value = readSignatureValue(cursor, algorithm)
  cursor.end()
  return Object.freeze({
    version,
    type,
    publicKeyAlgorithm: algorithm,
    hashAlgorithm,
    hashed,
    unhashed,
    signedPart,
    digestPrefix,
    value,
    body,
  })
}

/** The body of a Signature packet from the parts that a draft and a signer give. */
export function writeSignature(parts: {
  readonly signedPart: Uint8Array
  readonly unhashedArea: Uint8Array
  readonly digestPrefix: Uint8Array
  readonly value: SignatureValue
}): Uint8Array {
  const { signedPart, unhashedArea, digestPrefix, value } = parts
  const written = value.kind === 'rsa' ? writeMpi(value.s) : value.octets
  return concat(signedPart, uint16(unhashedArea.length), unhashedArea, digestPrefix, written)
}

/** A framed Signature packet. */
export function signaturePacket(signature: Signature): Uint8Array {
  return writePacket(packetType.signature, signature.body)
}

/** When the signature says that it was made; only a hashed creation time says it. */
export function creationTime(signature: Signature): number | undefined {
  return findValue(signature.hashed, subpacketType.signatureCreationTime)?.time
}

/** When a signature stops to be valid; undefined for never. RFC 9580 §5.2.3.18. */
export function expirationTime(signature: Signature): number | undefined {
  const seconds = findValue(signature.hashed, subpacketType.signatureExpirationTime)?.seconds
  const created = creationTime(signature)
  return seconds && created !== undefined ? created + seconds : undefined
}

/** Who may have made a signature. Hints only: from both areas, and anyone may write the unhashed. */
export interface IssuerHints {
  readonly fingerprints: readonly string[]
  readonly keyIds: readonly string[]
}

export function issuerHints(signature: Signature): IssuerHints {
  const values = [...signature.hashed, ...signature.unhashed].map(({ value }) => value)
  return {
    fingerprints: values.flatMap((value) =>
      value.type === subpacketType.issuerFingerprint ? [value.fingerprint] : [],
    ),
    keyIds: values.flatMap((value) =>
      value.type === subpacketType.issuerKeyId ? [value.keyId] : [],
    ),
  }
}

function readSignatureValue(cursor: Cursor, algorithm: number): SignatureValue {
  switch (algorithm) {
    case publicKeyAlgorithm.rsa:
    case publicKeyAlgorithm.rsaSignOnly:
      return { kind: 'rsa', s: readMpi(cursor) } // RFC 9580 §5.2.3.1
    default:
      return { kind: 'opaque', octets: cursor.rest() }
  }
}

/** Signature packets of versions 4 and 6, RFC 9580 §5.2.3. */

import { OpenPGPError } from '../errors.ts'
import { concat, toHex, uint16, uint32 } from '../octets.ts'
import { hashAlgorithm } from '../registry.ts'
import * as packetType from '../registry/packet-type.ts'
import * as signatureType from '../registry/signature-type.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import { Cursor } from '../wire/cursor.ts'
import { writePacket } from '../wire/packet.ts'
import { readArea, SignatureRecord } from './signature-record.ts'
import { readSignatureValue, writeSignatureValue } from './signature-value.ts'
import type { SignatureValue } from './signature-value.ts'
import { findValue } from './subpacket.ts'
import type { Subpacket } from './subpacket.ts'

export interface Signature {
  readonly version: 4 | 6
  /** Signature type ID, RFC 9580 §5.2.1. */
  readonly type: number
  /** Public-key algorithm ID, RFC 9580 §9.1. */
  readonly publicKeyAlgorithm: number
  /** Hash algorithm ID, RFC 9580 §9.5. */
  readonly hashAlgorithm: number
  /** Both areas are getters of what `readSignature` gives: a spread copy leaves them behind. */
  readonly hashed: readonly Subpacket[]
  readonly unhashed: readonly Subpacket[]
  /** The body from its version to the end of the hashed area: what the digest covers of it. */
  readonly signedPart: Uint8Array
  /** The left 16 bits of the digest, a hint; a view of `body`, as it is read. */
  readonly digestPrefix: Uint8Array
  /** Hashed before everything else in version 6, RFC 9580 §5.2.4; empty in version 4. */
  readonly salt: Uint8Array
  readonly value: SignatureValue
  /** The packet's body. */
  readonly body: Uint8Array
}

/** Salt octets of a version 6 signature by its hash, RFC 9580 §9.5; undefined where it has none. */
export function saltOctets(hash: number): number | undefined {
  switch (hash) {
    case hashAlgorithm['SHA-224']:
    case hashAlgorithm['SHA-256']:
    case hashAlgorithm['SHA3-256']:
      return 16
    case hashAlgorithm['SHA-384']:
      return 24
    case hashAlgorithm['SHA-512']:
    case hashAlgorithm['SHA3-512']:
      return 32
    default:
      return undefined
  }
}

const noSalt = new Uint8Array()

/** Reads the body of a Signature packet; versions 3 and 5 are `unsupported` by name. */
export function readSignature(body: Uint8Array): Signature {
  const cursor = new Cursor(body, 'Signature packet')
  const version = cursor.octet()
  if (version !== 4 && version !== 6) {
    throw new OpenPGPError('unsupported', `a version ${version} signature: 4 and 6 are supported`)
  }
  const type = cursor.octet()
  const algorithm = cursor.octet()
  const hash = cursor.octet()
  readArea(cursor, version)
  const signedPart = body.subarray(0, cursor.offset)
  readArea(cursor, version)
  const digestPrefix = cursor.take(2)
  const salt = version === 4 ? noSalt : readSalt(cursor, hash)
  const value = readSignatureValue(cursor, algorithm)
  cursor.end()
  return Object.freeze(
    new SignatureRecord({
      version,
      type,
      publicKeyAlgorithm: algorithm,
      hashAlgorithm: hash,
      signedPart,
      digestPrefix,
      salt,
      value,
      body,
    }),
  )
}

/** RFC 9580 §5.2.3: the salt's size is the hash's; another is malformed. */
function readSalt(cursor: Cursor, hash: number): Uint8Array {
  const octets = cursor.octet()
  if (octets !== saltOctets(hash)) {
    throw new OpenPGPError('malformed', `a salt of ${octets} octets with hash algorithm ${hash}`)
  }
  return cursor.take(octets)
}

export interface SignatureParts {
  /** From the version to the end of the hashed area. */
  readonly signedPart: Uint8Array
  readonly unhashedArea: Uint8Array
  readonly digestPrefix: Uint8Array
  /** Empty in version 4. */
  readonly salt: Uint8Array
  readonly value: SignatureValue
}

/** The body of a Signature packet from the parts that a draft and a signer give. */
export function writeSignature(parts: SignatureParts): Uint8Array {
  const { signedPart, unhashedArea, digestPrefix, salt, value } = parts
  const [version, , algorithm = 0] = signedPart
  const written = writeSignatureValue(value, algorithm)
  return version === 6
    ? concat(
        signedPart,
        uint32(unhashedArea.length),
        unhashedArea,
        digestPrefix,
        Uint8Array.of(salt.length),
        salt,
        written,
      )
    : concat(signedPart, uint16(unhashedArea.length), unhashedArea, digestPrefix, written)
}

/** A framed Signature packet. */
export function signaturePacket({ body }: Pick<Signature, 'body'>): Uint8Array {
  return writePacket(packetType.signature, body)
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

/**
 * A name for what the key said: all but the unhashed area and the digest prefix, which anybody may
 * change, RFC 9580 §5.2.3.2. In the order of names what says more comes last of two of one kind.
 */
export function nameOfSignature({
  signedPart,
  digestPrefix,
  body,
}: Pick<Signature, 'signedPart' | 'digestPrefix' | 'body'>): string {
  const behind = digestPrefix.byteOffset - body.byteOffset + digestPrefix.length
  return `${toHex(signedPart)} ${toHex(body.subarray(behind))}`
}

/** Whether a signature takes something back. RFC 9580 §5.2.1.11 to §5.2.1.13. */
export function isRevocation({ type }: Pick<Signature, 'type'>): boolean {
  return (
    type === signatureType.keyRevocation ||
    type === signatureType.subkeyRevocation ||
    type === signatureType.certificationRevocation
  )
}

/** Who may have made a signature. Hints only: from both areas, and anyone may write the unhashed. */
export interface IssuerHints {
  readonly fingerprints: readonly string[]
  readonly keyIds: readonly string[]
}

export function issuerHints(signature: Signature): IssuerHints {
  const fingerprints: string[] = []
  const keyIds: string[] = []
  for (const area of [signature.hashed, signature.unhashed]) {
    for (const { value } of area) {
      if (value.type === subpacketType.issuerFingerprint) fingerprints.push(value.fingerprint)
      else if (value.type === subpacketType.issuerKeyId) keyIds.push(value.keyId)
    }
  }
  return { fingerprints, keyIds }
}

/** What signature subpackets say, RFC 9580 §5.2.3.9 to §5.2.3.36: those we write or understand. */

import { OpenPGPError } from '../errors.ts'
import { concat, fromHex, fromLatin1, fromUtf8, toHex, uint16, uint32, utf8 } from '../octets.ts'
import * as id from '../registry/subpacket-type.ts'
import { Cursor } from '../wire/cursor.ts'

/** What a subpacket says. Times are whole seconds since 1970, durations whole seconds. */
export type KnownValue =
  | { readonly type: typeof id.signatureCreationTime; readonly time: number }
  | { readonly type: typeof id.signatureExpirationTime; readonly seconds: number }
  | { readonly type: typeof id.keyExpirationTime; readonly seconds: number }
  | { readonly type: typeof id.exportableCertification; readonly value: boolean }
  | { readonly type: typeof id.revocable; readonly value: boolean }
  | { readonly type: typeof id.primaryUserId; readonly value: boolean }
  | { readonly type: typeof id.trustSignature; readonly depth: number; readonly amount: number }
  | { readonly type: OctetsType; readonly octets: Uint8Array }
  | { readonly type: TextType; readonly text: string }
  | { readonly type: typeof id.issuerKeyId; readonly keyId: string }
  | { readonly type: FingerprintType; readonly version: number; readonly fingerprint: string }
  | ({ readonly type: typeof id.notationData } & Notation)
  | { readonly type: typeof id.reasonForRevocation; readonly reason: number; readonly text: string }

/** Of a type that is not in this list nothing is known; a critical one must not be passed over. */
export type SubpacketValue = KnownValue | { readonly type: 'unknown' }

export interface Notation {
  readonly name: string
  readonly value: Uint8Array
  /** The human-readable flag, RFC 9580 §5.2.3.24: the value is UTF-8 text. */
  readonly humanReadable: boolean
}

type OctetsType =
  | typeof id.preferredSymmetricCiphers
  | typeof id.preferredHashAlgorithms
  | typeof id.preferredCompressionAlgorithms
  | typeof id.preferredAeadCiphersuites
  | typeof id.keyServerPreferences
  | typeof id.keyFlags
  | typeof id.features
  | typeof id.embeddedSignature
type TextType =
  | typeof id.signersUserId
  | typeof id.policyUri
  | typeof id.preferredKeyServer
  | typeof id.regularExpression
type FingerprintType = typeof id.issuerFingerprint | typeof id.intendedRecipientFingerprint

/** Reads a subpacket's body; `malformed` when it does not have the type's form. */
export function readValue(type: number, body: Uint8Array): SubpacketValue {
  const cursor = new Cursor(body, `subpacket of type ${type}`)
  const value = readValueFrom(cursor, type)
  cursor.end()
  return value
}

function readValueFrom(cursor: Cursor, type: number): SubpacketValue {
  switch (type) {
    case id.signatureCreationTime:
      return { type, time: cursor.uint32() }
    case id.signatureExpirationTime:
    case id.keyExpirationTime:
      return { type, seconds: cursor.uint32() }
    case id.exportableCertification:
    case id.revocable:
    case id.primaryUserId:
      return { type, value: readBoolean(cursor) }
    case id.trustSignature:
      return { type, depth: cursor.octet(), amount: cursor.octet() }
    case id.preferredSymmetricCiphers:
    case id.preferredHashAlgorithms:
    case id.preferredCompressionAlgorithms:
    case id.preferredAeadCiphersuites:
    case id.keyServerPreferences:
    case id.keyFlags:
    case id.features:
    case id.embeddedSignature:
      return { type, octets: cursor.rest() }
    case id.signersUserId:
    case id.policyUri:
    case id.preferredKeyServer:
    case id.regularExpression:
      return { type, text: readText(cursor.rest()) }
    case id.issuerKeyId:
      return { type, keyId: toHex(cursor.take(8)) }
    case id.issuerFingerprint:
    case id.intendedRecipientFingerprint:
      return readFingerprint(cursor, type)
    case id.notationData:
      return { type, ...readNotation(cursor) }
    case id.reasonForRevocation:
      return { type, reason: cursor.octet(), text: readText(cursor.rest()) }
    default:
      cursor.rest()
      return { type: 'unknown' }
  }
}

function readBoolean(cursor: Cursor): boolean {
  const octet = cursor.octet()
  if (octet > 1) throw new OpenPGPError('malformed', `a boolean subpacket with value ${octet}`)
  return octet === 1
}

/** Text ought to be UTF-8; octets that are not are shown as they are, one character each. */
function readText(octets: Uint8Array): string {
  return fromUtf8(octets) ?? fromLatin1(octets)
}

/** RFC 9580 §5.2.3.35: the key's version, then 20 octets for version 4, 32 for version 6. */
function readFingerprint(cursor: Cursor, type: FingerprintType): SubpacketValue {
  const version = cursor.octet()
  const octets = cursor.rest()
  const expected = version === 4 ? 20 : 32
  // A fingerprint is a hint: one of another form names no key, and makes nothing malformed.
  if (octets.length !== expected) return { type: 'unknown' }
  return { type, version, fingerprint: toHex(octets) }
}

/** RFC 9580 §5.2.3.24: four octets of flags, two lengths, name and value. */
function readNotation(cursor: Cursor): Notation {
  const humanReadable = (cursor.octet() & 0x80) !== 0
  cursor.take(3)
  const nameOctets = cursor.uint16()
  const valueOctets = cursor.uint16()
  return { name: readText(cursor.take(nameOctets)), value: cursor.take(valueOctets), humanReadable }
}

/** The body of a subpacket that says this. */
export function writeValue(value: KnownValue): Uint8Array {
  switch (value.type) {
    case id.signatureCreationTime:
      return uint32(value.time)
    case id.signatureExpirationTime:
    case id.keyExpirationTime:
      return uint32(value.seconds)
    case id.exportableCertification:
    case id.revocable:
    case id.primaryUserId:
      return Uint8Array.of(value.value ? 1 : 0)
    case id.trustSignature:
      return Uint8Array.of(value.depth, value.amount)
    case id.preferredSymmetricCiphers:
    case id.preferredHashAlgorithms:
    case id.preferredCompressionAlgorithms:
    case id.preferredAeadCiphersuites:
    case id.keyServerPreferences:
    case id.keyFlags:
    case id.features:
    case id.embeddedSignature:
      return value.octets
    case id.signersUserId:
    case id.policyUri:
    case id.preferredKeyServer:
    case id.regularExpression:
      return utf8(value.text)
    case id.issuerKeyId:
      return fromHex(value.keyId) ?? new Uint8Array()
    case id.issuerFingerprint:
    case id.intendedRecipientFingerprint:
      return concat(Uint8Array.of(value.version), fromHex(value.fingerprint) ?? new Uint8Array())
    case id.notationData:
      return writeNotation(value)
    case id.reasonForRevocation:
      return concat(Uint8Array.of(value.reason), utf8(value.text))
  }
}

function writeNotation({ name, value, humanReadable }: Notation): Uint8Array {
  const nameOctets = utf8(name)
  const flags = Uint8Array.of(humanReadable ? 0x80 : 0, 0, 0, 0)
  return concat(flags, uint16(nameOctets.length), uint16(value.length), nameOctets, value)
}

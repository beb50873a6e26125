/** Packets of certificates, right or wrong; a certificate is their concatenation. */

import { utf8 } from '../../../src/octets.ts'
import { readUserId } from '../../../src/packet/user-id.ts'
import { subpacket } from '../../../src/packet/subpacket.ts'
import type { RawSubpacket } from '../../../src/packet/subpacket.ts'
import { keyFlag, packetType, signatureType, subpacketType } from '../../../src/registry.ts'
import { writePacket } from '../../../src/wire/packet.ts'
import { forgeSignature } from './signature.ts'
import type { ForgedKey, SignatureParts } from './signature.ts'

/** What all of these take: anything of a signature but what it is over. */
export type Options = Partial<Omit<SignatureParts, 'over'>>

export const name = 'Alice <alice@example.org>'

export const primaryPacket = ({ key }: ForgedKey): Uint8Array =>
  writePacket(packetType.publicKey, key.body)
export const subkeyPacket = ({ key }: ForgedKey): Uint8Array =>
  writePacket(packetType.publicSubkey, key.body)
export const userIdPacket = (text = name): Uint8Array => writePacket(packetType.userId, utf8(text))
export const signaturePacket = (body: Uint8Array): Uint8Array =>
  writePacket(packetType.signature, body)

/** A self-signature on a User ID, by which the key may certify and sign unless said otherwise. */
export function certify(by: ForgedKey, options: Options = {}, text = name, of = by): Uint8Array {
  const over = { kind: 'user-id', primary: of.key, userId: readUserId(utf8(text)) } as const
  const type = signatureType.positiveCertification
  return signaturePacket(forgeSignature({ by, type, over, hashed: [signs], ...options }))
}

/** A direct key signature, without key flags unless said. */
export function direct(by: ForgedKey, options: Options = {}, of = by): Uint8Array {
  const over = { kind: 'key', primary: of.key } as const
  return signaturePacket(forgeSignature({ by, type: signatureType.directKey, over, ...options }))
}

export function revokeKey(by: ForgedKey, options: Options = {}, of = by): Uint8Array {
  return direct(by, { type: signatureType.keyRevocation, ...options }, of)
}

export function revokeUserId(by: ForgedKey, options: Options = {}, text = name): Uint8Array {
  return certify(by, { type: signatureType.certificationRevocation, hashed: [], ...options }, text)
}

/** A subkey binding signature by which the subkey may sign, with its back signature, unless said. */
export function bind(
  by: ForgedKey,
  subkey: ForgedKey,
  options: Options & { readonly primary?: ForgedKey } = {},
): Uint8Array {
  const { primary = by, ...parts } = options
  const over = { kind: 'subkey', primary: primary.key, subkey: subkey.key } as const
  const type = signatureType.subkeyBinding
  const hashed = [mayOnlySign, embedded(back(subkey, primary))]
  return signaturePacket(forgeSignature({ by, type, over, hashed, ...parts }))
}

/** The body of a primary key binding signature, RFC 9580 §5.2.1.9. */
export function back(subkey: ForgedKey, primary: ForgedKey, options: Options = {}): Uint8Array {
  const over = { kind: 'subkey', primary: primary.key, subkey: subkey.key } as const
  const type = signatureType.primaryKeyBinding
  return forgeSignature({ by: subkey, type, over, ...options })
}

export function revokeSubkey(by: ForgedKey, subkey: ForgedKey, options: Options = {}): Uint8Array {
  return bind(by, subkey, { type: signatureType.subkeyRevocation, hashed: [], ...options })
}

/** A signature over a document. */
export function signDocument(by: ForgedKey, data: Uint8Array, options: Options = {}): Uint8Array {
  const over = { kind: 'document', data } as const
  return signaturePacket(forgeSignature({ by, type: signatureType.binary, over, ...options }))
}

export function flags(...octets: readonly number[]): RawSubpacket {
  return subpacket({ type: subpacketType.keyFlags, octets: Uint8Array.from(octets) })
}

export const signs: RawSubpacket = flags(keyFlag.certify | keyFlag.sign)
export const mayOnlySign: RawSubpacket = flags(keyFlag.sign)

export function embedded(octets: Uint8Array): RawSubpacket {
  return subpacket({ type: subpacketType.embeddedSignature, octets })
}

export function keyExpires(seconds: number): RawSubpacket {
  return subpacket({ type: subpacketType.keyExpirationTime, seconds })
}

export function signatureExpires(seconds: number): RawSubpacket {
  return subpacket({ type: subpacketType.signatureExpirationTime, seconds })
}

export function because(reason: number, text = ''): RawSubpacket {
  return subpacket({ type: subpacketType.reasonForRevocation, reason, text })
}

export function notation(notationName: string, value = ''): RawSubpacket {
  const type = subpacketType.notationData
  return subpacket({ type, name: notationName, value: utf8(value), humanReadable: true })
}

/** A subpacket of a type that nobody knows. */
export const unknown: RawSubpacket = { type: 100, critical: false, body: utf8('what is it') }

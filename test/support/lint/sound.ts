/** The certificate in which nothing is wrong: each vector is this one with one thing changed. */

import { subpacket } from '../../../src/packet/subpacket.ts'
import type { RawSubpacket } from '../../../src/packet/subpacket.ts'
import { subpacketType } from '../../../src/registry.ts'
import { certify, keyExpires, primaryPacket, signs, userIdPacket } from '../forge/certificate.ts'
import type { Options } from '../forge/certificate.ts'
import { day, forgeKey } from '../forge/signature.ts'
import type { ForgedKey } from '../forge/signature.ts'

/** RSA-3072, made 2024-01-01. */
export const owner: ForgedKey = forgeKey('strong')

export const hashes = (...octets: readonly number[]): RawSubpacket =>
  subpacket({ type: subpacketType.preferredHashAlgorithms, octets: Uint8Array.from(octets) })

export const isPrimary: RawSubpacket = subpacket({
  type: subpacketType.primaryUserId,
  value: true,
})
export const mdc: RawSubpacket = subpacket({
  type: subpacketType.features,
  octets: Uint8Array.of(1),
})
/** Fifty years. */
export const expiry: RawSubpacket = keyExpires(50 * 365 * day)

/** What a self-signature says besides the key flags. */
export const manners: readonly RawSubpacket[] = [expiry, hashes(10, 9, 8), mdc]

/** All that a self-signature should say. */
export const soundSubpackets: readonly RawSubpacket[] = [signs, ...manners, isPrimary]

/** The self-signature of the sound certificate, or another with these options. */
export function vouch(options: Options = {}, text?: string): Uint8Array {
  return certify(owner, { hashed: soundSubpackets, ...options }, text)
}

/** Its first packets: the primary key, the User ID and the self-signature. */
export function sound(options: Options = {}): Uint8Array[] {
  return [primaryPacket(owner), userIdPacket(), vouch(options)]
}

/** A self-signature that says again what one before it said, but for when the key expires. */

import { OpenPGPError } from '../errors.ts'
import type { PublicKey } from '../packet/public-key.ts'
import type { Signature } from '../packet/signature.ts'
import { subpacket } from '../packet/subpacket.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import { isoTime, lastTime, toSeconds } from '../signature/time.ts'

/** When a key expires, whole seconds; `never` for never. */
export type Expiry = Date | 'never'

/** What every signature says of itself, and what `renew` says anew. RFC 9580 §5.2.3.10. */
const own: readonly number[] = [
  subpacketType.signatureCreationTime,
  subpacketType.signatureExpirationTime,
  subpacketType.keyExpirationTime,
  subpacketType.issuerKeyId,
  subpacketType.issuerFingerprint,
  subpacketType.embeddedSignature,
]

/** The hashed subpackets of the new one, the key expiration time behind the key flags. */
export function renew({ hashed }: Signature, expiration: readonly RawSubpacket[]): RawSubpacket[] {
  const kept = hashed.filter(({ type }) => !own.includes(type))
  const flags = kept.findIndex(({ type }) => type === subpacketType.keyFlags) + 1
  return [...kept.slice(0, flags), ...expiration, ...kept.slice(flags)].map(
    ({ type, critical, body }) => ({ type, critical, body }),
  )
}

/**
 * The key expiration time of a key, RFC 9580 §5.2.3.13; none for `never`. `time-invalid` for a time
 * that is not after `created`, at which it is said.
 */
export function keyExpiration(key: PublicKey, expires: Expiry, created: number): RawSubpacket[] {
  if (expires === 'never') return []
  const end = toSeconds(expires)
  if (end <= created || end <= key.created || end - key.created > lastTime) {
    const last = key.created + lastTime
    const reason =
      end > last ? `OpenPGP writes no expiry after ${isoTime(last)} here` : 'it has passed already'
    throw new OpenPGPError('time-invalid', `a key cannot expire ${isoTime(end)}: ${reason}`)
  }
  return [subpacket({ type: subpacketType.keyExpirationTime, seconds: end - key.created })]
}

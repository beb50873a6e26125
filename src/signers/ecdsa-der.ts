/** ECDSA signatures as services answer with them: Ecdsa-Sig-Value in DER, RFC 3279 §2.2.3. */

import { OpenPGPError } from '../errors.ts'
import { coordinateOctets } from '../packet/key-material.ts'
import type { EcdsaKeyMaterial } from '../packet/key-material.ts'

/**
 * r || s of the curve's width, from a SEQUENCE of two INTEGERs. Only DER is taken: shortest lengths,
 * shortest positive integers, nothing after them. That r and s are below the curve's order is left
 * to the check under the key. `signer-answer` for anything else; `id` names the signer.
 */
export function readEcdsaDer(
  der: Uint8Array,
  curve: EcdsaKeyMaterial['curve'],
  id: string,
): Uint8Array {
  const width = coordinateOctets[curve]
  // A body of 128 octets and more, as P-521's may be, has its length in a second octet.
  const long = der[1] === 0x81
  const start = long ? 3 : 2
  const length = (long ? der[2] : der[1]) ?? 0
  if (der[0] !== 0x30 || long !== length > 0x7f || der.length !== start + length) throw notDer(id)
  const r = readInteger(der, start, id)
  const s = readInteger(der, r.end, id)
  if (s.end !== der.length) throw notDer(id)
  if (Math.max(r.number.length, s.number.length) > width) {
    throw new OpenPGPError('signer-answer', `${id} answered numbers too long for ${curve}`)
  }
  const rs = new Uint8Array(2 * width)
  rs.set(r.number, width - r.number.length)
  rs.set(s.number, 2 * width - s.number.length)
  return rs
}

/** The magnitude of a positive INTEGER, and where it ends; zero is no part of a signature. */
function readInteger(der: Uint8Array, at: number, id: string): { number: Uint8Array; end: number } {
  const length = der[at + 1] ?? 0
  const end = at + 2 + length
  const [first = 0, second = 0] = der.subarray(at + 2, end)
  if (der[at] !== 0x02 || length === 0 || length > 0x7f || end > der.length) throw notDer(id)
  // A zero octet stands first where the number would look negative without it, and nowhere else.
  if (first > 0x7f || (first === 0 && second <= 0x7f)) throw notDer(id)
  return { number: der.subarray(at + (first === 0 ? 3 : 2), end), end }
}

function notDer(id: string): OpenPGPError {
  return new OpenPGPError('signer-answer', `${id} answered no ECDSA signature in DER`)
}

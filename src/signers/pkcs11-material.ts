/** Public keys as the attributes of PKCS#11 write them, OASIS PKCS #11 v3.1 §6.1 and §6.3. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { equal, toHex } from '../octets.ts'
import { coordinateOctets } from '../packet/key-material.ts'
import type { EcdsaKeyMaterial, KeyMaterial } from '../packet/key-material.ts'

type Curve = EcdsaKeyMaterial['curve']

/** CKA_EC_PARAMS in hexadecimal: an object identifier, or a name as a PrintableString. */
const curves: Readonly<Record<string, Curve | 'Ed25519'>> = {
  '06082A8648CE3D030107': 'P-256',
  '06052B81040022': 'P-384',
  '06052B81040023': 'P-521',
  '06032B6570': 'Ed25519', // 1.3.101.112, RFC 8410 §3
  '06092B06010401DA470F01': 'Ed25519', // 1.3.6.1.4.1.11591.15.1, older tokens
  '130C656477617264733235353139': 'Ed25519', // edwards25519
}

/** The curve that CKA_EC_PARAMS names; `unsupported` for another, or for numbers in its place. */
export function curveOf(parameters: Uint8Array | undefined, id: string): Curve | 'Ed25519' {
  const hex = parameters === undefined ? '' : toHex(parameters)
  const curve = Object.hasOwn(curves, hex) ? curves[hex] : undefined
  if (curve !== undefined) return curve
  const given = hex === '' ? 'none' : hex.slice(0, 48)
  throw new OpenPGPError('unsupported', `${id} is on another curve (CKA_EC_PARAMS ${given})`, {
    hint: 'P-256, P-384, P-521 and Ed25519 are supported',
  })
}

/**
 * An RSA key; a modulus that is not the private key's `expected` is refused, where that is known.
 *
 * Errors: `signer-answer` for numbers that are no RSA key; `limit`.
 */
export function rsaPublicKey(
  given: { n: Uint8Array; e: Uint8Array; expected: Uint8Array | undefined },
  id: string,
): KeyMaterial {
  const n = unsigned(given.n)
  const e = unsigned(given.e)
  const odd = [n, e].every((value) => (value.at(-1) ?? 0) % 2 === 1)
  if (!odd || (e.length === 1 && e[0] === 1)) throw wrong('numbers that are no RSA key', id)
  if (n.length * 8 > limits.mpiBits) throw new OpenPGPError('limit', `${id}: the key is too long`)
  if (given.expected !== undefined && !equal(n, given.expected)) {
    throw wrong('a public key whose modulus is not that of the private key', id)
  }
  return { kind: 'rsa', n, e }
}

/** CKA_EC_POINT, a DER OCTET STRING around the point or, from some modules, the point itself. */
export function ecdsaPoint(value: Uint8Array, curve: Curve, id: string): KeyMaterial {
  const octets = 1 + 2 * coordinateOctets[curve]
  const point = value.length === octets ? Uint8Array.from(value) : octetString(value)
  if (point?.length === octets && point[0] === 4) return { kind: 'ecdsa', curve, point }
  throw wrong(`a CKA_EC_POINT that is no uncompressed point on ${curve}`, id)
}

export function edwardsPoint(value: Uint8Array, id: string): KeyMaterial {
  const point = value.length === 32 ? Uint8Array.from(value) : octetString(value)
  if (point?.length === 32) return { kind: 'ed25519', point }
  throw wrong('a CKA_EC_POINT that is no point on Ed25519', id)
}

/** The content of a DER OCTET STRING of at most 255 octets. */
function octetString(der: Uint8Array): Uint8Array | undefined {
  const [tag, first = 0, second = 0] = der
  const head = first < 0x80 ? 2 : 3
  const length = first < 0x80 ? first : second
  const minimal = first < 0x80 || (first === 0x81 && second >= 0x80)
  if (tag !== 4 || !minimal || der.length !== head + length) return undefined
  return Uint8Array.from(der.subarray(head))
}

/** A big-endian number without leading zero octets. */
export function unsigned(octets: Uint8Array): Uint8Array {
  const start = octets.findIndex((octet) => octet !== 0)
  return start < 0 ? new Uint8Array() : Uint8Array.from(octets.subarray(start))
}

function wrong(what: string, id: string): OpenPGPError {
  return new OpenPGPError('signer-answer', `${id}: the token answered with ${what}`)
}

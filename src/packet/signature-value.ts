/** The numbers of a signature, RFC 9580 §5.2.3.1 to §5.2.3.4. */

import { OpenPGPError } from '../errors.ts'
import { concat } from '../octets.ts'
import * as publicKeyAlgorithm from '../registry/public-key-algorithm.ts'
import type { Cursor } from '../wire/cursor.ts'
import { readMpi, writeMpi } from '../wire/mpi.ts'

/** What the key computed; numbers are big-endian without leading zero octets. */
export type SignatureValue =
  | { readonly kind: 'rsa'; readonly s: Uint8Array }
  | { readonly kind: 'ecdsa'; readonly r: Uint8Array; readonly s: Uint8Array }
  /** R and S of 32 octets each, as RFC 8032 writes them. */
  | { readonly kind: 'ed25519'; readonly octets: Uint8Array }
  | { readonly kind: 'opaque'; readonly octets: Uint8Array }

/** Reads the value of a signature of this algorithm; one that is not interpreted is kept. */
export function readSignatureValue(cursor: Cursor, algorithm: number): SignatureValue {
  switch (algorithm) {
    case publicKeyAlgorithm.rsa:
    case publicKeyAlgorithm.rsaSignOnly:
      return { kind: 'rsa', s: readMpi(cursor) }
    case publicKeyAlgorithm.ecdsa:
      return { kind: 'ecdsa', r: readMpi(cursor), s: readMpi(cursor) }
    case publicKeyAlgorithm.eddsaLegacy:
      return readEdDsaLegacy(cursor)
    case publicKeyAlgorithm.ed25519:
      return { kind: 'ed25519', octets: cursor.take(64) }
    default:
      return { kind: 'opaque', octets: cursor.rest() }
  }
}

/** RFC 9580 §5.2.3.3: R and S as MPIs, which lose leading zero octets. Ed448 is kept as it is. */
function readEdDsaLegacy(cursor: Cursor): SignatureValue {
  const start = cursor.offset
  const [r, s] = [readMpi(cursor), readMpi(cursor)]
  if (r.length > 32 || s.length > 32) {
    return { kind: 'opaque', octets: cursor.octets.subarray(start, cursor.offset) }
  }
  return { kind: 'ed25519', octets: concat(padTo(32, r), padTo(32, s)) }
}

/** The octets of a value in a signature of this algorithm. */
export function writeSignatureValue(value: SignatureValue, algorithm: number): Uint8Array {
  switch (value.kind) {
    case 'rsa':
      return writeMpi(value.s)
    case 'ecdsa':
      return concat(writeMpi(value.r), writeMpi(value.s))
    case 'ed25519':
      if (algorithm === publicKeyAlgorithm.ed25519) return value.octets
      return concat(writeMpi(value.octets.subarray(0, 32)), writeMpi(value.octets.subarray(32)))
    case 'opaque':
      return value.octets
  }
}

/** A big-endian number with zero octets in front, up to a width. `malformed` when it is wider. */
export function padTo(octets: number, number: Uint8Array): Uint8Array {
  if (number.length > octets) {
    throw new OpenPGPError('malformed', `a number of ${number.length} octets, ${octets} at most`)
  }
  return concat(new Uint8Array(octets - number.length), number)
}

/** The algorithm-specific part of a public key, RFC 9580 §5.5.5. */

import { OpenPGPError } from '../errors.ts'
import { concat, equal, fromHex, toHex } from '../octets.ts'
import * as publicKeyAlgorithm from '../registry/public-key-algorithm.ts'
import type { Cursor } from '../wire/cursor.ts'
import { bitLength, readMpi, writeMpi } from '../wire/mpi.ts'

/** What a signer holds the secret half of. Numbers are big-endian, points uncompressed or native. */
export type KeyMaterial = RsaKeyMaterial | EcdsaKeyMaterial | Ed25519KeyMaterial

export interface RsaKeyMaterial {
  readonly kind: 'rsa'
  /** Modulus, big-endian, without leading zero octets. */
  readonly n: Uint8Array
  /** Public exponent, big-endian, without leading zero octets. */
  readonly e: Uint8Array
}

export interface EcdsaKeyMaterial {
  readonly kind: 'ecdsa'
  readonly curve: 'P-256' | 'P-384' | 'P-521'
  /** SEC1 uncompressed point: 0x04 || x || y. */
  readonly point: Uint8Array
}

export interface Ed25519KeyMaterial {
  readonly kind: 'ed25519'
  /** The 32 octets of the native encoding. */
  readonly point: Uint8Array
}

/** Material of an algorithm that Longhand does not interpret, kept octet for octet. */
export interface OpaqueKeyMaterial {
  readonly kind: 'opaque'
  readonly octets: Uint8Array
}

/** Object identifiers of curves without tag and length, RFC 9580 §9.2. */
const curveOids = {
  'P-256': '2A8648CE3D030107',
  'P-384': '2B81040022',
  'P-521': '2B81040023',
  Ed25519Legacy: '2B06010401DA470F01',
} as const

/** Octets of one coordinate. */
export const coordinateOctets: Readonly<Record<EcdsaKeyMaterial['curve'], number>> = {
  'P-256': 32,
  'P-384': 48,
  'P-521': 66,
}

/** Reads the material of a key of this algorithm; an algorithm that is not interpreted is kept. */
export function readKeyMaterial(
  cursor: Cursor,
  algorithm: number,
): KeyMaterial | OpaqueKeyMaterial {
  switch (algorithm) {
    case publicKeyAlgorithm.rsa:
    case publicKeyAlgorithm.rsaEncryptOnly:
    case publicKeyAlgorithm.rsaSignOnly:
      return { kind: 'rsa', n: readMpi(cursor), e: readMpi(cursor) } // RFC 9580 §5.5.5.1
    case publicKeyAlgorithm.ecdsa:
    case publicKeyAlgorithm.eddsaLegacy:
      return readCurvePoint(cursor, algorithm)
    case publicKeyAlgorithm.ed25519:
      return { kind: 'ed25519', point: cursor.take(32) } // RFC 9580 §5.5.5.9
    default:
      return { kind: 'opaque', octets: cursor.rest() }
  }
}

/** RFC 9580 §5.5.5.4 and §5.5.5.5: a curve's object identifier, and a point as an MPI. */
function readCurvePoint(cursor: Cursor, algorithm: number): KeyMaterial | OpaqueKeyMaterial {
  const start = cursor.offset
  const oid = toHex(cursor.take(cursor.octet()))
  const curve = nameOfCurve(oid)
  const isLegacy = curve === 'Ed25519Legacy'
  if (!curve || isLegacy !== (algorithm === publicKeyAlgorithm.eddsaLegacy)) {
    cursor.rest()
    return { kind: 'opaque', octets: cursor.octets.subarray(start) }
  }
  const point = readMpi(cursor)
  // RFC 9580 §11.2: 0x04 and two coordinates, or 0x40 and the native encoding.
  const [prefix, octets] = isLegacy ? [0x40, 33] : [0x04, 1 + 2 * coordinateOctets[curve]]
  if (point[0] !== prefix || point.length !== octets) {
    throw new OpenPGPError('malformed', `the key's point on ${curve} has another form`)
  }
  return isLegacy ? { kind: 'ed25519', point: point.subarray(1) } : { kind: 'ecdsa', curve, point }
}

function nameOfCurve(oid: string): keyof typeof curveOids | undefined {
  const names = Object.keys(curveOids) as (keyof typeof curveOids)[]
  return names.find((name) => curveOids[name] === oid)
}

/** The octets of the material of a key of this algorithm. */
export function writeKeyMaterial(
  material: KeyMaterial | OpaqueKeyMaterial,
  algorithm: number,
): Uint8Array {
  switch (material.kind) {
    case 'rsa':
      return concat(writeMpi(material.n), writeMpi(material.e))
    case 'ecdsa':
      return concat(writeOid(curveOids[material.curve]), writeMpi(material.point))
    case 'ed25519':
      if (algorithm === publicKeyAlgorithm.ed25519) return material.point
      return concat(
        writeOid(curveOids.Ed25519Legacy),
        writeMpi(concat(Uint8Array.of(0x40), material.point)),
      )
    case 'opaque':
      return material.octets
  }
}

function writeOid(hex: string): Uint8Array {
  return concat(Uint8Array.of(hex.length / 2), fromHex(hex) ?? new Uint8Array())
}

/** The key's size in bits, as people say it: RSA-4096 is 4096. Undefined for opaque material. */
export function keyBits(material: KeyMaterial | OpaqueKeyMaterial): number | undefined {
  switch (material.kind) {
    case 'rsa':
      return bitLength(material.n)
    case 'ecdsa':
      return Number(material.curve.slice(2))
    case 'ed25519':
      return 256
    case 'opaque':
      return undefined
  }
}

/** The kind of a key in one word; what is on a curve is named by it. */
export type KeyKind = 'RSA' | EcdsaKeyMaterial['curve'] | 'Ed25519'

export function keyKind(material: KeyMaterial): KeyKind {
  switch (material.kind) {
    case 'rsa':
      return 'RSA'
    case 'ecdsa':
      return material.curve
    case 'ed25519':
      return 'Ed25519'
  }
}

/** Whether two keys are the same public key. */
export function sameKeyMaterial(a: KeyMaterial, b: KeyMaterial): boolean {
  switch (a.kind) {
    case 'rsa':
      return b.kind === 'rsa' && equal(a.n, b.n) && equal(a.e, b.e)
    case 'ecdsa':
      return b.kind === 'ecdsa' && a.curve === b.curve && equal(a.point, b.point)
    case 'ed25519':
      return b.kind === 'ed25519' && equal(a.point, b.point)
  }
}

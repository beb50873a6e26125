/** Secret-Key and Secret-Subkey packets of versions 4 and 6 without encryption, RFC 9580 §5.5.3. */

import { OpenPGPError } from '../../errors.ts'
import { concat, equal, uint16 } from '../../octets.ts'
import { padTo } from '../../packet/signature-value.ts'
import { publicKeyAlgorithm } from '../../registry.ts'
import { Cursor } from '../../wire/cursor.ts'
import { readMpi, stripZeros, writeMpi } from '../../wire/mpi.ts'

/** The secret numbers of a key, big-endian. */
export type SecretMaterial =
  | {
      readonly kind: 'rsa'
      readonly d: Uint8Array
      readonly p: Uint8Array
      readonly q: Uint8Array
      /** The inverse of p modulo q. */
      readonly u: Uint8Array
    }
  /** The 32 octets of RFC 8032 §5.1.5. */
  | { readonly kind: 'ed25519'; readonly seed: Uint8Array }

export interface SecretKey {
  /** The body of the Public-Key packet of the same key. */
  readonly publicBody: Uint8Array
  readonly algorithm: number
  /** `protected`: there is a password, or the secret is elsewhere. `unknown`: of another algorithm. */
  readonly secret: SecretMaterial | 'protected' | 'unknown'
}

/** Reads a body. `malformed` when its checksum or form is wrong, `unsupported` for other versions. */
export function readSecretKey(body: Uint8Array): SecretKey {
  const cursor = new Cursor(body, 'Secret-Key packet')
  const version = cursor.octet()
  if (version !== 4 && version !== 6) {
    throw new OpenPGPError('unsupported', `a version ${version} secret key: 4 and 6 are supported`)
  }
  cursor.take(4)
  const algorithm = cursor.octet()
  if (version === 6) cursor.take(cursor.uint32())
  else skipPublicMaterial(cursor, algorithm)
  const publicBody = body.subarray(0, cursor.offset)
  // RFC 9580 §5.5.3: zero says that what follows is not encrypted.
  if (cursor.octet() !== 0) return { publicBody, algorithm, secret: 'protected' }
  const start = cursor.offset
  const secret = readSecret(cursor, algorithm)
  if (secret === 'unknown') return { publicBody, algorithm, secret }
  if (version === 4) {
    const sum = checksum(body.subarray(start, cursor.offset))
    if (!equal(sum, cursor.take(2))) {
      throw new OpenPGPError('malformed', 'the checksum of a secret key is wrong')
    }
  }
  cursor.end()
  return { publicBody, algorithm, secret }
}

/** The body of a Secret-Key packet without encryption around the body of a Public-Key packet. */
export function writeSecretKey(publicBody: Uint8Array, secret: SecretMaterial): Uint8Array {
  const [version, , , , , algorithm = 0] = publicBody
  const written = writeSecret(secret, algorithm)
  const sum = version === 4 ? checksum(written) : new Uint8Array()
  return concat(publicBody, Uint8Array.of(0), written, sum)
}

function readSecret(cursor: Cursor, algorithm: number): SecretMaterial | 'unknown' {
  switch (algorithm) {
    case publicKeyAlgorithm.rsa:
    case publicKeyAlgorithm.rsaSignOnly: {
      const [d, p, q, u] = [readMpi(cursor), readMpi(cursor), readMpi(cursor), readMpi(cursor)]
      return { kind: 'rsa', d, p, q, u }
    }
    case publicKeyAlgorithm.eddsaLegacy:
      return { kind: 'ed25519', seed: padTo(32, readMpi(cursor)) } // RFC 9580 §5.5.5.5
    case publicKeyAlgorithm.ed25519:
      return { kind: 'ed25519', seed: cursor.take(32) }
    default:
      return 'unknown'
  }
}

function writeSecret(secret: SecretMaterial, algorithm: number): Uint8Array {
  if (secret.kind === 'rsa') {
    return concat(...[secret.d, secret.p, secret.q, secret.u].map(writeMpi))
  }
  return algorithm === publicKeyAlgorithm.ed25519 ? secret.seed : writeMpi(stripZeros(secret.seed))
}

/** The sum of the octets modulo 65536, in version 4. */
function checksum(octets: Uint8Array): Uint8Array {
  return uint16(octets.reduce((sum, octet) => (sum + octet) & 0xffff, 0))
}

/** Version 4 does not count the public material: only the algorithm says where it ends. */
function skipPublicMaterial(cursor: Cursor, algorithm: number): void {
  const id = publicKeyAlgorithm
  switch (algorithm) {
    case id.rsa:
    case id.rsaEncryptOnly:
    case id.rsaSignOnly:
      return skipMpis(cursor, 2)
    case id.elgamal:
      return skipMpis(cursor, 3)
    case id.dsa:
      return skipMpis(cursor, 4)
    case id.ecdsa:
    case id.eddsaLegacy:
    case id.ecdh:
      cursor.take(cursor.octet()) // the curve
      skipMpis(cursor, 1)
      if (algorithm === id.ecdh) cursor.take(cursor.octet()) // RFC 9580 §5.5.5.6
      return
    case id.x25519:
    case id.ed25519:
      cursor.take(32)
      return
    case id.x448:
      cursor.take(56)
      return
    case id.ed448:
      cursor.take(57)
      return
    default:
      throw new OpenPGPError('unsupported', `a secret key of algorithm ${algorithm}`)
  }
}

function skipMpis(cursor: Cursor, count: number): void {
  for (let at = 0; at < count; at += 1) readMpi(cursor)
}

/** Primitives of node:crypto: OpenSSL's hashes and RSA. */

import {
  constants,
  createHash,
  createPublicKey,
  publicDecrypt,
  randomBytes,
  verify,
} from 'node:crypto'
import type { Hash, KeyObject } from 'node:crypto'
import type { RsaKeyMaterial } from '../packet/key-material.ts'
import { padTo } from '../packet/signature-value.ts'
import { curves } from '../signature/curves.ts'
import type { Hasher, Primitives, RevocationHash } from '../signature/hasher.ts'

/** OpenSSL's names. */
const opensslHash: Readonly<Record<RevocationHash, string>> = {
  'SHA-1': 'sha1',
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}

function wrap(hash: Hash): Hasher {
  return {
    update: (octets) => void hash.update(octets),
    copy: () => wrap(hash.copy()),
    digest: () => new Uint8Array(hash.digest()),
  }
}

function base64url(octets: Uint8Array): string {
  return Buffer.from(octets).toString('base64url')
}

/** A key that OpenSSL has read. */
type ImportedRsaKey = RsaKeyMaterial & { readonly keyObject: KeyObject }

function importRsa(key: RsaKeyMaterial): ImportedRsaKey | RsaKeyMaterial {
  try {
    return { ...key, keyObject: createKeyObject(key) }
  } catch {
    return key // one that `rsaPublic` will have no answer for
  }
}

function createKeyObject(key: RsaKeyMaterial): KeyObject {
  const jwk = { kty: 'RSA', n: base64url(key.n), e: base64url(key.e) }
  return createPublicKey({ format: 'jwk', key: jwk })
}

function keyObjectOf(key: ImportedRsaKey | RsaKeyMaterial): KeyObject {
  return 'keyObject' in key ? key.keyObject : createKeyObject(key)
}

/** Several times faster than `portable` where there is node:crypto: Node, Deno, Bun. */
export const nodePrimitives: Primitives = {
  hasher: (name) => wrap(createHash(opensslHash[name])),
  importRsa,
  rsaPublic(key, value) {
    if (value.length > key.n.length) return undefined
    const whole = value.length === key.n.length ? value : padTo(key.n.length, value)
    try {
      return publicDecrypt({ key: keyObjectOf(key), padding: constants.RSA_NO_PADDING }, whole)
    } catch {
      return undefined // value >= n, or a modulus that OpenSSL will not take
    }
  },
  // `verify(null, digest)` of an ECDSA key would hash the digest again.
  verifyEcdsa: curves.verifyEcdsa,
  verifyEd25519({ point }, message, rs) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: base64url(point) }
    try {
      return Promise.resolve(
        verify(null, message, createPublicKey({ format: 'jwk', key: jwk }), rs),
      )
    } catch {
      return Promise.resolve(false) // a point that OpenSSL will not take
    }
  },
  random: (octets) => new Uint8Array(randomBytes(octets)),
}

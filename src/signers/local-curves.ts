/**
 * Local keys on curves: Ed25519 by node:crypto, ECDSA by @noble/curves, since node:crypto has no
 * call that signs a ready ECDSA digest.
 *
 * JavaScript promises no constant time: whoever can measure an ECDSA signature here closely enough
 * may learn of the key. It is for trying out; a key that matters belongs into a service.
 */

import { Buffer } from 'node:buffer'
import { createPublicKey, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { OpenPGPError } from '../errors.ts'
import { concat, equal } from '../octets.ts'
import { coordinateOctets } from '../packet/key-material.ts'
import type { EcdsaKeyMaterial, KeyMaterial } from '../packet/key-material.ts'

/** What the local signer does by a key on a curve. */
export interface CurveKey {
  readonly material: KeyMaterial
  /** Ed25519: 64 octets over the digest as the message. ECDSA: r || s, nonces by RFC 6979. */
  readonly signDigest: (digest: Uint8Array) => Uint8Array
}

/** `malformed` for an ECDSA key whose public half, as it stands in the file, is not its own. */
export async function openCurveKey(key: KeyObject, id: string): Promise<CurveKey> {
  const { crv, x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' })
  if (key.asymmetricKeyType === 'ed25519') {
    return {
      material: { kind: 'ed25519', point: octetsOf(x) },
      signDigest: (digest) => new Uint8Array(sign(null, digest, key)),
    }
  }
  const curve = crv as EcdsaKeyMaterial['curve']
  const ecdsa = await loadCurve(curve)
  const secret = octetsOf(key.export({ format: 'jwk' }).d ?? '', coordinateOctets[curve])
  const point = new Uint8Array(ecdsa.getPublicKey(secret, false))
  if (!equal(point, concat(Uint8Array.of(4), octetsOf(x), octetsOf(y)))) {
    throw new OpenPGPError('malformed', `${id}: the public half in the PEM is not the key's`)
  }
  return {
    material: { kind: 'ecdsa', curve, point },
    signDigest: (digest) => ecdsa.sign(digest, secret, { prehash: false, lowS: false }),
  }
}

async function loadCurve(curve: EcdsaKeyMaterial['curve']) {
  const { p256, p384, p521 } = await import('@noble/curves/nist.js')
  return { 'P-256': p256, 'P-384': p384, 'P-521': p521 }[curve]
}

/** Base64url as octets, with zeros before them where they are fewer than `length`. */
function octetsOf(text: string, length = 0): Uint8Array {
  const octets = Buffer.from(text, 'base64url')
  return concat(new Uint8Array(Math.max(0, length - octets.length)), octets)
}

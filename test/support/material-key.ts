/** Signatures judged by node:crypto alone, under a key as a signer says it. */

import { createPublicKey, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { KeyMaterial } from '../../src/packet/key-material.ts'
import type { Digest } from '../../src/signature/signer.ts'

/** The key for node:crypto; it refuses a point that is not on its curve. */
export function keyObject(material: KeyMaterial): KeyObject {
  const text = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url')
  switch (material.kind) {
    case 'rsa':
      return jwk({ kty: 'RSA', n: text(material.n), e: text(material.e) })
    case 'ecdsa': {
      const { curve, point } = material
      const octets = (point.length - 1) / 2
      const [x, y] = [point.subarray(1, 1 + octets), point.subarray(1 + octets)]
      return jwk({ kty: 'EC', crv: curve, x: text(x), y: text(y) })
    }
    case 'ed25519':
      return jwk({ kty: 'OKP', crv: 'Ed25519', x: text(material.point) })
  }
}

function jwk(key: Record<string, string>): KeyObject {
  return createPublicKey({ key, format: 'jwk' })
}

/** Whether a value is a signature over `text`, whose digest by this algorithm was signed. */
export function signatureFits(
  material: KeyMaterial,
  { algorithm, octets }: Digest,
  text: Uint8Array,
  value: Uint8Array,
): boolean {
  const key = keyObject(material)
  // For Ed25519 the digest is the message.
  if (material.kind === 'ed25519') return verify(null, octets, key, value)
  return verify(algorithm, text, { key, dsaEncoding: 'ieee-p1363' }, value)
}

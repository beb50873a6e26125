/** The wrapping that AWS calls RSA_AES_KEY_WRAP_SHA_256 (PKCS#11's CKM_RSA_AES_KEY_WRAP). */

import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'

/** RSA-OAEP of a fresh AES key, then the key material under it by AES-KWP; `spki` is DER. */
export function wrapForImport(material: Uint8Array, spki: Uint8Array): Uint8Array {
  const wrapping = randomBytes(32)
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const wrappedKey = publicEncrypt({ key, padding, oaepHash: 'sha256' }, wrapping)
  return Buffer.concat([wrappedKey, wrapPadded(material, wrapping)])
}

/** AES key wrap with padding, RFC 5649; `wrapping` is an AES-256 key. */
export function wrapPadded(material: Uint8Array, wrapping: Uint8Array): Uint8Array {
  const alternativeInitialValue = Buffer.from('a65959a6', 'hex') // RFC 5649 §3
  const cipher = createCipheriv('id-aes256-wrap-pad', wrapping, alternativeInitialValue)
  return Buffer.concat([cipher.update(material), cipher.final()])
}

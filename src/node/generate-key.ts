/** Makes a local RSA key. */

import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { OpenPGPError } from '../errors.ts'
import { encryptPkcs8, pem } from './pbes2.ts'

export interface GenerateOptions {
  /** 3072, 4096 or 8192; 4096 by default. */
  readonly bits?: number | undefined
  /** Encrypts the PEM, RFC 8018. */
  readonly passphrase?: string | undefined
}

const sizes = [3072, 4096, 8192]

/**
 * The PKCS#8 PEM of a new RSA key with exponent 65537. It is for a file of mode 0600.
 *
 * Errors: `usage` for another size, or a passphrase that cannot be one.
 */
export async function generateRsaPem(options: GenerateOptions = {}): Promise<string> {
  const { bits = 4096, passphrase } = options
  if (!sizes.includes(bits)) {
    throw new OpenPGPError('usage', `no RSA key of ${bits} bits is made`, {
      hint: `choose one of ${sizes.join(', ')}`,
    })
  }
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: bits,
    publicExponent: 0x10001,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  try {
    if (passphrase === undefined) return pem('PRIVATE KEY', privateKey)
    return await encryptPkcs8(privateKey, passphrase)
  } finally {
    privateKey.fill(0)
  }
}

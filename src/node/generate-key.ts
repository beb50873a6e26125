/** Makes a local key. */

import { generateKeyPair } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { OpenPGPError } from '../errors.ts'
import { encryptPkcs8, pem } from './pbes2.ts'

/** The types of keys that are made, as they are called on the command line, and their names. */
export const keyTypes = {
  rsa4096: 'RSA-4096',
  rsa3072: 'RSA-3072',
  rsa8192: 'RSA-8192',
  ed25519: 'Ed25519',
  p256: 'P-256',
  p384: 'P-384',
  p521: 'P-521',
} as const

export type KeyType = keyof typeof keyTypes

export interface GenerateOptions {
  /** `rsa4096` by default. */
  readonly type?: KeyType | undefined
  /** Encrypts the PEM, RFC 8018. */
  readonly passphrase?: string | undefined
}

/**
 * The PKCS#8 PEM of a new key, the exponent of RSA being 65537. It is for a file of mode 0600.
 *
 * Errors: `usage` for a passphrase that cannot be one.
 */
export async function generateKeyPem(options: GenerateOptions = {}): Promise<string> {
  const { type = 'rsa4096', passphrase } = options
  const privateKey = (await generate(type)).export({ type: 'pkcs8', format: 'der' })
  try {
    if (passphrase === undefined) return pem('PRIVATE KEY', privateKey)
    return await encryptPkcs8(privateKey, passphrase)
  } finally {
    privateKey.fill(0)
  }
}

/** The type of a key that a text names; `usage` when it names none. */
export function parseKeyType(text: string): KeyType {
  const types = Object.keys(keyTypes) as KeyType[]
  const type = types.find((one) => one === text)
  if (type !== undefined) return type
  throw new OpenPGPError('usage', `no key of the type ${JSON.stringify(text)} is made`, {
    hint: `choose one of ${types.join(', ')}`,
  })
}

/** Beside the event loop: RSA takes a while. */
async function generate(type: KeyType): Promise<KeyObject> {
  const make = promisify(generateKeyPair)
  switch (type) {
    case 'ed25519':
      return (await make('ed25519')).privateKey
    case 'p256':
    case 'p384':
    case 'p521':
      return (await make('ec', { namedCurve: keyTypes[type] })).privateKey
    default: {
      const modulusLength = Number(keyTypes[type].slice('RSA-'.length))
      return (await make('rsa', { modulusLength, publicExponent: 0x10001 })).privateKey
    }
  }
}

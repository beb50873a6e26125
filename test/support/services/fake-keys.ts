/** Real keys for services that are made up: they sign a ready digest, as a service does. */

import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateEncrypt,
  sign,
} from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { digestInfo } from '../../../src/signature/digest-info.ts'
import type { Digest } from '../../../src/signature/signer.ts'

export type FakeKeyType = 'RSA-2048' | 'RSA-3072' | 'RSA-4096' | 'Ed25519' | FakeCurve
export type FakeCurve = 'P-256' | 'P-384' | 'P-521'

export interface FakeKey {
  readonly type: FakeKeyType
  readonly publicKey: KeyObject
  /** PKCS#1 v1.5; ECDSA as the service has it; for Ed25519 the digest is the message. */
  sign(digest: Digest, form: 'der' | 'compact'): Uint8Array
}

const vectors = new URL('../../../vectors/longhand/', import.meta.url)

const curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 }

/** A new key; of RSA-3072 and RSA-4096 it is always the same, since to make one takes seconds. */
export function createFakeKey(type: FakeKeyType): FakeKey {
  switch (type) {
    case 'Ed25519': {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519')
      return { type, publicKey, sign: ({ octets }) => sign(null, octets, privateKey) }
    }
    case 'RSA-2048':
    case 'RSA-3072':
    case 'RSA-4096': {
      const key = rsaKey(type)
      const padding = constants.RSA_PKCS1_PADDING
      return {
        type,
        publicKey: createPublicKey(key),
        sign: (digest) => privateEncrypt({ key, padding }, digestInfo(digest)),
      }
    }
    default: {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: type })
      const { d = '' } = privateKey.export({ format: 'jwk' })
      // node:crypto hashes what ECDSA signs; a digest that is ready it does not take.
      const secret = new Uint8Array(Buffer.from(d, 'base64url'))
      const rules = { prehash: false, lowS: false } as const
      return {
        type,
        publicKey,
        sign: ({ octets }, format) => curves[type].sign(octets, secret, { ...rules, format }),
      }
    }
  }
}

function rsaKey(type: 'RSA-2048' | 'RSA-3072' | 'RSA-4096'): KeyObject {
  if (type === 'RSA-2048') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return createPrivateKey(
    readFileSync(new URL(type === 'RSA-3072' ? 'test-key-a.pem' : 'test-key-b.pem', vectors)),
  )
}

/** Keys and certificates for tests of the engine: the published test keys, and throw-away ones. */

import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { createCertificate } from '../../src/certificate/create.ts'
import type { CreateCertificateOptions } from '../../src/certificate/create.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import type { RsaKeyMaterial } from '../../src/packet/key-material.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { openLocalSigner } from '../../src/signers/local.ts'
import { readVector } from './vectors.ts'

export interface TestKey {
  readonly pem: string
  readonly signer: RemoteSigner
  readonly certificate: Certificate
}

/** 2026-01-01T00:00:00Z, when the test keys say that they were made. */
export const keysCreated = new Date('2026-01-01T00:00:00Z')
/** A time at which tests sign. */
export const signedAt = new Date('2026-01-02T00:00:00Z')

export function signerOf(pem: string, id = 'test key'): RemoteSigner {
  return openLocalSigner({ pem, id, workers: 0 })
}

/** The published test key: RSA-3072 (a) or RSA-4096 (b). */
export function testPem(name: 'a' | 'b'): string {
  return Buffer.from(readVector(`longhand/test-key-${name}.pem`)).toString()
}

export async function testKey(
  pem: string,
  options: Partial<CreateCertificateOptions> = {},
): Promise<TestKey> {
  const signer = signerOf(pem)
  const certificate = await createCertificate(signer, {
    name: 'Test Key',
    email: 'test@longhand.example',
    created: keysCreated,
    primitives: nodePrimitives,
    ...options,
  })
  return { pem, signer, certificate }
}

/** A new RSA key as PKCS#8 PEM. */
export function throwAwayPem(bits: number): string {
  return generateKeyPairSync('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey
}

export function privateKeyOf(pem: string): KeyObject {
  return createPrivateKey(pem.slice(pem.indexOf('-----BEGIN')))
}

/** The public half of an RSA key in the engine's form. */
export function materialOf(pem: string): RsaKeyMaterial {
  const { n = '', e = '' } = privateKeyOf(pem).export({ format: 'jwk' })
  const octets = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'))
  return { kind: 'rsa', n: octets(n), e: octets(e) }
}

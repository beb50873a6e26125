/** Signers of tests that do all that a signer has to, for each type of key. */

import { generateKeyPairSync } from 'node:crypto'
import { requireDigest } from '../../src/signers/digest.ts'
import { untilAborted } from '../../src/net/deadline.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { curveNames, curveSigner, type CurveName } from './curve-keys.ts'
import { signerOf } from './engine-keys.ts'

export type TestKeyType = 'RSA-2048' | CurveName

export const testKeyTypes: readonly TestKeyType[] = ['RSA-2048', ...curveNames]

/** A key of a type, as a signer that refuses and ends as it has to. */
export function soundSigner(type: TestKeyType, name?: string): RemoteSigner {
  const inner = type === 'RSA-2048' ? signerOf(newRsaPem()) : curveSigner(type, name)
  const { id } = inner
  return {
    id,
    publicKey: () => inner.publicKey(),
    sign: async (digest, { signal } = {}) => {
      requireDigest(digest, id)
      const octets = Uint8Array.from(digest.octets)
      await untilAborted(new Promise((resolve) => setImmediate(resolve)), signal, id)
      return new Uint8Array(await inner.sign({ ...digest, octets }))
    },
    close: () => Promise.resolve(),
  }
}

/** The same, of a service that takes the call and never answers. */
export function hungSigner(signer: RemoteSigner): RemoteSigner {
  return {
    ...signer,
    sign: async (digest, { signal } = {}) => {
      requireDigest(digest, signer.id)
      return untilAborted(new Promise<never>(() => undefined), signal, signer.id)
    },
  }
}

function newRsaPem(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

import { expect, test } from 'vitest'
import { isMadeBy, mayBeBy } from '../../src/certificate/issuer.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import { readSignature } from '../../src/packet/signature.ts'
import type { Signature } from '../../src/packet/signature.ts'
import { revocationHash } from '../../src/signature/hasher.ts'
import { forgeKey, forgeSignature, issuer, issuerKeyId } from '../support/forge/signature.ts'
import type { HashName, SignatureParts } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const mallory = forgeKey('mallory')
const data = utf8('data')

function signed(parts: Partial<SignatureParts> = {}): Signature {
  const over = { kind: 'document', data } as const
  return readSignature(forgeSignature({ by: alice, type: 0, over, ...parts }))
}

test('hints name a key, or nobody, or anybody', () => {
  expect(mayBeBy(alice.key, signed({ unhashed: [] }))).toBe(true)
  expect(mayBeBy(alice.key, signed({ named: false }))).toBe(true)
  expect(mayBeBy(alice.key, signed({ named: false, unhashed: [] }))).toBe(true)
  expect(mayBeBy(mallory.key, signed())).toBe(false)
  expect(mayBeBy(mallory.key, signed({ unhashed: [issuer(mallory.key)] }))).toBe(true)
  expect(mayBeBy(mallory.key, signed({ unhashed: [issuerKeyId(mallory.key)] }))).toBe(true)
})

async function madeBy(signature: Signature, key = alice.key, octets = data): Promise<boolean> {
  const hasher = primitives.hasher(revocationHash(signature.hashAlgorithm) ?? 'SHA-256')
  hasher.update(octets)
  return isMadeBy(key, signature, () => hasher, primitives)
}

test('the number shows who made it, over what', async () => {
  expect(await madeBy(signed())).toBe(true)
  expect(await madeBy(signed(), mallory.key)).toBe(false)
  expect(await madeBy(signed(), alice.key, utf8('date'))).toBe(false)
  expect(await madeBy(signed({ unhashed: [issuer(mallory.key)] }))).toBe(true)
})

test('the algorithm of the signature is the key’s', async () => {
  expect(await madeBy(signed({ algorithm: 3 }))).toBe(false)
  expect(await madeBy(signed(), { ...alice.key, algorithm: 2 })).toBe(false)
  const signOnly = forgeKey('alice', { algorithm: 3 })
  expect(await madeBy(signed({ by: signOnly }), signOnly.key)).toBe(true)
})

test('a hash that is not supported is nobody’s', async () => {
  expect(await madeBy({ ...signed(), hashAlgorithm: 99 })).toBe(false)
})

test('SHA-1 is nobody’s, but for who asks as of a revocation', async () => {
  const byHash = (hash: HashName, hashName?: typeof revocationHash): Promise<boolean> => {
    const hasher = primitives.hasher(hash === 'MD5' ? 'SHA-1' : hash)
    hasher.update(data)
    return isMadeBy(alice.key, signed({ hash }), () => hasher, primitives, hashName)
  }
  expect(await byHash('SHA-1')).toBe(false)
  expect(await byHash('SHA-1', revocationHash)).toBe(true)
  expect(await byHash('MD5', revocationHash)).toBe(false)
  expect(await byHash('SHA-224')).toBe(true)
})

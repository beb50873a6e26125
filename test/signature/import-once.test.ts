import { expect, test } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { toHex, utf8 } from '../../src/octets.ts'
import type { RsaKeyMaterial } from '../../src/packet/key-material.ts'
import type { Hasher, Primitives } from '../../src/signature/hasher.ts'
import { importOnce } from '../../src/signature/import-once.ts'
import { portable } from '../../src/signature/portable.ts'
import { materialOf, testPem } from '../support/engine-keys.ts'

const material = materialOf(testPem('a'))
const value = Uint8Array.of(2)

test('each record of a key is imported once, and the import is what is used', () => {
  const imported: RsaKeyMaterial[] = []
  const used: RsaKeyMaterial[] = []
  const primitives = importOnce({
    ...portable,
    importRsa(key) {
      imported.push(key)
      return { ...key, e: Uint8Array.of(3) }
    },
    rsaPublic(key, given) {
      used.push(key)
      return portable.rsaPublic(key, given)
    },
  })
  const copy = { ...material }
  const answers = [material, copy, material, copy].map((key) => primitives.rsaPublic(key, value))
  expect(new Set(answers.map((octets) => toHex(octets ?? new Uint8Array()).slice(-4)))).toEqual(
    new Set(['0008']),
  )
  expect(imported).toEqual([material, copy])
  expect(used.map(({ e }) => e)).toEqual(answers.map(() => Uint8Array.of(3)))
  expect(used[0]).toBe(used[2])
})

test('primitives that import nothing stay what they are', () => {
  const primitives: Primitives = { ...portable }
  delete primitives.importRsa
  expect(importOnce(primitives)).toBe(primitives)
})

test('primitives may be an object with methods that need their object', async () => {
  class Own implements Primitives {
    readonly of = nodePrimitives
    hasher(name: Parameters<Primitives['hasher']>[0]): Hasher {
      return this.of.hasher(name)
    }
    importRsa(key: RsaKeyMaterial): RsaKeyMaterial {
      return this.of.importRsa?.(key) ?? key
    }
    rsaPublic(...given: Parameters<Primitives['rsaPublic']>): Uint8Array | undefined {
      return this.of.rsaPublic(...given)
    }
    verifyEcdsa(...given: Parameters<Primitives['verifyEcdsa']>): Promise<boolean> {
      return this.of.verifyEcdsa(...given)
    }
    verifyEd25519(...given: Parameters<Primitives['verifyEd25519']>): Promise<boolean> {
      return this.of.verifyEd25519(...given)
    }
    random(octets: number): Uint8Array {
      return this.of.random(octets)
    }
  }
  const primitives = importOnce(new Own())
  const hasher = primitives.hasher('SHA-256')
  hasher.update(utf8('abc'))
  expect(toHex(hasher.digest())).toMatch(/^BA7816BF/)
  expect(primitives.rsaPublic(material, value)).toEqual(nodePrimitives.rsaPublic(material, value))
  const point = new Uint8Array(32)
  const zeros = new Uint8Array(64)
  const ecdsa = { kind: 'ecdsa', curve: 'P-256', point: new Uint8Array(65) } as const
  expect(await primitives.verifyEcdsa(ecdsa, point, zeros)).toBe(false)
  expect(await primitives.verifyEd25519({ kind: 'ed25519', point }, point, zeros)).toBe(false)
  expect(primitives.random(7)).toHaveLength(7)
})

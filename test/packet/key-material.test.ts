import { expect, test } from 'vitest'
import { fromHex, toHex } from '../../src/octets.ts'
import {
  keyBits,
  readKeyMaterial,
  sameKeyMaterial,
  writeKeyMaterial,
} from '../../src/packet/key-material.ts'
import type { KeyMaterial } from '../../src/packet/key-material.ts'
import { Cursor } from '../../src/wire/cursor.ts'
import { codeOf } from '../support/code-of.ts'

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array()
const read = (hex: string, algorithm: number) =>
  readKeyMaterial(new Cursor(octets(hex), 'key'), algorithm)

test.each([1, 2, 3])('algorithm %i is RSA: two MPIs', (algorithm) => {
  const material = read('000901FF0011010001', algorithm)
  expect(material).toEqual({ kind: 'rsa', n: octets('01FF'), e: octets('010001') })
  if (material.kind === 'rsa')
    expect(toHex(writeKeyMaterial(material, algorithm))).toBe('000901FF0011010001')
})

test('RSA numbers are written exactly, whatever zeros a signer puts before them', () => {
  const material = { kind: 'rsa', n: octets('0000FF'), e: octets('00010001') } as const
  expect(toHex(writeKeyMaterial(material, 1))).toBe('0008FF0011010001')
})

test('RSA numbers with inexact bit counts are no key', () => {
  expect(codeOf(() => read('001001FF0011010001', 1))).toBe('malformed')
  expect(codeOf(() => read('000901FF', 1))).toBe('malformed')
})

test.each([16, 17, 18, 25, 26, 28, 99])('algorithm %i is kept as it is', (algorithm) => {
  const material = read('C0FFEE', algorithm)
  expect(material).toEqual({ kind: 'opaque', octets: octets('C0FFEE') })
  if (material.kind === 'opaque')
    expect(toHex(writeKeyMaterial(material, algorithm))).toBe('C0FFEE')
})

test('sizes, as people say them', () => {
  expect(keyBits({ kind: 'rsa', n: octets('0FFF'), e: octets('03') })).toBe(12)
  expect(keyBits({ kind: 'rsa', n: octets('000FFF'), e: octets('03') })).toBe(12)
  expect(keyBits({ kind: 'ecdsa', curve: 'P-521', point: octets('04') })).toBe(521)
  expect(keyBits({ kind: 'ed25519', point: octets('00') })).toBe(256)
  expect(keyBits({ kind: 'opaque', octets: octets('00') })).toBeUndefined()
})

test('two keys are the same when every part is', () => {
  const keys: KeyMaterial[] = [
    { kind: 'rsa', n: octets('FF'), e: octets('03') },
    { kind: 'rsa', n: octets('FF'), e: octets('05') },
    { kind: 'rsa', n: octets('FE'), e: octets('03') },
    { kind: 'ecdsa', curve: 'P-256', point: octets('04FF') },
    { kind: 'ecdsa', curve: 'P-384', point: octets('04FF') },
    { kind: 'ecdsa', curve: 'P-256', point: octets('04FE') },
    { kind: 'ed25519', point: octets('FF') },
    { kind: 'ed25519', point: octets('FE') },
  ]
  for (const [i, a] of keys.entries()) {
    for (const [j, b] of keys.entries()) {
      expect(sameKeyMaterial(a, structuredClone(b))).toBe(i === j)
    }
  }
})

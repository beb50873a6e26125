import { expect, test } from 'vitest'
import { isOpenPGPError } from '../../src/errors.ts'
import { attemptSignature } from '../../src/verify/document.ts'

test('a signature that cannot be read is an error to report', () => {
  expect(isOpenPGPError(attemptSignature(Uint8Array.of(4, 0)), 'malformed')).toBe(true)
})

test('a fault in reading that is none of the format’s is not swallowed', () => {
  expect(() => attemptSignature(undefined as unknown as Uint8Array)).toThrow(TypeError)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foreignText } from '../../src/signers/foreign.ts'

test('ordinary text is left alone', () => {
  expect(foreignText('Key alias/größe is disabled.')).toBe('Key alias/größe is disabled.')
})

test('what would break the line, move the cursor or turn the writing is gone', () => {
  expect(foreignText('a\r\n[GNUPG:] GOODSIG\u001b[31m\u0085b\u2028c\u202ed\u200be\0')).toBe(
    'a [GNUPG:] GOODSIG [31m b c d e',
  )
})

test('whatever comes: one line of at most 160 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000, size: 'max' }), (text) => {
      const line = foreignText(text)
      expect(line.length).toBeLessThanOrEqual(160)
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
  )
  expect(foreignText('x'.repeat(1e6))).toBe(`${'x'.repeat(159)}…`)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foreignTextWithout } from '../../src/signers/secrets.ts'

const token = 's3cr3t-T0ken.0123456789abcdef~xyz'
const tell = foreignTextWithout([token, 'pin', '', '-.-'])

describe('foreign text', () => {
  test('without a secret is foreign text', () => {
    expect(tell('no\u001b[31m such\nkey')).toBe('no [31m such key')
    expect(foreignTextWithout([])(token)).toBe(token)
  })

  test.each([
    ['the secret', `bad token ${token}`],
    ['a part of it', `bad token ${token.slice(7, 16)}…`],
    ['in capitals', token.toUpperCase()],
    ['percent-encoded', encodeURIComponent(token).replaceAll('-', '%2D')],
    ['broken by lines', token.replaceAll(/(.{5})/g, '$1\n')],
    ['coloured in the middle', token.replaceAll('0', '\u001b0')],
    ['at the very end of what is shown', 'x '.repeat(69) + token],
  ])('%s is withheld', (_, text) => {
    expect(tell(text)).toBe('its words are withheld: they repeat a secret')
  })

  test('less than eight characters of it are shown, as is a secret that is none', () => {
    expect(tell('token s3cr3tT')).toBe('token s3cr3tT')
    expect(tell('pin -.- is wrong')).toBe('pin -.- is wrong')
  })

  test('a short secret is withheld as a whole only', () => {
    const short = foreignTextWithout(['ab-cd'])
    expect(short('it says abcd')).toContain('withheld')
    expect(short('it says abc')).toBe('it says abc')
  })
})

test('wherever it stands, no eight letters of the secret are ever shown', () => {
  const text = fc.string({ unit: 'binary', maxLength: 80 })
  fc.assert(
    fc.property(text, fc.nat(20), fc.integer({ min: 8, max: 13 }), text, (a, from, length, b) => {
      const piece = token.replace(/[^a-z0-9]/gi, '').slice(from, from + length)
      const line = tell(a + piece + b)
      const shown = [...piece].some(
        (_, at) => at + 8 <= piece.length && line.includes(piece.slice(at, at + 8)),
      )
      expect(shown).toBe(false)
    }),
  )
})

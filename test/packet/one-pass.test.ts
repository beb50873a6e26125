import { describe, expect, test } from 'vitest'
import { concat, fromHex, toHex } from '../../src/octets.ts'
import { announces, readOnePass, writeOnePass } from '../../src/packet/one-pass.ts'
import type { Signature } from '../../src/packet/signature.ts'
import { signatureType } from '../../src/registry.ts'
import { codeOf } from '../support/code-of.ts'
import { rsaKey, signAs, v6Key } from '../support/messages.ts'

const octets = (hex: string): Uint8Array => fromHex(hex)!
const v3 = octets('0300080100112233445566770 1'.replace(' ', ''))
const salt = '00112233445566778899AABBCCDDEEFF'
const fingerprint = 'AB'.repeat(32)
const v6 = octets(`0601081B10${salt}${fingerprint}00`)
const data = octets('00')

describe('reading', () => {
  test('version 3', () => {
    expect(readOnePass(v3)).toEqual({
      ...{ version: 3, type: 0, hashAlgorithm: 8, publicKeyAlgorithm: 1 },
      ...{ salt: new Uint8Array(), issuer: '0011223344556677', last: true },
    })
  })

  test('version 6', () => {
    expect(readOnePass(v6)).toEqual({
      ...{ version: 6, type: 1, hashAlgorithm: 8, publicKeyAlgorithm: 27 },
      ...{ salt: octets(salt), issuer: fingerprint, last: false },
    })
  })

  test.each([0, 2, 4, 5, 255])('version %i is unsupported', (version) => {
    expect(codeOf(() => readOnePass(concat(Uint8Array.of(version), v3.subarray(1))))).toBe(
      'unsupported',
    )
  })

  test.each([v3, v6])('cut short anywhere, or too long, is malformed', (whole) => {
    for (let length = 0; length < whole.length; length += 1) {
      expect(codeOf(() => readOnePass(whole.subarray(0, length)))).toBe('malformed')
    }
    expect(codeOf(() => readOnePass(concat(whole, data)))).toBe('malformed')
  })

  test('a nested flag that is neither', () => {
    expect(codeOf(() => readOnePass(octets(`${toHex(v3).slice(0, -2)}02`)))).toBe('malformed')
  })

  test('a salt of another size than the hash has', () => {
    const other = octets(`0601081B11${salt}00${fingerprint}00`)
    expect(codeOf(() => readOnePass(other))).toBe('malformed')
    expect(codeOf(() => readOnePass(octets(`0601021B10${salt}${fingerprint}00`)))).toBe('malformed')
  })
})

describe('what is written announces its signature', () => {
  test.each([
    ['version 4', rsaKey],
    ['version 6', v6Key],
  ])('%s', async (_, make) => {
    const key = await make()
    const signature = await signAs(signatureType.binary, data, key)
    for (const last of [true, false]) {
      const onePass = readOnePass(writeOnePass(signature, key.certificate.primary.key, last))
      expect(onePass.last).toBe(last)
      expect(announces(onePass, signature)).toBe(true)
    }
  })

  test('and no other', async () => {
    const [key, other, six] = await Promise.all([rsaKey(), rsaKey('mallory'), v6Key()])
    const signature = await signAs(signatureType.binary, data, key)
    const { hashed, unhashed } = signature
    const onePass = readOnePass(writeOnePass(signature, key.certificate.primary.key, true))
    const others: Signature[] = [
      await signAs(signatureType.text, data, key),
      await signAs(signatureType.binary, data, key, 'SHA-512'),
      await signAs(signatureType.binary, data, other),
      await signAs(signatureType.binary, data, six),
      { ...signature, hashed, unhashed, publicKeyAlgorithm: 3 },
    ]
    expect(others.map((each) => announces(onePass, each))).toEqual(others.map(() => false))
    const salted = await signAs(signatureType.binary, data, six)
    const announcing = readOnePass(writeOnePass(salted, six.certificate.primary.key, true))
    expect(announces(announcing, await signAs(signatureType.binary, data, six))).toBe(false)
  })

  test('by a key ID that only the fingerprint tells', async () => {
    const key = await rsaKey()
    const signature = await signAs(signatureType.binary, data, key)
    const onePass = readOnePass(writeOnePass(signature, key.certificate.primary.key, true))
    const { hashed, unhashed } = signature
    expect(announces(onePass, { ...signature, hashed, unhashed: [] })).toBe(true)
    expect(announces(onePass, { ...signature, hashed: [], unhashed })).toBe(true)
    expect(announces(onePass, { ...signature, hashed: [], unhashed: [] })).toBe(false)
  })
})

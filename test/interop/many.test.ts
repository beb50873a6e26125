/**
 * Many values through sqv, which alone refuses an inexact bit count, and through gpg: the top bit is
 * clear in about half of them. The thousands are in test/soak.
 */

import { expect, test } from 'vitest'
import { createCertificate } from '../../src/certificate/create.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { curveSigner } from '../support/curve-keys.ts'
import { keysCreated, signerOf, testPem, throwAwayPem } from '../support/engine-keys.ts'
import { judgeMany } from '../support/many-signatures.ts'
import { describePart } from '../support/parts.ts'

describePart(['sqv', 'gpg'], 'sqv and gpg', () => {
  test.each([
    ['RSA-2048', 20, () => signerOf(throwAwayPem(2048))],
    ['RSA-3072', 20, () => signerOf(testPem('a'))],
    ['RSA-4096', 20, () => signerOf(testPem('b'))],
    ['P-256', 40, () => curveSigner('P-256', 'many')],
    ['Ed25519', 40, () => curveSigner('Ed25519', 'many')],
  ])('%s: %i signatures over different data', async (name, count, open) => {
    const signer = open()
    const user = { name: 'Many', email: 'many@longhand.example' }
    const certificate = await createCertificate(signer, {
      ...user,
      created: keysCreated,
      allowRsa2048: true,
      primitives,
    })
    const judged = await judgeMany({ name, certificate, signer, count })
    expect(judged.failures).toEqual([])
    expect(judged.made).toBe(count)
    // At least half of all values have a clear top bit: that none of 20 has is one chance in a million.
    expect(judged.clearTopBit).toBeGreaterThan(0)
  })
})

/**
 * Many values through sqv, which alone refuses an inexact bit count: the top bit is clear in about
 * half of them. The thousands are in test/soak.
 */

import { expect, test } from 'vitest'
import { serializeCertificate } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { signedAt, testKey, testPem, throwAwayPem } from '../support/engine-keys.ts'
import { describePart } from '../support/parts.ts'
import { sqv } from '../support/tools/index.ts'

describePart(sqv.parts, 'sqv', () => {
  test.each([
    ['RSA-2048', 20],
    ['RSA-3072', 20],
    ['RSA-4096', 20],
  ])('%s: %i signatures over different data', async (name, count) => {
    const pem = name === 'RSA-2048' ? throwAwayPem(2048) : testPem(name === 'RSA-3072' ? 'a' : 'b')
    const key = await testKey(pem, { allowRsa2048: true })
    const certificate = serializeCertificate(key.certificate)
    let clear = 0
    for (let index = 0; index < count; index += 1) {
      const data = utf8(`${name}, number ${index}`)
      const { binary, signatures } = await signDetached(data, key, { at: signedAt, primitives })
      const value = signatures[0]?.value
      const s = value?.kind === 'rsa' ? value.s : new Uint8Array()
      if (s.length < Number(name.slice(4)) / 8 || (s[0] ?? 0) < 0x80) clear += 1
      const outcome = await sqv.verifyDetached({ certificate, signature: binary, data })
      expect(outcome.accepted, `${index}: ${outcome.output}`).toBe(true)
    }
    // At least half of all values have a clear top bit: that none of 20 has is one chance in a million.
    expect(clear).toBeGreaterThan(0)
  })
})

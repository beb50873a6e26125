/** Ed25519, every case of Wycheproof's. Its messages are of any length; ours are digests. */

import { expect, test } from 'vitest'
import { describePart } from '../support/parts.ts'
import { bothPrimitives, fromHexOf, loadGroups } from './load.ts'
import { createPublicKey } from '../../src/packet/public-key.ts'
import { fingerprintHash } from '../../src/signature/hasher.ts'
import { checkValue } from '../../src/signature/check.ts'

describePart('wycheproof', 'Ed25519', () => {
  for (const [title, primitives] of bothPrimitives) {
    test(`ed25519, ${title}`, async () => {
      const counts = { valid: 0, invalid: 0, acceptable: 0 }
      for (const { publicKey, tests } of loadGroups('ed25519')) {
        const point = fromHexOf(publicKey['pk'])
        const material = { kind: 'ed25519', point } as const
        const key = createPublicKey({ material, created: 0 }, fingerprintHash(primitives))
        for (const { tcId, comment, msg, sig, result } of tests) {
          const octets = fromHexOf(sig)
          const message = fromHexOf(msg)
          const good =
            octets.length === 64 && (await primitives.verifyEd25519(material, message, octets))
          expect(good, `${tcId} ${comment}`).toBe(result === 'valid')
          counts[result] += 1
          // What a digest could be goes the whole way.
          if (message.length < 32) continue
          const digest = { algorithm: 'SHA-256', octets: message } as const
          const value = { kind: 'ed25519', octets } as const
          expect(await checkValue(key, digest, value, primitives), `${tcId}`).toBe(good)
        }
      }
      expect(counts).toEqual({ valid: 88, invalid: 63, acceptable: 0 })
    })
  }
})

/** RSA PKCS#1 v1.5, every case of Wycheproof's for a SHA-2 hash that signatures are read by. */

import { expect, test } from 'vitest'
import { stripZeros } from '../../src/wire/mpi.ts'
import { describePart } from '../support/parts.ts'
import { accepts, bothPrimitives, digestOf, fromHexOf, loadGroups } from './load.ts'

const sizes = { 2048: [224, 256, 384, 512], 3072: [256, 384, 512] } as const
const larger = { 4096: [256, 384, 512], 8192: [256, 384, 512] } as const
const names = Object.entries({ ...sizes, ...larger }).flatMap(([bits, hashes]) =>
  hashes.map((hash) => `rsa_signature_${bits}_sha${hash}`),
)

describePart('wycheproof', 'RSA PKCS#1 v1.5', () => {
  for (const [title, primitives] of bothPrimitives) {
    test.each(names)(`%s, ${title}`, async (name) => {
      const acceptable: string[] = []
      for (const { publicKey, sha = 'SHA-256', tests } of loadGroups(name)) {
        const n = stripZeros(fromHexOf(publicKey['modulus']))
        const e = stripZeros(fromHexOf(publicKey['publicExponent']))
        for (const { tcId, comment, flags, msg, sig, result } of tests) {
          const digest = digestOf(primitives, sha, fromHexOf(msg))
          const good = await accepts({ kind: 'rsa', n, e }, digest, fromHexOf(sig), primitives)
          expect(good, `${tcId} ${comment}`).toBe(result === 'valid')
          if (result === 'acceptable') acceptable.push(...flags)
        }
      }
      // Left to the verifier is a DigestInfo without its NULL alone: refused, RFC 9580 §5.2.3.1.
      expect(acceptable).toEqual(['MissingNull'])
    })
  }
})

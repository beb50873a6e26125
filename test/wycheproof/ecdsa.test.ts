/**
 * ECDSA over the three curves with SHA-2. What we read are two numbers, so the cases are those of
 * r || s, and of the DER ones those whose DER is strict: the others differ in nothing that we read.
 */

import { expect, test } from 'vitest'
import { concat } from '../../src/octets.ts'
import { coordinateOctets } from '../../src/packet/key-material.ts'
import { padTo } from '../../src/packet/signature-value.ts'
import { leastDigestOctets } from '../../src/signature/hasher.ts'
import { stripZeros } from '../../src/wire/mpi.ts'
import { describePart } from '../support/parts.ts'
import { accepts, bothPrimitives, digestOf, fromHexOf, loadGroups } from './load.ts'
import type { WycheproofGroup } from './load.ts'

const curves = { secp256r1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' } as const
const files = [
  ...['secp256r1_sha256', 'secp256r1_sha512', 'secp384r1_sha384', 'secp384r1_sha512'],
  'secp521r1_sha512',
].flatMap((name) => [`ecdsa_${name}_p1363`, `ecdsa_${name}`])

/** Two positive integers of strict DER, as r || s of the curve's width; undefined for all else. */
function fromDer(der: Uint8Array, octets: number): Uint8Array | undefined {
  const hex = Buffer.from(der).toString('hex')
  const long = der[1] === 0x81
  const body = long ? hex.slice(6) : hex.slice(4)
  const length = (long ? der[2] : der[1]) ?? 0
  if (der[0] !== 0x30 || body.length !== 2 * length || length > 0x7f !== long) return undefined
  const numbers: Uint8Array[] = []
  let rest = fromHexOf(body)
  for (let index = 0; index < 2; index += 1) {
    const [tag, size = 0, first = 0, second = 0] = rest
    const positive = size > 0 && first < 0x80 && !(first === 0 && size > 1 && second < 0x80)
    if (tag !== 2 || size > 0x7f || rest.length < 2 + size || !positive) return undefined
    numbers.push(stripZeros(rest.subarray(2, 2 + size)))
    rest = rest.subarray(2 + size)
  }
  const fits = rest.length === 0 && numbers.every((number) => number.length <= octets)
  return fits ? concat(...numbers.map((number) => padTo(octets, number))) : undefined
}

function materialOf({ publicKey }: WycheproofGroup) {
  const curve = curves[publicKey['curve'] as keyof typeof curves]
  return { kind: 'ecdsa', curve, point: fromHexOf(publicKey['uncompressed']) } as const
}

describePart('wycheproof', 'ECDSA', () => {
  for (const [title, primitives] of bothPrimitives) {
    test.each(files)(`%s, ${title}`, async (name) => {
      const counts = { valid: 0, invalid: 0, acceptable: 0, notStrict: 0 }
      for (const group of loadGroups(name)) {
        const material = materialOf(group)
        const octets = coordinateOctets[material.curve]
        for (const { tcId, comment, msg, sig, result } of group.tests) {
          const given = fromHexOf(sig)
          const rs = name.endsWith('p1363') ? given : fromDer(given, octets)
          counts[rs ? result : 'notStrict'] += 1
          if (!rs) {
            expect(result, `${tcId} ${comment}`).toBe('invalid')
            continue
          }
          const digest = digestOf(primitives, group.sha ?? 'SHA-256', fromHexOf(msg))
          const good = await accepts(material, digest, rs, primitives)
          expect(good, `${tcId} ${comment}`).toBe(result === 'valid')
        }
      }
      expect(counts.valid).toBeGreaterThan(150)
      expect(counts.invalid).toBeGreaterThan(50)
      expect(counts.acceptable).toBe(0)
    })
  }

  test('P-384 with SHA-256: sound numbers, and too short a digest (RFC 9580 §5.2.3.2)', async () => {
    let refused = 0
    for (const group of loadGroups('ecdsa_secp384r1_sha256')) {
      const material = materialOf(group)
      for (const { msg, sig, result } of group.tests) {
        const rs = fromDer(fromHexOf(sig), 48)
        if (result !== 'valid' || !rs) continue
        const [, primitives] = bothPrimitives[1] ?? bothPrimitives[0]!
        const digest = digestOf(primitives, 'SHA-256', fromHexOf(msg))
        expect(digest.octets.length).toBeLessThan(leastDigestOctets(material))
        expect(await primitives.verifyEcdsa(material, digest.octets, rs)).toBe(true)
        expect(await accepts(material, digest, rs, primitives)).toBe(false)
        refused += 1
      }
    }
    expect(refused).toBeGreaterThan(150)
  })
})

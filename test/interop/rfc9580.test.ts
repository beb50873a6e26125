/** The samples of RFC 9580, appendix A: keys, fingerprints, self-signatures, signatures. */

import { describe, expect, test } from 'vitest'
import { evaluateCertificate, signingKeys } from '../../src/certificate/evaluate.ts'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { fingerprintHash } from '../../src/signature/hasher.ts'
import { isMadeBy } from '../../src/certificate/issuer.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { toHex, utf8 } from '../../src/octets.ts'
import { readPublicKey } from '../../src/packet/public-key.ts'
import { readSignature } from '../../src/packet/signature.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { textCanonicalizer } from '../../src/signature/document.ts'
import { portable } from '../../src/signature/portable.ts'
import { digestWithTrailer } from '../../src/signature/preimage.ts'
import { evaluateDetached, verifyDetached } from '../../src/verify/detached.ts'
import { readInput } from '../../src/wire/input.ts'
import { readPackets } from '../../src/wire/packet.ts'
import { expectationOf, readVector } from '../support/vectors.ts'

const folder = 'rfc9580'
const policy = standardPolicy()

function vector(name: string): Uint8Array {
  return readVector(`${folder}/${name}`)
}

/** The body of the only packet of an armored block. */
function packetOf(name: string, kind: 'PUBLIC KEY BLOCK' | 'SIGNATURE'): Uint8Array {
  const [block = new Uint8Array()] = readInput(vector(name), kind, name)
  const [packet] = [...readPackets(block)]
  return packet?.body ?? new Uint8Array()
}

describe.each([
  ['portable', portable],
  ['node', nodePrimitives],
])('%s', (_, primitives) => {
  test('A.1 and A.2: EdDSALegacy in version 4, over ready data', async () => {
    const name = 'a1-v4-ed25519legacy-key'
    const body = packetOf(`${name}.asc`, 'PUBLIC KEY BLOCK')
    const key = readPublicKey(body, fingerprintHash(primitives))
    const { fingerprint, algorithm, point } = expectationOf<Record<string, string>>(folder, name)
    expect(key).toMatchObject({ version: 4, fingerprint, algorithm })
    expect(key.material).toEqual({
      kind: 'ed25519',
      point: new Uint8Array(Buffer.from(point ?? '', 'hex')),
    })

    const signatureName = 'a2-v4-ed25519legacy-signature'
    const signature = readSignature(packetOf(`${signatureName}.asc`, 'SIGNATURE'))
    const over = (data: string) => {
      const hasher = primitives.hasher('SHA-256')
      hasher.update(utf8(data))
      return hasher
    }
    const { digest } = expectationOf<{ digest: string }>(folder, signatureName)
    const taken = digestWithTrailer(over('OpenPGP'), signature.signedPart)
    expect(toHex(taken)).toBe(digest)
    expect(await isMadeBy(key, signature, () => over('OpenPGP'), primitives)).toBe(true)
    expect(await isMadeBy(key, signature, () => over('OpenPGQ'), primitives)).toBe(false)
  })

  test('A.3: a version 6 certificate, whole and valid', async () => {
    const expected = expectationOf<{ fingerprint: string; subkey: string; created: number }>(
      folder,
      'a3-v6-certificate',
    )
    const certificates = parseCertificates(vector('a3-v6-certificate.asc'), { primitives })
    expect(certificates).toHaveLength(1)
    const certificate = certificates[0]!
    expect(certificate.fingerprint).toBe(expected.fingerprint)
    expect(certificate.primary.key).toMatchObject({
      version: 6,
      created: expected.created,
      keyId: expected.fingerprint.slice(0, 16),
    })
    const at = new Date('2023-01-01T00:00:00Z')
    const evaluated = await evaluateCertificate(certificate, { at, policy, primitives })
    expect(evaluated.rejected).toEqual([])
    expect(evaluated.primary).toMatchObject({ keyFlags: 0x03, objection: undefined })
    expect(signingKeys(evaluated).map(({ key }) => key.fingerprint)).toEqual([expected.fingerprint])
    // The subkey is X25519: bound, known by its flags, and of no use here.
    expect(evaluated.subkeys).toMatchObject([
      { key: { fingerprint: expected.subkey }, keyFlags: 0x0c, objection: { code: 'unsupported' } },
    ])
    const before = new Date('2022-11-30T00:00:00Z')
    const early = await evaluateCertificate(certificate, { at: before, policy, primitives })
    expect(early.primary.objection?.code).toBe('time-invalid')
  })

  test('A.6: its signature holds over the text, whatever its line endings', async () => {
    const certificates = parseCertificates(vector('a3-v6-certificate.asc'), { primitives })
    const text = vector('a6-text.txt')
    const signature = vector('a6-signature.asc')
    const crlf = utf8(Buffer.from(text).toString().replaceAll('\n', '\r\n'))
    for (const data of [text, crlf]) {
      const options = { certificates, primitives }
      const { signatures } = await verifyDetached(data, signature, options)
      const { fingerprint } = certificates[0]!
      const signer = { certificate: fingerprint, key: fingerprint }
      expect(signatures).toMatchObject([{ signer, hash: 'SHA-512', type: 1 }])
    }
    const shorter = text.subarray(0, text.length - 1)
    const { signatures } = await evaluateDetached(shorter, signature, { certificates, primitives })
    expect(signatures).toMatchObject([{ good: false, code: 'signature-bad' }])
  })

  test('A.6: the digest is the one that the appendix prints', () => {
    const signature = readSignature(packetOf('a6-signature.asc', 'SIGNATURE'))
    const hasher = primitives.hasher('SHA-512')
    hasher.update(signature.salt)
    hasher.update(textCanonicalizer()(vector('a6-text.txt')))
    const { digest } = expectationOf<{ digest: string }>(folder, 'a6-signature')
    expect(toHex(digestWithTrailer(hasher, signature.signedPart))).toBe(digest)
    expect(toHex(signature.digestPrefix)).toBe(digest.slice(0, 4))
  })
})

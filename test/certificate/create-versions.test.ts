import { describe, expect, test } from 'vitest'
import { mintCertificate } from '../../src/certificate/create.ts'
import { evaluateCertificate, signingKeys } from '../../src/certificate/evaluate.ts'
import { generateSecret } from '../../src/cli/sop/secret-signer.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { findValue } from '../../src/packet/subpacket.ts'
import { createUserId } from '../../src/packet/user-id.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { publicKeyAlgorithm, signatureType, subpacketType } from '../../src/registry.ts'
import { openpgpjs } from '../support/tools/openpgpjs.ts'
import { serializeCertificate } from '../../src/certificate/certificate.ts'
import type { MintOptions } from '../../src/certificate/create.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'

const created = new Date('2026-01-01T00:00:00Z')
const people = [createUserId('First', 'a@example.org'), createUserId('Second', 'b@example.org')]
const { signer } = await generateSecret('ed25519')

function mint(userIds: typeof people, options: Partial<MintOptions> = {}): Promise<Certificate> {
  return mintCertificate(signer, userIds, { created, primitives: nodePrimitives, ...options })
}

async function evaluate(
  certificate: Certificate,
  at = created,
): ReturnType<typeof evaluateCertificate> {
  return evaluateCertificate(certificate, {
    at,
    policy: standardPolicy(),
    primitives: nodePrimitives,
  })
}

const typesOf = (certificate: Certificate): number[][] =>
  [certificate.primary, ...certificate.userIds].map(({ signatures }) =>
    signatures.map(({ type }) => type),
  )

describe.each([
  ['version 4 with two User IDs', people, 4, [[], [0x13], [0x13]]],
  ['version 4 without a User ID', [], 4, [[0x1f]]],
  ['version 6 with two User IDs', people, 6, [[0x1f], [0x13], [0x13]]],
  ['version 6 without a User ID', [], 6, [[0x1f]]],
] as const)('%s', (_, userIds, version, types) => {
  test('its key may sign, its User IDs count, and every signature is sound', async () => {
    const certificate = await mint([...userIds], { version, expiresAfter: 1000 })
    expect(typesOf(certificate)).toEqual(types)
    const evaluated = await evaluate(certificate)
    expect(signingKeys(evaluated).map(({ key }) => key.version)).toEqual([version])
    expect(evaluated.primary.expires).toBe(created.getTime() / 1000 + 1000)
    expect(evaluated.userIds.map(({ objection }) => objection)).toEqual(
      userIds.map(() => undefined),
    )
    expect(evaluated.rejected).toEqual([])
    const after = await evaluate(certificate, new Date(created.getTime() + 1_000_000))
    expect(after.primary.objection?.code).toBe('certificate-expired')
  })
})

describe('where things are said', () => {
  test('in version 6 the direct key signature alone speaks of the key', async () => {
    const { primary, userIds } = await mint(people, { version: 6 })
    const flags = [primary, ...userIds].map(
      ({ signatures }) => findValue(signatures[0]?.hashed ?? [], subpacketType.keyFlags)?.octets[0],
    )
    expect(flags).toEqual([3, undefined, undefined])
  })

  test('the first User ID is the primary one', async () => {
    const { userIds } = await mint(people)
    const primary = userIds.map(
      ({ signatures }) =>
        findValue(signatures[0]?.hashed ?? [], subpacketType.primaryUserId)?.value,
    )
    expect(primary).toEqual([true, undefined])
  })

  test('Ed25519 is EdDSALegacy in version 4 and Ed25519 in version 6', async () => {
    const [four, six] = [await mint(people), await mint(people, { version: 6 })]
    expect(four.primary.key.algorithm).toBe(publicKeyAlgorithm.eddsaLegacy)
    expect(six.primary.key.algorithm).toBe(publicKeyAlgorithm.ed25519)
    expect(six.primary.signatures[0]?.type).toBe(signatureType.directKey)
  })
})

test('the same inputs give the same octets in version 4, and never in version 6', async () => {
  const octets = async (version: 4 | 6): Promise<Uint8Array> =>
    serializeCertificate(await mint(people, { version }))
  expect(await octets(4)).toEqual(await octets(4))
  expect(await octets(6)).not.toEqual(await octets(6))
})

test.each([4, 6] as const)('openpgp.js accepts version %i', async (version) => {
  const certificate = await mint(people, { version })
  const outcome = await openpgpjs.readCertificate?.(serializeCertificate(certificate))
  expect(outcome).toMatchObject({ accepted: true, fingerprints: [certificate.fingerprint] })
})

import { expect, test } from 'vitest'
import { isRotationAuthority } from '../../src/certificate/authority.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { evaluateCertificate, signingKeys } from '../../src/certificate/evaluate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat } from '../../src/octets.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { rejection } from '../support/code-of.ts'
import { createUserId, readUserId } from '../../src/packet/user-id.ts'
import { mintCertificate } from '../../src/certificate/create.ts'
import { critical } from '../../src/packet/subpacket.ts'
import {
  curveKey,
  curveSigner,
  keyFlags,
  onlyCertificate,
  signTarget,
  subkeyParts,
} from '../support/curve-keys.ts'
import { notation } from '../support/forge/certificate.ts'
import { serializeCertificate } from '../../src/certificate/certificate.ts'
import { utf8 } from '../../src/octets.ts'
import { endorsedAt, smallKey } from '../support/rotation-keys.ts'

const options = { at: endorsedAt, policy: standardPolicy(), primitives }
const isAuthority = (...copies: Certificate[]) => isRotationAuthority(copies, options)

test.each([4, 6] as const)(
  'version %s: it certifies, signs nothing, and says so',
  async (version) => {
    const { certificate } = await smallKey('authority', { rotationAuthority: true, version })
    expect(await isAuthority(certificate)).toBe(true)
    const evaluated = await evaluateCertificate(certificate, options)
    expect(evaluated.primary).toMatchObject({ keyFlags: 1, objection: undefined })
    expect(signingKeys(evaluated)).toEqual([])
  },
)

test('a certificate as any other is none', async () => {
  expect(await isAuthority((await smallKey('old')).certificate)).toBe(false)
  expect(await isAuthority()).toBe(false)
})

test('its User ID has an address', async () => {
  const signer = curveSigner('Ed25519', 'authority')
  const mint = (ids: Parameters<typeof mintCertificate>[1]) =>
    mintCertificate(signer, ids, { created: endorsedAt, rotationAuthority: true, primitives })
  expect((await rejection(mint([readUserId(utf8('Acme'))]))).code).toBe('usage')
  expect((await rejection(mint([]))).code).toBe('usage')
  expect(await isAuthority(await mint([createUserId('Acme', 'x@acme.example')]))).toBe(true)
})

const value = 'endorses successors and signs nothing'

/** The certificate of a key with one more self-signature that has these subpackets. */
async function saying(name: string, hashed: Parameters<typeof signTarget>[2]['hashed'], by = name) {
  const { certificate } = await smallKey(name, { rotationAuthority: false })
  const [component] = certificate.userIds
  if (!component) throw new Error('no User ID')
  const { userId } = component
  const target = { kind: 'user-id', primary: certificate.primary.key, userId } as const
  const fields = { type: 0x13, created: endorsedAt.getTime() / 1000, ...(hashed && { hashed }) }
  const packet = await signTarget(await curveKey('Ed25519', { name: by }), target, fields)
  return onlyCertificate(concat(serializeCertificate(certificate), packet))
}

test('a key that may sign is raised to none by a mark of its own', async () => {
  const mark = notation('rotation-authority@acme.example', value)
  expect(await isAuthority(await saying('old', [keyFlags(1), mark]))).toBe(false)
  expect(await isAuthority(await saying('old', [keyFlags(3), mark]))).toBe(false)
})

test('an authority with a subkey that signs is none', async () => {
  const { certificate } = await smallKey('authority', { rotationAuthority: true })
  const parts = await subkeyParts(
    await curveKey('Ed25519', { name: 'authority' }),
    await curveKey('Ed25519', { name: 'subkey' }),
  )
  const both = onlyCertificate(concat(serializeCertificate(certificate), parts))
  expect(await isAuthority(both)).toBe(false)
})

test('a mark of another name or text, or by another key, is none', async () => {
  const { userIds, packets } = (await smallKey('authority', { rotationAuthority: true }))
    .certificate
  const target = {
    kind: 'user-id',
    primary: (await smallKey('plain')).certificate.primary.key,
    userId: userIds[0]?.userId ?? readUserId(utf8('')),
  } as const
  const make = async (hashed: Parameters<typeof signTarget>[2]['hashed'], by = 'plain') => {
    const key = await curveKey('Ed25519', { name: by })
    const signed = await signTarget(key, target, { type: 0x13, ...(hashed && { hashed }) })
    const primary = (await smallKey('plain')).certificate.packets[0]?.octets ?? new Uint8Array()
    return onlyCertificate(concat(primary, packets[1]?.octets ?? new Uint8Array(), signed))
  }
  const mark = notation('rotation-authority@acme.example', value)
  expect(await isAuthority(await make([keyFlags(1), mark]))).toBe(true)
  expect(await isAuthority(await make([keyFlags(1), mark], 'another'))).toBe(false)
  expect(await isAuthority(await make([keyFlags(0), mark]))).toBe(false)
  expect(await isAuthority(await make([mark]))).toBe(false)
  // Critical, nobody reads the self-signature, and neither do we.
  expect(await isAuthority(await make([keyFlags(1), critical(mark)]))).toBe(false)
  for (const [name, text] of [
    ['rotation-authority@acme.example', 'x'],
    ['rotation-authority', value],
    ['successor@acme.example', value],
  ] as const) {
    expect(await isAuthority(await make([keyFlags(1), notation(name, text)]))).toBe(false)
  }
})

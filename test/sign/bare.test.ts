import { sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import { signBare } from '../../src/sign/bare.ts'
import type { BareKey } from '../../src/sign/bare.ts'
import { signDetached } from '../../src/sign/detached.ts'
import { createPortable, portable } from '../../src/signature/portable.ts'
import { verifyDetached } from '../../src/verify/detached.ts'
import { decodeArmor } from '../../src/wire/armor.ts'
import { rejection } from '../support/code-of.ts'
import { curveCertificate, curveKey, onlyCertificate } from '../support/curve-keys.ts'
import { materialOf, signedAt, testKey, testPem } from '../support/engine-keys.ts'
import type { TestKey } from '../support/engine-keys.ts'
import { faultySigners } from '../support/faulty-signers.ts'

const data = utf8('some data\n')
const created = signedAt.getTime() / 1000
const primitives = nodePrimitives
let rsa: TestKey
let bare: BareKey

beforeAll(async () => {
  rsa = await testKey(testPem('a'))
  const { created: made } = rsa.certificate.primary.key
  bare = { signer: rsa.signer, material: materialOf(testPem('a')), created: made }
})

test.each([{}, { text: true }, { hash: 'SHA-384' }, { hash: 'SHA-512', text: true }] as const)(
  '%j: the octets that signDetached makes',
  async (options) => {
    const { armored } = await signDetached(data, rsa, { ...options, at: signedAt, primitives })
    expect(await signBare(data, bare, { ...options, created, primitives })).toBe(armored)
  },
)

test.each([4, 6] as const)('a key on a curve, in version %i, is verified', async (version) => {
  const { key, signer } = await curveKey('Ed25519', { version })
  const certificate = onlyCertificate(
    await curveCertificate(await curveKey('Ed25519', { version })),
  )
  const { material } = key
  if (material.kind === 'opaque') throw new Error('no material')
  const stated = { signer, material, created: key.created, version }
  const at = new Date((key.created + 10) * 1000)
  const armored = await signBare(data, stated, { created: key.created + 10, primitives })
  const { signatures } = await verifyDetached(data, utf8(armored), {
    certificates: [certificate],
    at,
  })
  expect(signatures[0].signer.key).toBe(key.fingerprint)
})

test('a wrong answer is refused, whatever is wrong with it', async () => {
  for (const [name, signer] of faultySigners(rsa.signer, (await testKey(testPem('b'))).signer)) {
    const error = await rejection(signBare(data, { ...bare, signer }, { created, primitives }))
    expect(error.code, name).toBe('signer-answer')
  }
})

test('a time before the key, and an abort', async () => {
  const before = signBare(data, bare, { created: bare.created - 1, primitives })
  expect((await rejection(before)).code).toBe('time-invalid')
  const signal = AbortSignal.abort()
  expect((await rejection(signBare(data, bare, { created, primitives, signal }))).code).toBe(
    'aborted',
  )
})

describe('primitives with some hashes', () => {
  const few = createPortable({ 'SHA-1': sha1, 'SHA-256': sha256 })

  test('sign by those as with all', async () => {
    const all = await signBare(data, bare, { created, primitives: portable })
    expect(await signBare(data, bare, { created, primitives: few })).toBe(all)
    expect(decodeArmor(all)[0]?.type).toBe('SIGNATURE')
  })

  test('and refuse the others by name', async () => {
    const error = await rejection(
      signBare(data, bare, { created, hash: 'SHA-512', primitives: few }),
    )
    expect(error.code).toBe('unsupported')
    expect(error.message).toBe('SHA-512 is not in these primitives')
  })
})

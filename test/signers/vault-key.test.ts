import { generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { keyKind } from '../../src/packet/key-material.ts'
import { keyFacts, tokenFacts } from '../../src/signers/vault-facts.ts'
import { readVaultKey } from '../../src/signers/vault-key.ts'
import { readVaultPlace } from '../../src/signers/vault-place.ts'
import { rejection } from '../support/code-of.ts'

const place = readVaultPlace({ address: 'https://vault.example', key: 'release' })
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()
const p256 = pem(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey)
const secp256k1 = pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)
const ed25519 = generateKeyPairSync('ed25519').publicKey
const point = Buffer.from(ed25519.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')
const time = '2026-01-31T12:00:00.999999999Z'

const data = {
  name: 'release',
  type: 'ecdsa-p256',
  supports_signing: true,
  derived: false,
  latest_version: 2,
  keys: {
    1: { public_key: p256, creation_time: time },
    2: { public_key: p256, creation_time: time },
  },
}
const only = (public_key: unknown, type = 'ecdsa-p256'): object => ({
  ...data,
  type,
  keys: { 2: { public_key } },
})

describe('a key', () => {
  test('of the version that is wanted, or the latest', async () => {
    const latest = await readVaultKey({ data }, undefined, place)
    expect(latest).toMatchObject({ type: 'ecdsa-p256', version: 2, latest: 2 })
    expect(keyKind(latest.material)).toBe('P-256')
    expect(latest.createdAt).toEqual(new Date('2026-01-31T12:00:00Z'))
    expect((await readVaultKey({ data }, 1, place)).version).toBe(1)
  })

  test('of Ed25519, which has a form of its own', async () => {
    const { material } = await readVaultKey({ data: only(point, 'ed25519') }, undefined, place)
    expect(material).toEqual({
      kind: 'ed25519',
      point: new Uint8Array(Buffer.from(point, 'base64')),
    })
  })

  test.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T14:00:00.5+02:00', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31', undefined],
    ['2026-13-31T12:00:00Z', undefined],
    [1795579131, undefined],
    [undefined, undefined],
  ])('made at %s', async (creation_time, expected) => {
    const keys = { 2: { public_key: p256, creation_time } }
    const { createdAt } = await readVaultKey({ data: { ...data, keys } }, undefined, place)
    expect(createdAt?.toISOString()).toBe(expected)
  })

  test.each([
    ['no key', {}, 'signer-answer'],
    ['another name', { data: { ...data, name: 'other' } }, 'signer-answer'],
    ['no type', { data: { ...data, type: undefined } }, 'signer-answer'],
    ['no versions', { data: { ...data, keys: [] } }, 'signer-answer'],
    ['a version that is none', { data: { ...data, latest_version: '2' } }, 'signer-answer'],
    ['not for signing', { data: { ...data, supports_signing: false } }, 'key-unusable'],
    ['nothing said of signing', { data: { ...data, supports_signing: 'yes' } }, 'key-unusable'],
    ['derived', { data: { ...data, derived: true } }, 'key-unusable'],
    ['deleted', { data: { ...data, soft_deleted: true } }, 'key-unusable'],
    ['ML-DSA', { data: { ...data, type: 'ml-dsa' } }, 'unsupported'],
    ['a managed key', { data: { ...data, type: 'managed_key' } }, 'unsupported'],
    ['put away', { data: { ...data, keys: { 3: {} } } }, 'key-unusable'],
    ['an inherited version', { data: { ...data, latest_version: 'toString' } }, 'signer-answer'],
    ['a time alone', { data: { ...data, keys: { 2: 1795579131 } } }, 'key-unusable'],
    ['no public key', { data: only(undefined) }, 'signer-answer'],
    ['another type', { data: only(p256, 'ecdsa-p384') }, 'signer-answer'],
    ['RSA that is none', { data: only(p256, 'rsa-4096') }, 'signer-answer'],
    ['another curve', { data: only(secp256k1) }, 'unsupported'],
    ['PEM for a point', { data: only(p256, 'ed25519') }, 'signer-answer'],
    ['a short point', { data: only(point.slice(4), 'ed25519') }, 'signer-answer'],
    ['two keys', { data: only(p256 + p256) }, 'signer-answer'],
    ['something before it', { data: only(`# ${p256}`) }, 'signer-answer'],
    ['another label', { data: only(p256.replaceAll('PUBLIC', 'PRIVATE')) }, 'signer-answer'],
    ['no DER', { data: only(p256.replace('\nM', '\nN')) }, 'malformed'],
  ])('not %s', async (_, answer, code) => {
    const error = await rejection(readVaultKey(answer, undefined, place))
    expect(error.code).toBe(code)
  })
})

describe('facts', () => {
  test('are what the answer says, and nothing that it does not say', async () => {
    const key = await readVaultKey({ data }, 1, place)
    expect(keyFacts(key, { ...place, version: 1 })).toEqual([
      { name: 'type', value: 'ecdsa-p256' },
      { name: 'version', value: '1 of 2, pinned' },
    ])
    const more = { imported_key: true, deletion_allowed: true, auto_rotate_period: 86_400 }
    const facts = keyFacts({ ...key, data: more }, place)
    expect(facts).toContainEqual({ name: 'imported', value: 'yes: it was outside of Vault before' })
    expect(facts).toContainEqual({ name: 'may be deleted', value: 'yes' })
    expect(facts).toContainEqual({
      name: 'rotates by itself',
      value: 'every 86400 s, and then is another key',
    })
  })

  test('of a token, but not the token', () => {
    const token = {
      id: 's.hunter2',
      accessor: 'hunter2-accessor',
      display_name: 'approle\nci',
      policies: ['sign', 7],
      identity_policies: ['team'],
      expire_time: '2026-02-01T00:00:00Z',
    }
    expect(tokenFacts({ data: token })).toEqual([
      { name: 'token of', value: 'approle ci' },
      { name: 'policies', value: 'sign, team' },
      { name: 'token ends', value: '2026-02-01T00:00:00Z' },
    ])
    expect(tokenFacts({})).toEqual([])
    expect(tokenFacts({ data: { policies: 'root', expire_time: null } })).toEqual([])
  })
})

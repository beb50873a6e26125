/** What is asked of Azure Key Vault, what is taken from it, and how it refuses: against a made-up one. */

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { KeyKind } from '../../src/packet/key-material.ts'
import {
  azureKeyVaultSigner,
  type AzureKeyVaultOptions,
} from '../../src/signers/azure-key-vault.ts'
import type { Digest, RemoteSigner, SigningSubject } from '../../src/signature/signer.ts'
import { codeOf, rejection } from '../support/code-of.ts'
import { refuse, type AzureKeyName } from '../support/services/fake-azure-key-vault.ts'
import type { FakeKeyType } from '../support/services/fake-keys.ts'
import type { Json, RestAnswer } from '../support/services/fake-rest.ts'
import {
  azureToken,
  startFakeAzureKeyVault,
  type FakeAzureKeyVault,
} from '../support/services/index.ts'

const digestOf = (algorithm: Digest['algorithm']): Digest => ({
  algorithm,
  octets: new Uint8Array(createHash(algorithm.replace('-', '')).update('what is signed').digest()),
})
const digest = digestOf('SHA-256')
const subject = (key: KeyKind): SigningSubject => ({
  purpose: 'document',
  type: 0,
  created: 0,
  fingerprint: '00',
  key,
})

let vault: FakeAzureKeyVault
let p256: AzureKeyName
let rsa: AzureKeyName
beforeAll(async () => {
  vault = await startFakeAzureKeyVault()
  p256 = vault.createKey('P-256')
  rsa = vault.createKey('RSA-2048')
})
afterAll(() => vault.stop())
beforeEach(() => {
  vault.spoil()
  vault.denied.clear()
})

function signerOf(name: AzureKeyName, options: Partial<AzureKeyVaultOptions> = {}): RemoteSigner {
  const token = (): Promise<string> => Promise.resolve(azureToken)
  return azureKeyVaultSigner({ ...name, token, maxAttempts: 2, ...options })
}
const newSigner = (type: FakeKeyType, facts?: Json, attributes?: Json): RemoteSigner =>
  signerOf(vault.createKey(type, facts, attributes))

const changed =
  (changes: Json) =>
  ({ body }: RestAnswer): RestAnswer => ({ body: { ...(body as Json), ...changes } })
/** Changes members of the JWK alone. */
const withKey =
  (changes: Json) =>
  (honest: RestAnswer): RestAnswer => {
    const { key } = honest.body as { readonly key: Json }
    return changed({ key: { ...key, ...changes } })(honest)
  }

describe('Sign', () => {
  test('one call, by the version that was named', async () => {
    const rs = await signerOf(p256).sign(digest, { subject: subject('P-256') })
    expect(rs).toHaveLength(64)
    expect(vault.calls).toHaveLength(1)
    expect(vault.calls[0]).toMatchObject({
      method: 'POST',
      path: `/keys/${p256.key}/${p256.version}/sign`,
      token: azureToken,
      body: { alg: 'ES256', value: Buffer.from(digest.octets).toString('base64url') },
    })
    expect(vault.calls[0]?.query.get('api-version')).toBe('7.4')
  })

  test.each([
    ['RSA', 'SHA-256', 'RS256'],
    ['RSA', 'SHA-384', 'RS384'],
    ['RSA', 'SHA-512', 'RS512'],
    ['P-384', 'SHA-384', 'ES384'],
    ['P-521', 'SHA-512', 'ES512'],
  ] as const)('%s with %s is %s', async (kind, hash, alg) => {
    vault.spoil((honest, { path }) => ({
      body: { kid: `${vault.url}${path.replace('/sign', '')}`, value: 'AQID' },
    }))
    await signerOf(rsa).sign(digestOf(hash), { subject: subject(kind) })
    expect(vault.calls[0]?.body['alg']).toBe(alg)
  })

  test('without a subject, by the kind of the key that was read, and else as RSA', async () => {
    const signer = newSigner('P-384')
    await signer.publicKey()
    expect(await signer.sign(digestOf('SHA-384'))).toHaveLength(96)
    expect(await signerOf(rsa).sign(digest)).toHaveLength(256)
  })

  test.each([
    ['a digest of another length', { ...digest, octets: new Uint8Array(31) }, 'RSA', 'usage'],
    ['SHA-384 by P-256', digestOf('SHA-384'), 'P-256', 'usage'],
    ['SHA-256 by P-521', digest, 'P-521', 'usage'],
    ['Ed25519, which is not there', digestOf('SHA-512'), 'Ed25519', 'unsupported'],
  ] as const)('%s is refused without a call', async (_, given, key, code) => {
    const error = await rejection(signerOf(p256).sign(given, { subject: subject(key) }))
    expect(error.code).toBe(code)
    expect(vault.calls).toEqual([])
  })

  test.each([
    ['by another version', () => ({ kid: `${vault.url}/keys/${p256.key}/${'0'.repeat(32)}` })],
    ['by another key', () => ({ kid: `${vault.url}/keys/other/${p256.version}` })],
    [
      'by another vault',
      () => ({ kid: `https://evil.vault.azure.net/keys/${p256.key}/${p256.version}` }),
    ],
    ['by that key and more', () => ({ kid: `${vault.url}/keys/${p256.key}/${p256.version}/x` })],
    ['without a kid', () => ({ kid: undefined })],
    ['with a kid that is no URL', () => ({ kid: p256.version })],
    ['without a value', () => ({ value: undefined })],
    ['with an empty value', () => ({ value: '' })],
    ['with padded base64', () => ({ value: 'AQ==' })],
  ])('an answer %s is refused, and not asked for again', async (_, changes) => {
    vault.spoil(changed(changes()))
    const error = await rejection(signerOf(p256).sign(digest, { subject: subject('P-256') }))
    expect(error.code).toBe('signer-answer')
    expect(vault.calls).toHaveLength(1)
  })

  test('the host and the name of the key are the same in any case', async () => {
    vault.spoil(changed({ kid: `${vault.url}/keys/${p256.key.toUpperCase()}/${p256.version}` }))
    expect(await signerOf(p256).sign(digest, { subject: subject('P-256') })).toHaveLength(64)
  })
})

describe('the public key', () => {
  test.each([
    ['RSA-2048', { kind: 'rsa' }],
    ['P-256', { kind: 'ecdsa', curve: 'P-256' }],
    ['P-384', { kind: 'ecdsa', curve: 'P-384' }],
    ['P-521', { kind: 'ecdsa', curve: 'P-521' }],
  ] as const)('of %s', async (type, expected) => {
    expect(await newSigner(type).publicKey()).toMatchObject(expected)
  })

  test('of a key that software guards', async () => {
    expect(await newSigner('RSA-2048', { kty: 'RSA' }).publicKey()).toMatchObject({ kind: 'rsa' })
    expect(await newSigner('P-256', { kty: 'EC' }).publicKey()).toMatchObject({ curve: 'P-256' })
  })

  test.each([
    ['another key', { kid: 'https://a.vault.azure.net/keys/k/1' }, 'signer-answer'],
    ['another type', { kty: 'OKP' }, 'signer-answer'],
    ['a symmetric key', { kty: 'oct-HSM' }, 'key-unusable'],
    ['a curve of no use', { crv: 'P-256K' }, 'unsupported'],
    ['another curve', { crv: 'P-384' }, 'signer-answer'],
    ['a short coordinate', { x: 'AQID' }, 'signer-answer'],
    ['no coordinate', { y: undefined }, 'signer-answer'],
    ['a key for decryption', { key_ops: ['decrypt'] }, 'key-unusable'],
    ['no operations', { key_ops: undefined }, 'key-unusable'],
  ])('%s: refused', async (_, changes, code) => {
    vault.spoil(withKey(changes))
    expect((await rejection(signerOf(p256).publicKey())).code).toBe(code)
  })

  test.each([
    ['no modulus', { n: undefined }],
    ['an even modulus', { n: 'AQI' }],
    ['a modulus with a zero before it', { n: 'AAED' }],
    ['an exponent of 1', { e: 'AQ' }],
    ['an even exponent', { e: 'Ag' }],
    ['an empty exponent', { e: '' }],
  ])('RSA with %s: refused', async (_, changes) => {
    vault.spoil(withKey(changes))
    expect((await rejection(signerOf(rsa).publicKey())).code).toBe('signer-answer')
  })

  test('an RSA modulus beyond every bound is refused', async () => {
    vault.spoil(withKey({ n: Buffer.alloc(4096, 0xff).toString('base64url') }))
    expect((await rejection(signerOf(rsa).publicKey())).code).toBe('limit')
  })

  const now = Math.floor(Date.now() / 1000)
  test.each([
    ['disabled', { enabled: false }, 'disabled'],
    ['of no said state', { enabled: undefined }, 'disabled'],
    ['from tomorrow on', { nbf: now + 86_400 }, 'nbf'],
    ['until yesterday', { exp: now - 86_400 }, 'exp'],
  ])('a key that signs %s is unusable', async (_, attributes, text) => {
    const error = await rejection(newSigner('P-256', {}, attributes).publicKey())
    expect(error.code).toBe('key-unusable')
    expect(`${error.message} ${error.hint}`).toContain(text)
  })

  test('a key within its time is not', async () => {
    const attributes = { nbf: now - 86_400, exp: now + 86_400 }
    expect(await newSigner('P-256', {}, attributes).publicKey()).toMatchObject({ kind: 'ecdsa' })
  })

  test('without a JWK or attributes', async () => {
    for (const missing of [{ key: undefined }, { attributes: [] }]) {
      vault.spoil(changed(missing))
      expect((await rejection(signerOf(p256).publicKey())).code).toBe('signer-answer')
    }
  })
})

describe('facts of a key', () => {
  test('when it was made', async () => {
    expect(await signerOf(p256).createdAt?.()).toEqual(new Date(1_767_323_045_000))
    expect(await newSigner('P-256', {}, { created: undefined }).createdAt?.()).toBeUndefined()
    for (const created of ['2026', -1, 1.5]) {
      const { createdAt } = newSigner('P-256', {}, { created })
      expect((await rejection(createdAt?.() ?? Promise.resolve())).code).toBe('signer-answer')
    }
  })

  test('are told of a disabled key too, and a warning where it may leave', async () => {
    const attributes = { enabled: false, exportable: true, exp: 4_102_444_800, nbf: 0 }
    expect(await newSigner('P-256', {}, attributes).describe?.()).toEqual([
      { name: 'state', value: 'disabled (warning: it does not sign)' },
      { name: 'exportable', value: 'warning, yes: the private key may leave the service' },
      { name: 'type', value: 'EC-HSM' },
      { name: 'protection level', value: 'HSM' },
      { name: 'HSM platform', value: '2' },
      { name: 'operations', value: 'sign, verify' },
      { name: 'signs from', value: '1970-01-01T00:00:00Z' },
      { name: 'expires', value: '2100-01-01T00:00:00Z' },
      { name: 'recovery', value: 'Recoverable+Purgeable' },
    ])
  })

  test('of a key that software guards, and of what makes no sense', async () => {
    const attributes = { exp: 1e300, recoveryLevel: 7, hsmPlatform: undefined }
    const facts = await newSigner('RSA-2048', { kty: 'RSA' }, attributes).describe?.()
    expect(facts).toContainEqual({ name: 'protection level', value: 'software' })
    expect(facts).toContainEqual({ name: 'expires', value: 'no time' })
    expect(facts?.map(({ name }) => name)).not.toContain('recovery')
  })
})

describe('refusals', () => {
  test('each call names the permission that it needs', async () => {
    const signer = signerOf(p256)
    for (const right of ['sign', 'get'] as const) {
      vault.denied.add(right)
      const error = await rejection(right === 'sign' ? signer.sign(digest) : signer.publicKey())
      expect(error.code).toBe('signer-denied')
      expect(error.hint).toContain(`keys/${right}`)
      expect(error.message).toContain('Forbidden: AccessDenied')
    }
  })

  test('a disabled and an expired key do not sign', async () => {
    for (const attributes of [{ enabled: false }, { exp: 5 }]) {
      const error = await rejection(newSigner('RSA-2048', {}, attributes).sign(digest))
      expect(error.code).toBe('key-unusable')
      expect(error.hint).toContain('az keyvault key show')
    }
  })

  test('a key of another kind than the certificate’s', async () => {
    const error = await rejection(signerOf(rsa).sign(digest, { subject: subject('P-256') }))
    expect(error.code).toBe('key-unusable')
    expect(error.hint).toContain('certificate')
  })

  test.each([
    ['no such key', refuse(404, 'KeyNotFound', 'no'), 'key-missing', 'list-versions'],
    [
      'a deleted key',
      refuse(409, 'Conflict', 'no', 'ObjectIsBeingDeleted'),
      'key-unusable',
      'recover',
    ],
    ['no token', refuse(401, 'Unauthorized', 'no'), 'signer-denied', 'tenant'],
    [
      'a firewall',
      refuse(403, 'Forbidden', 'no', 'ForbiddenByFirewall'),
      'signer-denied',
      'firewall',
    ],
    ['a proxy before it', { status: 403, body: '<html>' }, 'signer-denied', 'keys/sign'],
    ['something else', { status: 418, body: '{}' }, 'signer-unavailable', 'later'],
  ])('%s', async (_, answer, code, hint) => {
    vault.spoil(() => answer)
    const error = await rejection(signerOf(p256).sign(digest))
    expect(error.code).toBe(code)
    expect(error.hint).toContain(hint)
    expect(vault.calls).toHaveLength(1)
  })

  test.each([429, 500, 503])('%i is asked again, and then told', async (status) => {
    const answer = refuse(status, 'Throttled', 'later')
    vault.spoil((honest, call, count) => (count === 1 ? answer : honest))
    expect(await signerOf(rsa).sign(digest)).toHaveLength(256)
    vault.spoil(() => answer)
    expect((await rejection(signerOf(rsa).sign(digest))).code).toBe('signer-unavailable')
    expect(vault.calls).toHaveLength(2)
  })
})

describe('what names the key', () => {
  const good = { vault: 'https://a.vault.azure.net', key: 'k', version: '0'.repeat(32) }
  const token = (): Promise<string> => Promise.resolve(azureToken)

  test('the id', () => {
    const { id } = azureKeyVaultSigner({ ...good, token })
    expect(id).toBe(`azurekms://a.vault.azure.net/k/${good.version}`)
  })

  test.each([
    { vault: 'http://a.vault.azure.net' },
    { vault: 'https://u:p@a.vault.azure.net' },
    { vault: 'https://a.vault.azure.net/x' },
    { vault: 'a.vault.azure.net' },
    { key: '' },
    { key: 'a/b' },
    { key: '..' },
    { version: '' },
    { version: 'latest' },
    { version: '0'.repeat(31) },
  ])('%o is refused', (wrong) => {
    expect(codeOf(() => azureKeyVaultSigner({ ...good, ...wrong, token }))).toBe('usage')
  })
})

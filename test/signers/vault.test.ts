import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { utf8 } from '../../src/octets.ts'
import { sameKeyMaterial } from '../../src/packet/key-material.ts'
import { createPublicKey } from '../../src/packet/public-key.ts'
import type { PublicKey } from '../../src/packet/public-key.ts'
import { fingerprintHash } from '../../src/signature/hasher.ts'
import { vaultSigner } from '../../src/signers/vault.ts'
import type { VaultOptions } from '../../src/signers/vault.ts'
import { rejection } from '../support/code-of.ts'
import { curveKeysCreated, signData } from '../support/curve-keys.ts'
import { describePart } from '../support/parts.ts'
import { startOpenBao, type OpenBao } from '../support/services/index.ts'

const data = utf8('what was agreed\n')
const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32).fill(7) } as const

/** A fetch that writes down what goes through it. */
function watch(): { readonly seen: string[]; readonly fetch: typeof fetch } {
  const seen: string[] = []
  return {
    seen,
    fetch: (url, init) => {
      seen.push(`${init?.method} ${textOf(url).replace(/^.*\/v1\//, '')}`)
      return fetch(url, init)
    },
  }
}

function textOf(url: Parameters<typeof fetch>[0]): string {
  if (typeof url === 'string') return url
  throw new Error('the signer asks by text')
}

async function publicKeyOf(options: VaultOptions): Promise<PublicKey> {
  const material = await vaultSigner(options).publicKey()
  return createPublicKey({ material, created: curveKeysCreated }, fingerprintHash(nodePrimitives))
}

describePart('openbao', 'a key in OpenBao', () => {
  let bao: OpenBao
  /** It may sign by keys whose names begin so, read them, and nothing else. */
  let token = ''
  beforeAll(async () => {
    bao = await startOpenBao()
    token = await bao.createToken(`
      path "transit/keys/release*" { capabilities = ["read"] }
      path "transit/sign/release*" { capabilities = ["update"] }`)
  })
  afterAll(() => bao.stop())

  const at = (key: string, more: Partial<VaultOptions> = {}): VaultOptions => ({
    address: bao.url,
    key,
    token,
    ...more,
  })

  test.each(['rsa-3072', 'ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'ed25519'])(
    '%s: two paths are enough, and to sign takes one request',
    async (type) => {
      const name = await bao.createKey(`release-${type}`, type)
      const key = await publicKeyOf(at(name))
      const { seen, fetch } = watch()
      const signer = vaultSigner(at(name, { fetch }))
      await signData({ signer, key }, data) // and is checked there
      expect(seen).toEqual([
        expect.stringMatching(`^POST transit/sign/${name}/sha2-(256|384|512)$`),
      ])
      await expect(signData({ signer, key }, data, { hash: 'SHA-512' })).resolves.toBeDefined()
    },
  )

  test('the time at which it was made, in whole seconds', async () => {
    const before = Math.floor(Date.now() / 1000)
    const name = await bao.createKey('release-now', 'ed25519')
    const made = (await vaultSigner(at(name)).createdAt?.())?.getTime() ?? 0
    expect(made % 1000).toBe(0)
    expect(made / 1000).toBeGreaterThanOrEqual(before)
    expect(made).toBeLessThanOrEqual(Date.now())
  })

  test('rotated: the version that is pinned signs on, and what follows the latest is refused', async () => {
    const name = await bao.createKey('release-rotated', 'ed25519')
    const key = await publicKeyOf(at(name))
    const early = vaultSigner(at(name))
    await early.publicKey()
    await bao.write(`transit/keys/${name}/rotate`)
    const pinned = vaultSigner(at(name, { version: 1 }))
    for (const signer of [early, pinned]) {
      await expect(signData({ signer, key }, data)).resolves.toBeDefined()
      expect(sameKeyMaterial(await signer.publicKey(), await pinned.publicKey())).toBe(true)
    }
    const latest = vaultSigner(at(name))
    const error = await rejection(signData({ signer: latest, key }, data))
    expect(error.code).toBe('signer-answer')
    expect(error.message).toContain(`is not a signature by ${key.fingerprint}`)
    const second = await vaultSigner(at(name, { version: 2 })).publicKey()
    expect(sameKeyMaterial(await latest.publicKey(), second)).toBe(true)
    expect(sameKeyMaterial(second, await pinned.publicKey())).toBe(false)

    const third = vaultSigner(at(name, { version: 3 }))
    const missing = await rejection(third.publicKey())
    expect(missing).toMatchObject({ code: 'key-missing', hint: 'its latest is 2' })
    expect((await rejection(third.sign(digest))).code).toBe('key-unusable')

    await bao.write(`transit/keys/${name}/config`, { min_encryption_version: 2 })
    expect((await rejection(pinned.sign(digest))).code).toBe('key-unusable')
    expect(await pinned.describe?.()).toContainEqual({
      name: 'signs',
      value: 'no: min_encryption_version is 2',
    })
    await bao.write(`transit/keys/${name}/config`, { min_decryption_version: 2 })
    expect((await rejection(pinned.publicKey())).code).toBe('key-unusable')
  })

  test('what is said of it: the ways out of the service, and whose the token is', async () => {
    const name = await bao.createKey('release-open', 'ecdsa-p256', {
      exportable: true,
      allow_plaintext_backup: true,
    })
    const facts = await vaultSigner(at(name, { token: bao.token })).describe?.()
    expect(facts).toContainEqual({ name: 'type', value: 'ecdsa-p256' })
    const version = '1 of 1, not pinned: add version= to the key'
    expect(facts).toContainEqual({ name: 'version', value: version })
    const way = (path: string): string =>
      `warning, yes: who may read transit/${path}/${name} gets the private key`
    expect(facts).toContainEqual({ name: 'exportable', value: way('export/signing-key') })
    expect(facts).toContainEqual({ name: 'backup in plain text', value: way('backup') })
    expect(facts).toContainEqual({
      name: 'policies',
      value: 'root (warning: root may do everything)',
    })
    expect(JSON.stringify(facts)).not.toContain(bao.token)

    // The token with few rights may not ask about itself, which is no fault.
    const closed = await bao.createKey('release-closed', 'ecdsa-p256')
    const { seen, fetch } = watch()
    const fewer = await vaultSigner(at(closed, { version: 1, fetch })).describe?.()
    expect(seen).toEqual([`GET transit/keys/${closed}`, 'GET auth/token/lookup-self'])
    expect(fewer).toContainEqual({ name: 'version', value: '1 of 1, pinned' })
    expect(fewer).toContainEqual({ name: 'exportable', value: 'no' })
    expect(fewer?.map(({ name: fact }) => fact)).not.toContain('policies')
  })

  test('in a namespace', async () => {
    await bao.write('sys/namespaces/team')
    await bao.write('sys/mounts/signing/keys', { type: 'transit' }, { namespace: 'team' })
    await bao.write('signing/keys/keys/release', { type: 'ed25519' }, { namespace: 'team' })
    const options = at('release', {
      token: bao.token,
      mount: 'signing/keys',
      namespace: 'team/',
      version: 1,
    })
    const signer = vaultSigner(options)
    expect(signer.id).toBe('hashivault://release?mount=signing/keys&version=1&namespace=team')
    await signData({ signer, key: await publicKeyOf(options) }, data)
    const outside = await rejection(vaultSigner({ ...options, namespace: undefined }).sign(digest))
    expect(outside.code).toBe('key-missing')
  })

  describe('refused', () => {
    beforeAll(async () => {
      await bao.createKey('release-aes', 'aes256-gcm96')
      await bao.createKey('release-derived', 'ed25519', { derived: true })
      await bao.createKey('other', 'ed25519')
      await bao.createKey('release-gone', 'ed25519')
      await bao.write('transit/keys/release-gone/soft-delete', {}, { method: 'DELETE' })
    })

    const root = (more: Partial<VaultOptions> = {}): Partial<VaultOptions> => ({
      token: bao.token,
      ...more,
    })
    test.each([
      ['no such key', 'none', () => root(), 'key-missing', 'no such key'],
      ['no such mount', 'k', () => root({ mount: 'other' }), 'key-missing', 'no Transit engine'],
      ['another engine', 'k', () => root({ mount: 'secret' }), 'key-missing', 'Transit engine'],
      [
        'no such namespace',
        'k',
        () => root({ namespace: 'n' }),
        'key-missing',
        'no such namespace',
      ],
      ['a key that does not sign', 'release-aes', () => ({}), 'key-unusable', 'sign'],
      ['a derived key', 'release-derived', () => ({}), 'key-unusable', 'key'],
      ['a deleted key', 'release-gone', () => ({}), 'key-unusable', 'deleted'],
      ['a key of others', 'other', () => ({}), 'signer-denied', 'refused'],
      ['a token of nobody', 'release-aes', () => ({ token: 'nobody' }), 'signer-denied', 'refused'],
    ] as const)('%s', async (_, name, options, code, said) => {
      const signer = vaultSigner(at(name, options()))
      for (const call of [() => signer.publicKey(), () => signer.sign(digest)]) {
        const error = await rejection(call())
        expect(error.code).toBe(code)
        expect(error.message).toMatch(new RegExp(`^hashivault://${name}.*${said}`))
        expect(error.hint).toBeDefined()
        const { message, hint, stack } = error
        expect(`${message} ${hint} ${stack}`).not.toContain(token)
      }
    })

    test('who has no right is told the rule of a policy that gives it', async () => {
      const signer = vaultSigner(at('other'))
      expect((await rejection(signer.sign(digest))).hint).toContain(
        'path "transit/sign/other/*" { capabilities = ["update"] }',
      )
      expect((await rejection(signer.publicKey())).hint).toContain(
        'path "transit/keys/other" { capabilities = ["read"] }',
      )
    })

    test('an RSA key takes no digest of another hash for its own', async () => {
      const name = await bao.createKey('release-rsa', 'rsa-2048')
      const swapped: typeof fetch = (url, init) =>
        fetch(textOf(url).replace('sha2-256', 'sha2-512'), init)
      const signer = vaultSigner(at(name, { fetch: swapped }))
      expect((await rejection(signer.sign(digest))).code).toBe('key-unusable')
    })
  })

  test('a quota: tried again after the time that the service says, and then said', async () => {
    const name = await bao.createKey('release-quota', 'ed25519')
    await bao.write('sys/quotas/config', { enable_rate_limit_response_headers: true })
    const quota = { rate: 1, interval: '1s', path: 'transit' }
    await bao.write('sys/quotas/rate-limit/few', quota)
    try {
      const once = vaultSigner(at(name, { maxAttempts: 1 }))
      const many = async (): Promise<void> => {
        for (let count = 0; count < 50; count += 1) await once.sign(digest)
      }
      const error = await rejection(many())
      expect(error.code).toBe('signer-unavailable')
      expect(error.message).toMatch(/a quota of Vault is used up \(status 429: .*quota/)

      const { seen, fetch } = watch()
      const patient = vaultSigner(at(name, { fetch, maxAttempts: 20 }))
      let signatures = 0
      while (seen.length === signatures && signatures < 50) {
        await patient.sign(digest)
        signatures += 1
      }
      expect(seen.length).toBeGreaterThan(signatures)
    } finally {
      await bao.write('sys/quotas/rate-limit/few', { ...quota, rate: 10_000 })
    }
  })

  test('sealed: said so at once', async () => {
    const own = await startOpenBao()
    try {
      await own.createKey('release', 'ed25519')
      await own.write('sys/seal')
      const { seen, fetch } = watch()
      const options = { address: own.url, key: 'release', token: own.token, fetch }
      const error = await rejection(vaultSigner(options).sign(digest))
      expect(error.code).toBe('signer-unavailable')
      expect(error.message).toContain('hashivault://release: Vault is sealed (status 503')
      expect(error.hint).toContain('operator unseal')
      expect(seen).toHaveLength(1)
    } finally {
      await own.stop()
    }
  })
})

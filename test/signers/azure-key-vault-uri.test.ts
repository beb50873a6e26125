import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseKeyUri } from '../../src/node/key-uri.ts'
import { openSigner } from '../../src/node/uri.ts'
import { readAzureKeyVaultUri } from '../../src/signers/azure-key-vault-uri.ts'
import { codeOf, errorOf, rejection } from '../support/code-of.ts'
import { startAzureIdentity, type FakeIdentity } from '../support/services/fake-identity.ts'
import {
  azureToken,
  startFakeAzureKeyVault,
  type FakeAzureKeyVault,
} from '../support/services/index.ts'

const version = '0123456789abcdef0123456789abcdef'
const read = (uri: string, allowHttp = false): unknown =>
  readAzureKeyVaultUri(parseKeyUri(uri), { allowHttp })

describe('the name of a key', () => {
  const scope = 'https://vault.azure.net/.default'
  test.each([
    ['azurekms://acme.vault.azure.net', 'https://acme.vault.azure.net', scope],
    ['azurekms://ACME.vault.azure.net', 'https://acme.vault.azure.net', scope],
    ['azurekms://acme', 'https://acme.vault.azure.net', scope],
    [
      'azurekms://acme.managedhsm.azure.net',
      'https://acme.managedhsm.azure.net',
      'https://managedhsm.azure.net/.default',
    ],
    [
      'azurekms://acme.vault.azure.cn',
      'https://acme.vault.azure.cn',
      'https://vault.azure.cn/.default',
    ],
    [
      'azurekms://acme.vault.usgovcloudapi.net',
      'https://acme.vault.usgovcloudapi.net',
      'https://vault.usgovcloudapi.net/.default',
    ],
  ])('%s', (start, vault, expected) => {
    const named = { vault, key: 'release-key', version }
    expect(read(`${start}/release-key/${version}`)).toEqual({ ...named, scope: expected })
  })

  test('on this machine over http, where that is allowed', () => {
    const uri = `azurekms://127.0.0.1:8080/k/${version}`
    expect(read(uri, true)).toMatchObject({ vault: 'http://127.0.0.1:8080' })
    expect(codeOf(() => read(uri))).toBe('usage')
    expect(codeOf(() => read(`azurekms://localhost/k/${version}`))).toBe('usage')
  })

  test.each([
    'azurekms://acme.vault.azure.net.evil.example',
    'azurekms://vault.azure.net',
    'azurekms://a.b.vault.azure.net',
    'azurekms://evil.example',
    'azurekms://acme.vault.azure.net:8443',
    'azurekms://acme-vault.azure.net',
    'azurekms://10.0.0.1',
  ])('%s is no vault: no token goes there', (start) => {
    const { code, hint } = errorOf(() => read(`${start}/k/${version}`, true))
    expect(code).toBe('usage')
    expect(hint).toContain('vault.azure.net')
  })

  test.each([
    `azurekms:acme/k/${version}`,
    `azurekms:///k/${version}`,
    'azurekms://acme',
    'azurekms://acme/',
    `azurekms://acme/k/${version}/`,
    `azurekms://acme/k/${version}/sign`,
    `azurekms://acme/k/${version}?a=b`,
    `azurekms://acme/k%2F/${version}`,
  ])('%s is refused', (uri) => {
    expect(codeOf(() => read(uri))).toBe('usage')
  })

  test.each(['azurekms://acme/k', 'azurekms://acme/k/', 'azurekms://acme/k/latest'])(
    '%s: without a version it may be another key tomorrow',
    (uri) => {
      const { code, hint } = errorOf(() => read(uri))
      expect(code).toBe('usage')
      expect(hint).toContain('az keyvault key show')
    },
  )
})

describe('credentials as Azure’s library finds them', () => {
  const before = { ...process.env }
  let vault: FakeAzureKeyVault
  let identity: FakeIdentity
  beforeAll(async () => {
    ;[vault, identity] = await Promise.all([startFakeAzureKeyVault(), startAzureIdentity()])
    Object.assign(process.env, identity.env)
  })
  afterAll(async () => {
    process.env = before
    await Promise.all([vault.stop(), identity.stop()])
  })
  beforeEach(() => {
    vault.spoil()
    identity.spoil()
  })

  const open = (): ReturnType<typeof openSigner> => {
    const { key, version: made } = vault.createKey('P-256')
    return openSigner(`azurekms://${vault.host}/${key}/${made}`, {
      allowHttp: true,
      timeoutMs: 8000,
    })
  }

  test('that are refused: nothing is sent, nothing of them is told, and they are tried again', async () => {
    identity.spoil(() => ({ status: 400, body: { message: 'hunter2-of-the-app is no good' } }))
    const signer = await open()
    const error = await rejection(signer.publicKey())
    expect(error.code).toBe('signer-denied')
    expect(error.hint).toContain('az login')
    expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain('hunter2')
    expect(vault.calls).toEqual([])
    const first = identity.calls.length
    await rejection(signer.publicKey())
    expect(identity.calls.length).toBeGreaterThan(first)
  })

  // Azure's library keeps a token for the whole process, so this comes after a refusal.
  test('a managed identity: one token for many calls, for the vault alone', async () => {
    const signer = await open()
    expect(identity.calls).toEqual([])
    await Promise.all([signer.publicKey(), signer.publicKey(), signer.describe?.()])
    await signer.createdAt?.()
    const facts = await signer.describe?.()
    expect(facts?.find(({ name }) => name === 'credentials')?.value).toMatch(
      /^application 1{8}-.*, object 6{8}-.*, tenant a{8}-.*unchecked$/,
    )
    expect(identity.calls).toHaveLength(1)
    expect(identity.calls[0]?.query.get('resource')).toBe('https://vault.azure.net')
    expect(vault.calls.map(({ token }) => token)).toEqual(Array(5).fill(azureToken))
  })

  test('where the library is not installed the error says what to install', async () => {
    vi.doMock('@azure/identity', () => {
      throw new Error('not installed')
    })
    const error = await rejection((await open()).publicKey())
    vi.doUnmock('@azure/identity')
    expect(error).toMatchObject({ code: 'package-missing', hint: 'npm install @azure/identity' })
  })
})

describe('a token', () => {
  const soon = (minutes: number): number => Date.now() + minutes * 60_000

  test.each([
    ['is kept while it is good for more than five minutes', 6, 1],
    ['is renewed before it ends', 4, 2],
  ])('%s', async (_, minutes, count) => {
    const getToken = vi.fn(() =>
      Promise.resolve({ token: azureToken, expiresOnTimestamp: soon(minutes) }),
    )
    vi.doMock('@azure/identity', () => ({
      DefaultAzureCredential: class {
        getToken = getToken
      },
    }))
    const vault = await startFakeAzureKeyVault()
    const { key, version: made } = vault.createKey('P-256')
    const signer = await openSigner(`azurekms://${vault.host}/${key}/${made}`, { allowHttp: true })
    await signer.publicKey()
    getToken.mockClear()
    await signer.publicKey()
    await signer.publicKey()
    expect(getToken).toHaveBeenCalledTimes(count === 1 ? 0 : 2)
    vi.doUnmock('@azure/identity')
    await vault.stop()
  })
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseKeyUri } from '../../src/node/key-uri.ts'
import { openSigner } from '../../src/node/uri.ts'
import { utf8 } from '../../src/octets.ts'
import { open, readVaultUri } from '../../src/signers/vault-uri.ts'
import type { OpenContext } from '../../src/signers/uri.ts'
import { codeOf, errorOf, rejection } from '../support/code-of.ts'

const context: OpenContext = {
  passphrase: undefined,
  timeoutMs: 1000,
  workers: undefined,
  env: { VAULT_ADDR: 'https://vault.example:8200', VAULT_TOKEN: 'hunter2' },
  allowHttp: false,
  warn: () => undefined,
  readFile: (path) => Promise.resolve(utf8(`from ${path}`)),
}
const base = { key: 'release', address: 'https://vault.example:8200', token: 'hunter2' }
const read = (uri: string, env = context.env): ReturnType<typeof readVaultUri> =>
  readVaultUri(parseKeyUri(uri), { ...context, env })

describe('the name of a key in Vault', () => {
  test.each([
    ['hashivault://release', base],
    ['hashivault://release/', base],
    ['hashivault://rele%61se', base],
    ['HASHIVAULT://Release_1.2', { ...base, key: 'Release_1.2' }],
    ['hashivault://release?mount=a/b&version=3', { ...base, mount: 'a/b', version: 3 }],
    ['hashivault://release?namespace=team/', { ...base, namespace: 'team/' }],
    ['hashivault://release?address=http://[::1]:82', { ...base, address: 'http://[::1]:82' }],
  ])('%s', (uri, expected) => {
    expect(read(uri)).toEqual(expected)
  })

  test.each([
    'hashivault:release',
    'hashivault:///release',
    'hashivault://',
    'hashivault://release/v1',
    'hashivault://release?version=0',
    'hashivault://release?version=1.5',
    'hashivault://release?version=latest',
    'hashivault://release?version=',
    'hashivault://release?mount=a&mount=b',
    'hashivault://release?Mount=a',
    'hashivault://release?host=vault.example',
  ])('%s is refused', (uri) => {
    expect(codeOf(() => read(uri))).toBe('usage')
  })

  test('in the environment stands what the name leaves open', () => {
    const env = { ...context.env, VAULT_NAMESPACE: 'team' }
    expect(read('hashivault://k', env).namespace).toBe('team')
    expect(read('hashivault://k?namespace=other', env).namespace).toBe('other')
    expect(read('hashivault://k', { ...env, VAULT_NAMESPACE: '' }).namespace).toBeUndefined()
    const { code, hint } = errorOf(() => read('hashivault://k', { VAULT_TOKEN: 'hunter2' }))
    expect([code, hint]).toEqual(['usage', 'set VAULT_ADDR, or add address= to the key'])
  })

  test('without a token: what to do, and no file is looked for', () => {
    const env = { VAULT_ADDR: 'https://vault.example', HOME: '/home/me' }
    const error = errorOf(() => read('hashivault://k', env))
    expect(error.code).toBe('signer-denied')
    expect(error.hint).toContain('token-file=')
  })

  test('a token file comes before the environment, and is read each time', async () => {
    const { token } = read('hashivault://k?token-file=/run/t')
    expect(typeof token === 'function' && (await token())).toBe('from /run/t')
  })
})

describe('opened', () => {
  test.each([
    ['hashivault://-k', 'name of the key'],
    ['hashivault://a%2Fb', 'name of the key'],
    ['hashivault://k?mount=..', 'mount'],
    ['hashivault://k?mount=../sys', 'mount'],
    ['hashivault://k?mount=a//b', 'mount'],
    ['hashivault://k?mount=a%3Fb', 'mount'],
    ['hashivault://k?namespace=a%0Ab', 'namespace'],
    ['hashivault://k?namespace=/', 'namespace'],
    ['hashivault://k?address=vault.example', 'address'],
    ['hashivault://k?address=http://vault.example', 'address'],
    ['hashivault://k?address=http://127.0.0.1.example', 'address'],
    ['hashivault://k?address=unix:///run/vault', 'address'],
    ['hashivault://k?address=https://u:hunter3@vault.example', 'address'],
    ['hashivault://k?address=https://vault.example?a=b', 'address'],
    ['hashivault://k?address=https://vault.example/%23', undefined],
    ['hashivault://k?address=http://localhost:8200', undefined],
  ])('%s: %s', async (uri, what) => {
    const opening = Promise.resolve().then(() => open(parseKeyUri(uri), context))
    if (what === undefined) {
      expect((await opening).id).toBe('hashivault://k')
      return
    }
    const error = await rejection(opening)
    expect(error.code).toBe('usage')
    expect(error.message).toContain(what)
    expect(`${error.message} ${error.hint}`).not.toContain('hunter')
  })

  describe('by its name', () => {
    let directory = ''
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'lh-vault-'))
      await writeFile(join(directory, 'token'), 'two words\n')
    })
    afterAll(() => rm(directory, { recursive: true }))

    test.each([
      ['token', 'signer-denied', 'no token of Vault'],
      ['none', 'input-missing', 'token file'],
    ])('a token file that is no good is told at the first call: %s', async (name, code, said) => {
      const address = 'address=http://127.0.0.1:2'
      const uri = `hashivault://k?${address}&token-file=${join(directory, name)}`
      const signer = await openSigner(uri)
      const error = await rejection(signer.publicKey())
      expect(error.code).toBe(code)
      expect(error.message).toContain(said)
      expect(error.message).not.toContain('two words')
    })
  })
})

import { describe, expect, test } from 'vitest'
import { readVaultPlace } from '../../src/signers/vault-place.ts'
import { codeOf } from '../support/code-of.ts'

const given = { address: 'https://vault.example:8200/', key: 'release' }

describe('where a key is', () => {
  test('with what is not as by default in its id', () => {
    expect(readVaultPlace(given)).toEqual({
      id: 'hashivault://release',
      host: 'vault.example:8200',
      url: 'https://vault.example:8200',
      key: 'release',
      mount: 'transit',
      version: undefined,
      namespace: undefined,
    })
    const more = { mount: 'team/keys/', version: 3, namespace: 'a/b/' }
    const address = 'https://proxy.example/vault/'
    expect(readVaultPlace({ ...given, ...more, address })).toMatchObject({
      id: 'hashivault://release?mount=team/keys&version=3&namespace=a/b',
      url: 'https://proxy.example/vault',
      mount: 'team/keys',
      namespace: 'a/b',
    })
  })

  test.each([
    { key: '' },
    { key: '.' },
    { key: 'a/b' },
    { key: 'a?b' },
    { key: 'a%2Fb' },
    { mount: '' },
    { mount: '/a' },
    { mount: 'a/../sys' },
    { mount: 'a b' },
    { namespace: '' },
    { namespace: 'a\r\nx-vault-token: b' },
    { version: 0 },
    { version: 1.5 },
    { version: NaN },
    { address: '' },
    { address: 'ftp://vault.example' },
    { address: 'http://10.0.0.1' },
    { address: 'https://vault.example/#' + 'x' },
  ])('not %j', (wrong) => {
    expect(codeOf(() => readVaultPlace({ ...given, ...wrong }))).toBe('usage')
  })
})

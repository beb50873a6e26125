import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tokenHolder } from '../../src/signers/azure-token.ts'
import { azureTokenFor } from '../support/services/index.ts'

const unchecked = '; the token says so, unchecked'

describe('whom a token is for', () => {
  test.each([
    [
      { upn: 'alice@acme.example', unique_name: 'alice', tid: 't' },
      'user alice@acme.example, tenant t',
    ],
    [{ appid: 'a', azp: 'b', oid: 'o', tid: 't' }, 'application a, object o, tenant t'],
    [{ azp: 'b' }, 'application b'],
    [
      { xms_mirid: '/subscriptions/s/userAssignedIdentities/release', oid: 'o' },
      'managed identity /subscriptions/s/userAssignedIdentities/release, object o',
    ],
    [{ upn: 7, oid: 'o' }, 'object o'],
    [{ upn: 'a\u001b[31m\nb' }, 'user a [31m b'],
  ])('%j', (claims, expected) => {
    expect(tokenHolder(azureTokenFor(claims))).toBe(`${expected}${unchecked}`)
  })

  test.each([
    ['has no claims of that kind', azureTokenFor({ aud: 'https://vault.azure.net' })],
    ['is no JWT', 'opaque'],
    ['has a payload that is no base64url', 'eyJ0.a=b.c'],
    ['has a payload that is no object', `eyJ0.${Buffer.from('[1]').toString('base64url')}.c`],
  ])('%s: nobody is named', (_, token) => {
    expect(tokenHolder(token)).toBeUndefined()
  })

  test('whatever it is, it is read without a failure, and neither it nor its signature is told', () => {
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), (noise, claims) => {
        expect(tokenHolder(noise) ?? '').not.toContain('hunter2')
        expect(tokenHolder(azureTokenFor(claims as never)) ?? '').not.toContain('hunter2')
      }),
    )
  })
})

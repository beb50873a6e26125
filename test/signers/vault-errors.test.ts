import { describe, expect, test } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { vaultError } from '../../src/signers/vault-errors.ts'
import { failure } from '../../src/signers/vault-failure.ts'
import { readVaultPlace } from '../../src/signers/vault-place.ts'

const place = readVaultPlace({
  address: 'https://vault.example',
  key: 'release',
  mount: 'keys',
  namespace: 'team',
})
const sign = { method: 'POST', path: 'keys/sign/release/sha2-256' } as const

/** Statuses, what stands in `errors`, and the code and some words that follow. */
test.each([
  [0, 'ECONNREFUSED', 'signer-unavailable', 'vault.example could not be reached'],
  [0, 'CERT_HAS_EXPIRED', 'signer-unavailable', 'certificate of vault.example is not trusted'],
  [0, 'ERR_TLS_CERT_ALTNAME_INVALID', 'signer-unavailable', 'is not trusted'],
  [0, 'SELF_SIGNED_CERT_IN_CHAIN', 'signer-unavailable', 'is not trusted'],
  [0, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'signer-unavailable', 'is not trusted'],
  [0, 'ERR_SSL_WRONG_VERSION_NUMBER', 'signer-unavailable', 'no TLS with vault.example'],
  [0, 'EPROTO', 'signer-unavailable', 'no TLS with vault.example'],
  [200, 'no answer of Vault', 'signer-answer', 'something else than was asked for'],
  [202, '', 'signer-answer', 'something else than was asked for'],
  [307, '', 'signer-unavailable', 'a redirect'],
  [400, 'signing key not found', 'key-missing', 'no such key in keys in the namespace team'],
  [400, 'key type hmac does not support signing', 'key-unusable', 'cannot make this signature'],
  [400, 'missing client token', 'signer-denied', 'refused'],
  [401, '', 'signer-denied', 'refused'],
  [403, 'permission denied', 'signer-denied', 'refused'],
  [404, '', 'key-missing', 'no such key'],
  [404, 'no handler for route "keys/…"', 'key-missing', 'no Transit engine is mounted at keys'],
  [404, 'namespace not found', 'key-missing', 'no such namespace'],
  [404, 'no answer of Vault', 'key-missing', 'no Transit engine'],
  [405, 'unsupported operation', 'key-missing', 'no Transit engine'],
  [412, 'required index state not present', 'signer-unavailable', 'Vault failed'],
  [429, 'rate limit quota exceeded', 'signer-unavailable', 'a quota'],
  [472, '', 'signer-unavailable', 'stands by'],
  [473, '', 'signer-unavailable', 'stands by'],
  [500, 'requested version for signing is higher than', 'key-unusable', 'that version'],
  [500, 'crypto/rsa: input must be hashed message', 'key-unusable', 'no such digest'],
  [500, "missing 'context' for key derivation", 'key-unusable', 'cannot make'],
  [500, 'context deadline exceeded', 'signer-unavailable', 'Vault failed'],
  [500, 'refusing to use soft-deleted key', 'key-unusable', 'has been deleted'],
  [503, 'Vault is sealed', 'signer-unavailable', 'Vault is sealed'],
  [503, 'no leader', 'signer-unavailable', 'Vault failed'],
] as const)('%i %s: %s', (status, said, code, words) => {
  const error = vaultError(failure(status, said), sign, place)
  expect(error).toMatchObject({ code })
  expect(error.message).toMatch(/^hashivault:\/\/release\?mount=keys&namespace=team: /)
  expect(error.message).toContain(words)
  expect(error.message).toContain(status === 0 ? said : `status ${status}`)
  expect(error.hint).not.toBe('')
})

test.each([
  ['CERT_HAS_EXPIRED', 'not valid now'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'another host'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
])('what helps against %s', (said, hint) => {
  expect(vaultError(failure(0, said), sign, place).hint).toContain(hint)
})

describe('who is refused', () => {
  test.each([
    [sign, 'path "keys/sign/release/*" { capabilities = ["update"] }'],
    [
      { method: 'GET', path: 'keys/keys/release' } as const,
      'path "keys/keys/release" { capabilities = ["read"] }',
    ],
  ])('is told the rule that is missing', (request, rule) => {
    const error = vaultError(failure(403, 'permission denied'), request, place)
    const hint = `the token has to be valid in the namespace team, and to have: ${rule}`
    expect(error).toMatchObject({ code: 'signer-denied', hint })
  })
})

test('what Vault says is one line of ours, without its frame', () => {
  const said = `1 error occurred:\n\t* \u001b[31mpermission denied\u202e\n\n${'x'.repeat(500)}`
  const { message } = vaultError(failure(403, said), sign, place)
  expect(message).toMatch(/\(status 403: \[31mpermission denied x+…\)$/)
  expect(message.length).toBeLessThan(260)
})

test('our own errors pass, and what nobody foresaw is not repeated', () => {
  const own = new OpenPGPError('aborted', 'ended')
  expect(vaultError(own, sign, place)).toBe(own)
  const error = vaultError(new Error('hunter2'), sign, place)
  expect(error).toMatchObject({ code: 'signer-unavailable' })
  expect(error.message).not.toContain('hunter2')
})

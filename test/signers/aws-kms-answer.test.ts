import { describe, expect, test } from 'vitest'
import { requireKey, requireUse } from '../../src/signers/aws-kms-answer.ts'
import { codeOf, errorOf } from '../support/code-of.ts'

const uuid = '1234abcd-12ab-34cd-56ef-1234567890ab'
const other = '9999abcd-12ab-34cd-56ef-1234567890ab'
const arn = (id: string, region = 'eu-west-2'): string =>
  `arn:aws:kms:${region}:111122223333:key/${id}`

describe('the key of an answer', () => {
  test.each([
    [uuid, arn(uuid)],
    [arn(uuid), arn(uuid)],
    ['mrk-1234', arn('mrk-1234')],
    ['alias/release', arn(uuid)],
    ['arn:aws:kms:eu-west-2:111122223333:alias/release', arn(uuid)],
  ])('%s may be answered by %s', (keyId, answered) => {
    expect(() => requireKey(answered, keyId, 'k')).not.toThrow()
  })

  test.each([
    [uuid, arn(other)],
    [uuid, arn(`x${uuid}`)],
    [arn(uuid), arn(other)],
    [arn(uuid), arn(uuid, 'us-east-1')],
    [arn(uuid), uuid],
    [uuid, ''],
    [uuid, undefined],
    ['alias/release', undefined],
  ])('%s must not be answered by %s', (keyId, answered) => {
    expect(codeOf(() => requireKey(answered, keyId, 'k'))).toBe('signer-answer')
  })

  test('what was answered is named on one line', () => {
    const { message } = errorOf(() => requireKey('evil\nkey', uuid, 'k'))
    expect(message).toBe('k: AWS KMS answered for another key, evil key')
  })
})

describe('the use of a key', () => {
  const specs = ['P256', 'P384', 'P521', 'EDWARDS25519'].map((name) => `ECC_NIST_${name}`)
  test.each(['RSA_2048', 'RSA_3072', 'RSA_4096', ...specs])('%s for signing', (KeySpec) => {
    expect(() => requireUse({ KeyUsage: 'SIGN_VERIFY', KeySpec }, 'k')).not.toThrow()
  })

  test.each([
    [{ KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'RSA_4096' }, 'key-unusable'],
    [{ KeySpec: 'RSA_4096' }, 'key-unusable'],
    [{ KeyUsage: 'KEY_AGREEMENT', KeySpec: 'ECC_NIST_P256' }, 'key-unusable'],
    [{ KeyUsage: 'SIGN_VERIFY', KeySpec: 'ECC_SECG_P256K1' }, 'unsupported'],
    [{ KeyUsage: 'SIGN_VERIFY', KeySpec: 'ML_DSA_65' }, 'unsupported'],
    [{ KeyUsage: 'SIGN_VERIFY' }, 'unsupported'],
  ])('%o is %s', (key, code) => {
    expect(codeOf(() => requireUse(key, 'k'))).toBe(code)
  })
})

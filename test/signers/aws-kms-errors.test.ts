import { describe, expect, test } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { kmsError } from '../../src/signers/aws-kms-errors.ts'

const id = 'awskms:///alias/release'
const named = (name: string, message = 'text', status = 400): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } })

describe('codes', () => {
  test.each([
    ['NotFoundException', 'key-missing'],
    ['DisabledException', 'key-unusable'],
    ['KMSInvalidStateException', 'key-unusable'],
    ['InvalidKeyUsageException', 'key-unusable'],
    ['ValidationException', 'usage'],
    ['AccessDeniedException', 'signer-denied'],
    ['UnrecognizedClientException', 'signer-denied'],
    ['ExpiredTokenException', 'signer-denied'],
    ['InvalidSignatureException', 'signer-denied'],
    ['CredentialsProviderError', 'signer-denied'],
    ['ThrottlingException', 'signer-unavailable'],
    ['KMSInternalException', 'signer-unavailable'],
    ['KeyUnavailableException', 'signer-unavailable'],
    ['TimeoutError', 'signer-unavailable'],
    ['constructor', 'signer-unavailable'],
  ])('%s is %s', (name, code) => {
    const error = kmsError(named(name), 'Sign', id)
    expect(error.code).toBe(code)
    expect(error.message).toContain(id)
    expect(error.message).toContain(name)
  })

  test('a status of 401 or 403 is a refusal, whatever its name', () => {
    expect(kmsError(named('Whatever', 'x', 403), 'Sign', id).code).toBe('signer-denied')
    expect(kmsError(named('Whatever', 'x', 401), 'Sign', id).code).toBe('signer-denied')
    expect(kmsError(named('Whatever', 'x', 500), 'Sign', id).code).toBe('signer-unavailable')
  })

  test('a system error is named by its code', () => {
    const error = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    const { code, message } = kmsError(error, 'Sign', id)
    expect(code).toBe('signer-unavailable')
    expect(message).toContain('ECONNREFUSED')
  })

  test('credentials that could not be had: nobody refused', () => {
    const code = 'ENOENT'
    const noToken = Object.assign(new Error("ENOENT: no such file, open '/token'"), { code })
    for (const thrown of [noToken, named('CredentialsProviderError')]) {
      const error = kmsError(thrown, 'Sign', id)
      expect(error.code).toBe('signer-denied')
      expect(error.message).toContain(`${id}: no AWS credentials could be had (`)
      expect(error.hint).toContain('kms:Sign')
    }
    expect(kmsError(noToken, 'Sign', id).message).toMatch(
      /\(ENOENT: no such file, open '\/token'\)$/,
    )
  })

  test('what is no Error at all', () => {
    expect(kmsError(undefined, 'Sign', id).code).toBe('signer-unavailable')
  })

  test('our own errors pass', () => {
    const own = new OpenPGPError('signer-timeout', 'late')
    expect(kmsError(own, 'Sign', id)).toBe(own)
  })

  test.each([
    ['none', 'Region is missing'],
    // As the SDK says it where AWS_REGION is there and empty.
    ['an empty one', 'Region not accepted: region="" is not a valid hostname component.'],
  ])('a missing region is a mistake of the caller: %s', (_, message) => {
    const error = kmsError(new Error(message), 'Sign', id)
    expect(error.code).toBe('usage')
    expect(error.message).toBe(`${id}: no AWS region is known`)
    expect(error.hint).toContain('AWS_REGION')
  })
})

test.each(['Sign', 'GetPublicKey', 'DescribeKey'] as const)('the hint names kms:%s', (action) => {
  expect(kmsError(named('AccessDeniedException'), action, id).hint).toContain(`kms:${action} `)
})

test.each([
  ['DisabledException', 'enable-key'],
  ['KMSInvalidStateException', 'cancel-key-deletion'],
  ['InvalidKeyUsageException', 'SIGN_VERIFY'],
  ['UnsupportedOperationException', 'SIGN_VERIFY'],
  ['NotFoundException', 'region'],
])('the remedy for %s names %s', (name, remedy) => {
  expect(kmsError(named(name), 'Sign', id).hint).toContain(remedy)
})

test('a fetch that failed is named by what it failed of', () => {
  const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  const { code, message } = kmsError(new TypeError('fetch failed', { cause }), 'Sign', id)
  expect(code).toBe('signer-unavailable')
  expect(message).toContain('(ECONNREFUSED: connect)')
})

test("the service's text is one short line", () => {
  const { message } = kmsError(
    named('NotFoundException', `a\n\u001b[2Jb${'c'.repeat(9999)}`),
    'Sign',
    id,
  )
  expect(message).not.toMatch(/\p{Cc}/u)
  expect(message.length).toBeLessThan(300)
})

test('of a wrong request signature nothing is repeated: the session token is in it', () => {
  const text = 'does not match. Canonical: x-amz-security-token:SECRET'
  const error = kmsError(named('InvalidSignatureException', text, 403), 'Sign', id)
  expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain('SECRET')
})

import { describe, expect, test } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { endsSession, pkcs11Error, returnValue } from '../../src/signers/pkcs11-errors.ts'

/** As the package throws them: taken apart, or not. */
const thrown = (message: string, code?: number): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code })

describe('the name of a return value', () => {
  test.each([
    [thrown('CKR_PIN_INCORRECT', 160), 'CKR_PIN_INCORRECT'],
    [thrown('CKR_PIN_INCORRECT:160'), 'CKR_PIN_INCORRECT'],
    [thrown('CKR_VENDOR_DEFINED:2147483649'), 'CKR_VENDOR_DEFINED 0x80000001'],
    [thrown('CKR_VENDOR_DEFINED', 512), 'CKR_VENDOR_DEFINED 0x200'],
    [thrown('something else'), undefined],
    [new OpenPGPError('usage', 'CKR_PIN_INCORRECT'), undefined],
    ['CKR_PIN_INCORRECT', undefined],
  ])('%o', (value, name) => {
    expect(returnValue(value)).toBe(name)
  })
})

describe('errors', () => {
  test.each([
    ['CKR_PIN_INCORRECT', 'signer-denied'],
    ['CKR_PIN_INVALID', 'signer-denied'],
    ['CKR_PIN_LEN_RANGE', 'signer-denied'],
    ['CKR_PIN_LOCKED', 'signer-denied'],
    ['CKR_PIN_EXPIRED', 'signer-denied'],
    ['CKR_USER_PIN_NOT_INITIALIZED', 'signer-denied'],
    ['CKR_USER_NOT_LOGGED_IN', 'signer-denied'],
    ['CKR_TOKEN_NOT_PRESENT', 'signer-unavailable'],
    ['CKR_DEVICE_REMOVED', 'signer-unavailable'],
    ['CKR_SESSION_COUNT', 'signer-unavailable'],
    ['CKR_SESSION_HANDLE_INVALID', 'signer-unavailable'],
    ['CKR_DEVICE_ERROR', 'signer-unavailable'],
    ['CKR_GENERAL_ERROR', 'signer-unavailable'],
    ['CKR_KEY_HANDLE_INVALID', 'key-missing'],
    ['CKR_KEY_FUNCTION_NOT_PERMITTED', 'key-unusable'],
    ['CKR_MECHANISM_INVALID', 'key-unusable'],
    ['CKR_DATA_LEN_RANGE', 'usage'],
    ['CKR_BUFFER_TOO_SMALL', 'signer-answer'],
    ['CKR_CANT_LOCK', 'unsupported'],
  ])('%s: %s, and its name is told', (name, code) => {
    const cause = thrown(name, 1)
    const error = pkcs11Error(cause, 'pkcs11:token=t')
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^pkcs11:token=t: /)
    expect(error.message).toContain(`(${name})`)
    expect(error.cause).toBe(cause)
  })

  test('ours pass through, and what is no return value is one line', () => {
    const ours = new OpenPGPError('usage', 'x')
    expect(pkcs11Error(ours, 'id')).toBe(ours)
    const { code, message } = pkcs11Error(new TypeError('Argument 1\nis wrong\u202e'), 'id')
    expect(code).toBe('signer-unavailable')
    expect(message).toBe('id: the PKCS#11 module failed (Argument 1 is wrong)')
    expect(pkcs11Error('nothing', 'id').message).toBe('id: the PKCS#11 module failed ()')
  })
})

test('a new session is worth a try when the old is lost, never after a PIN was refused', () => {
  expect(endsSession(thrown('CKR_SESSION_CLOSED'))).toBe(true)
  expect(endsSession(thrown('CKR_DEVICE_REMOVED:50'))).toBe(true)
  for (const name of ['CKR_PIN_INCORRECT', 'CKR_PIN_LOCKED', 'CKR_GENERAL_ERROR', 'other']) {
    expect(endsSession(thrown(name)), name).toBe(false)
  }
})

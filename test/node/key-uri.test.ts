import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOpenPGPError } from '../../src/errors.ts'
import { keyFileOf, parseKeyUri } from '../../src/node/key-uri.ts'
import { codeOf, errorOf } from '../support/code-of.ts'

const arn = 'arn:aws:kms:eu-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'

describe('files', () => {
  test.each([
    ['release.pem', 'release.pem'],
    ['./keys:v1.pem', './keys:v1.pem'],
    ['/etc/keys/a b.pem', '/etc/keys/a b.pem'],
    ['100%25.pem', '100%25.pem'],
    ['a?b#c.pem', 'a?b#c.pem'],
    ['C:\\keys\\release.pem', 'C:\\keys\\release.pem'],
    ['c:/keys/release.pem', 'c:/keys/release.pem'],
    ['file:release.pem', 'release.pem'],
    ['FILE:release.pem', 'release.pem'],
    ['file:../a%20b.pem', '../a b.pem'],
    ['file:100%25.pem', '100%.pem'],
    ['file:a%3Fb%23c.pem', 'a?b#c.pem'],
    ['file:/etc/release.pem', '/etc/release.pem'],
    ['file:///etc/release.pem', '/etc/release.pem'],
    ['file://localhost/etc/release.pem', '/etc/release.pem'],
    ['file:///C:/keys/release.pem', 'C:/keys/release.pem'],
    ['file:C:/keys/release.pem', 'C:/keys/release.pem'],
    ['file:m%C3%BCller.pem', 'müller.pem'],
  ])('%s', (uri, path) => {
    expect(parseKeyUri(uri)).toEqual({ scheme: 'file', path })
    expect(keyFileOf(uri)).toBe(path)
  })

  test.each([
    '',
    'a\0b',
    'file:',
    'file:%00',
    'file:%zz',
    'file:%FF',
    'file://host/etc/release.pem',
    'file:release.pem?mode=600',
    'file:release.pem#1',
  ])('%j is refused', (uri) => {
    expect(codeOf(() => parseKeyUri(uri))).toBe('usage')
  })
})

describe('AWS KMS', () => {
  test.each([
    ['awskms:///alias/acme-release-v1', { keyId: 'alias/acme-release-v1' }],
    [
      'awskms:///alias/acme-release-v1?region=eu-west-2',
      { keyId: 'alias/acme-release-v1', region: 'eu-west-2' },
    ],
    ['awskms:///1234abcd-12ab', { keyId: '1234abcd-12ab' }],
    ['awskms:///mrk-1234?profile=a%20b', { keyId: 'mrk-1234', profile: 'a b' }],
    [`awskms:///${arn}`, { keyId: arn, region: 'eu-west-2' }],
    [`awskms:///${arn}?region=eu-west-2`, { keyId: arn, region: 'eu-west-2' }],
    [
      'awskms:///arn:aws-us-gov:kms:us-gov-east-1:111122223333:alias/a/b',
      { keyId: 'arn:aws-us-gov:kms:us-gov-east-1:111122223333:alias/a/b', region: 'us-gov-east-1' },
    ],
    ['awskms://localhost:4566/alias/a', { keyId: 'alias/a', endpoint: 'http://localhost:4566' }],
    ['awskms://127.0.0.1:80/k', { keyId: 'k', endpoint: 'http://127.0.0.1:80' }],
    ['awskms://127.9.9.9/k', { keyId: 'k', endpoint: 'http://127.9.9.9' }],
    ['awskms://[::1]:4566/k', { keyId: 'k', endpoint: 'http://[::1]:4566' }],
    ['awskms://kms.example.org/k', { keyId: 'k', endpoint: 'https://kms.example.org' }],
    ['awskms://10.0.0.1:4566/k', { keyId: 'k', endpoint: 'https://10.0.0.1:4566' }],
    ['awskms://127.0.0.1.example/k', { keyId: 'k', endpoint: 'https://127.0.0.1.example' }],
    ['awskms://localhost.example/k', { keyId: 'k', endpoint: 'https://localhost.example' }],
    ['AWSKMS:///k', { keyId: 'k' }],
  ])('%s', (uri, expected) => {
    expect(parseKeyUri(uri)).toEqual({ scheme: 'awskms', ...expected })
    expect(keyFileOf(uri)).toBeUndefined()
  })

  test.each([
    'awskms:alias/a',
    'awskms:/alias/a',
    'awskms://alias',
    'awskms:///',
    'awskms:///alias/',
    'awskms:///a/b',
    'awskms:///a%2Fb',
    'awskms:///a b',
    'awskms:///k#1',
    'awskms:///arn:aws:kms:eu-west-2:1:key/a',
    'awskms:///arn:aws:s3:eu-west-2:111122223333:key/a',
    `awskms:///${arn}?region=us-east-1`,
    'awskms:///k?region=',
    'awskms:///k?region=a&region=b',
    'awskms:///k?region=evil.example%2F',
    'awskms://host:0/k',
    'awskms://host:65536/k',
    'awskms://ho%41st/k',
    'awskms://a:b:c/k',
    'awskms:///k?Region=a',
  ])('%s is refused', (uri) => {
    expect(codeOf(() => parseKeyUri(uri))).toBe('usage')
  })

  test('an unknown parameter: the known ones are listed', () => {
    const { code, hint } = errorOf(() => parseKeyUri('awskms:///k?regoin=x'))
    expect(code).toBe('usage')
    expect(hint).toBe('known are region, profile')
  })
})

describe('secrets', () => {
  test.each([
    'awskms://AKIA:hunter2@host/k',
    'awskms://hunter2@host/k',
    'awskms:///k?aws_secret_access_key=hunter2',
    'awskms:///k?region=r&AWS_SECRET_ACCESS_KEY=hunter2',
    'awskms:///k?aws_access_key_id=hunter2',
    'awskms:///k?session_token=hunter2',
    'awskms:///k?pass%77ord=hunter2',
    'file:release.pem?passphrase=hunter2',
    'pkcs11:token=t;object=o?pin-value=hunter2',
    'pkcs11:token=t?module-name=m&pin=hunter2',
    'hashivault://root:hunter2@host/key',
    'other:key?secret=hunter2',
    '-----BEGIN PRIVATE KEY-----\nhunter2',
    'file:-----BEGIN PRIVATE KEY-----hunter2',
  ])('%j is refused, and not repeated', (uri) => {
    const error = errorOf(() => parseKeyUri(uri))
    expect(error.code).toBe('key-secret')
    expect(`${error.message} ${error.hint}`).not.toContain('hunter2')
  })

  test('the name of the parameter is told', () => {
    expect(errorOf(() => parseKeyUri('pkcs11:?pin-value=1')).message).toBe(
      'the pkcs11: key has pin-value in it',
    )
  })

  test('a file that holds the PIN is no secret', () => {
    expect(codeOf(() => parseKeyUri('pkcs11:object=o?pin-source=/run/pin'))).toBe('unsupported')
  })
})

describe('other schemes', () => {
  test.each(['pkcs11:object=o', 'hashivault://k', 'gcpkms://k', 'azurekms://h/k', 'exec:sign'])(
    '%s is unsupported, and what is supported is told',
    (uri) => {
      const error = errorOf(() => parseKeyUri(uri))
      expect(error.code).toBe('unsupported')
      expect(error.hint).toContain('awskms:///KEY')
    },
  )

  test.each(['s3://bucket/key', 'awskm:///k', 'keys:v1.pem', 'https://h/k'])('%s', (uri) => {
    const error = errorOf(() => parseKeyUri(uri))
    expect(error.code).toBe('usage')
    expect(error.hint).toContain('./NAME')
  })
})

test('whatever comes: a key, or an error of ours that repeats no more than the scheme', () => {
  const start = fc.constantFrom('awskms://', 'awskms:///', 'file:', 'pkcs11:', '')
  fc.assert(
    fc.property(start, fc.string(), (scheme, rest) => {
      try {
        parseKeyUri(`${scheme}${rest}`)
      } catch (error) {
        if (!isOpenPGPError(error)) throw error
        if (rest.length > 12) expect(error.message).not.toContain(rest)
      }
    }),
  )
})

import { describe, expect, test } from 'vitest'
import { parseKeyUri } from '../../src/node/key-uri.ts'
import { readAwsKmsUri } from '../../src/signers/aws-kms-uri.ts'
import { codeOf, errorOf } from '../support/code-of.ts'

const arn = 'arn:aws:kms:eu-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'

describe('the name of a key in AWS KMS', () => {
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
    expect(readAwsKmsUri(parseKeyUri(uri))).toEqual(expected)
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
    expect(codeOf(() => readAwsKmsUri(parseKeyUri(uri)))).toBe('usage')
  })

  test('an unknown parameter: the known ones are listed', () => {
    const { code, hint } = errorOf(() => readAwsKmsUri(parseKeyUri('awskms:///k?regoin=x')))
    expect(code).toBe('usage')
    expect(hint).toBe('known are region, profile')
  })
})

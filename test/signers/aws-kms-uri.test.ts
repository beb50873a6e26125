import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseKeyUri } from '../../src/node/key-uri.ts'
import { openSigner } from '../../src/node/uri.ts'
import { readAwsKmsUri } from '../../src/signers/aws-kms-uri.ts'
import { runMain } from '../support/cli/in-process.ts'
import { codeOf, errorOf, rejection } from '../support/code-of.ts'
import {
  region,
  rootCredentials,
  startAnsweringServer,
  useAwsEnvironment,
  type AnsweringServer,
} from '../support/services/index.ts'

useAwsEnvironment({ ...rootCredentials })

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
    'awskms://alias/a',
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

describe('a signer opened by its name', () => {
  let server: AnsweringServer
  let key = ''
  beforeAll(async () => {
    const date = new Date(Date.now() - 20 * 60_000).toUTCString()
    const body = { __type: 'KMSInternalException', message: 'no' }
    server = await startAnsweringServer(() => ({ status: 500, headers: { date }, body }))
    key = `awskms://${server.host}/k?region=${region}`
  })
  afterAll(() => server.stop())

  test('heeds AWS_MAX_ATTEMPTS', async () => {
    const before = server.requests.length
    const signer = await openSigner(key, { env: { AWS_MAX_ATTEMPTS: '2' } })
    expect((await rejection(signer.publicKey())).code).toBe('signer-unavailable')
    expect(server.requests.length - before).toBe(2)
    await signer.close?.()
  })

  test.each(['0', 'x', '1.5', '-1', '100'])('AWS_MAX_ATTEMPTS=%s is refused', async (text) => {
    const error = await rejection(openSigner(key, { env: { AWS_MAX_ATTEMPTS: text } }))
    expect(error.code).toBe('usage')
    expect(error.message).toContain('AWS_MAX_ATTEMPTS')
  })

  test('says on the command line that a clock is off, once', async () => {
    const user = ['--name', 'A', '--email', 'a@longhand.example', '-o', '-']
    const { stderr } = await runMain(['keys', 'mint', '--key', key, ...user], {
      env: { AWS_MAX_ATTEMPTS: '1' },
    })
    expect(stderr).toMatch(
      /^warning: AWS KMS says that it is \S+Z, this machine \S+Z: set its clock, signatures carry its time\nerror: /,
    )
  })
})

/** What is of the signer by fetch alone; what it does as the one by the SDK is tested with it. */

import { afterEach, describe, expect, test, vi } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { awsKmsFetchSigner, type AwsKmsFetchOptions } from '../../src/signers/aws-kms-fetch.ts'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { codeOf, errorOf, rejection } from '../support/code-of.ts'
import { region, startAnsweringServer, type AnsweringServer } from '../support/services/index.ts'

const digest: Digest = { algorithm: 'SHA-256', octets: new Uint8Array(32) }
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
const arn = `arn:aws:kms:${region}:111122223333:key/${keyId}`
const credentials = {
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: 'hunter2-secret',
  sessionToken: 'hunter2-token',
}
const good = { body: { KeyId: arn, Signature: 'AAAA' } }

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function answering(
  ...answer: Parameters<typeof startAnsweringServer>
): Promise<AnsweringServer> {
  const server = await startAnsweringServer(...answer)
  ends.push(server.stop)
  return server
}

const signerAt = (
  { url: endpoint }: Pick<AnsweringServer, 'url'>,
  options: Partial<AwsKmsFetchOptions> = {},
): RemoteSigner => awsKmsFetchSigner({ keyId, region, endpoint, credentials, ...options })

describe('credentials', () => {
  test('sign the request, and the secret does not travel', async () => {
    const server = await answering(() => good)
    await signerAt(server).sign(digest)
    const headers = server.requests[0]?.headers
    expect(headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.Sign',
      'x-amz-security-token': 'hunter2-token',
    })
    const scope = `AKIAEXAMPLE/\\d{8}/${region}/kms/aws4_request`
    const names = 'host;x-amz-date;x-amz-security-token;x-amz-target'
    expect(headers?.authorization).toMatch(
      new RegExp(
        `^AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${names}, Signature=\\w{64}$`,
      ),
    )
    expect(JSON.stringify(headers)).not.toContain('hunter2-secret')
  })

  test('by a function are asked for at each try, so that they can be renewed', async () => {
    const server = await answering((_, count) => (count === 2 ? { status: 500, body: '' } : good))
    let asked = 0
    const signer = signerAt(server, {
      credentials: () => Promise.resolve({ ...credentials, accessKeyId: `AKIA${++asked}` }),
    })
    await signer.sign(digest)
    await signer.sign(digest)
    const ids = server.requests.map(
      ({ headers }) => /AKIA\d/.exec(headers.authorization ?? '')?.[0],
    )
    expect(ids).toEqual(['AKIA1', 'AKIA2', 'AKIA3'])
  })

  test('that cannot be had: nothing is sent, and what the function said is not repeated', async () => {
    const server = await answering(() => good)
    const provider = (): Promise<never> => Promise.reject(new Error('hunter2 from the vault'))
    const error = await rejection(signerAt(server, { credentials: provider }).sign(digest))
    expect(error.code).toBe('signer-denied')
    expect(`${error.message} ${error.hint}`).not.toContain('hunter2')
    expect(server.requests).toEqual([])
  })

  test('an error of our own passes', async () => {
    const own = new OpenPGPError('signer-unavailable', 'the vault is sealed')
    const signer = signerAt(
      { url: 'http://127.0.0.1:1' },
      { credentials: () => Promise.reject(own) },
    )
    expect(await rejection(signer.sign(digest))).toBe(own)
  })

  test('that never come end with the deadline', async () => {
    const provider = (): Promise<never> => new Promise(() => undefined)
    const options = { credentials: provider, timeoutMs: 50 }
    const signer = signerAt({ url: 'http://127.0.0.1:1' }, options)
    expect((await rejection(signer.sign(digest))).code).toBe('signer-timeout')
  })

  test.each([
    ['no id', { ...credentials, accessKeyId: '' }],
    ['no secret', { ...credentials, secretAccessKey: '' }],
    ['an id with a break in it', { ...credentials, accessKeyId: 'AKIA\nhunter2' }],
    ['a token with a break in it', { ...credentials, sessionToken: 'hunter2\r\nx: y' }],
    ['an empty token', { ...credentials, sessionToken: '' }],
  ])('%s: nothing is sent, and none is repeated', async (_, wrong) => {
    const server = await answering(() => good)
    const error = await rejection(signerAt(server, { credentials: wrong }).sign(digest))
    expect(error.code).toBe('signer-denied')
    const { message, hint, cause } = error
    expect(`${message} ${hint} ${String(cause)}`).not.toContain('hunter2')
    expect(server.requests).toEqual([])
  })
})

describe('where the service is', () => {
  const asked = async (options: Partial<AwsKmsFetchOptions>): Promise<unknown> => {
    const fetching = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('not sent'))
    const signer = awsKmsFetchSigner({ keyId, credentials, maxAttempts: 1, ...options })
    await rejection(signer.sign(digest))
    const url = fetching.mock.calls[0]?.[0]
    fetching.mockRestore()
    return url
  }

  test.each([
    [{ region: 'eu-west-2' }, 'https://kms.eu-west-2.amazonaws.com/'],
    [{ region: 'cn-north-1' }, 'https://kms.cn-north-1.amazonaws.com.cn/'],
    [
      { keyId: 'arn:aws:kms:us-west-1:111122223333:alias/a' },
      'https://kms.us-west-1.amazonaws.com/',
    ],
    [{ region, endpoint: 'https://vpce-1.kms.example' }, 'https://vpce-1.kms.example/'],
    [{ region, endpoint: 'http://localhost:4566' }, 'http://localhost:4566/'],
  ])('%o is asked at %s', async (options, url) => {
    expect(await asked(options)).toBe(url)
  })

  test.each([
    'http://kms.example',
    'http://127.0.0.1.example',
    'https://kms.example/path',
    'https://kms.example/?a=b',
    'https://kms.example/#a',
    'https://user:hunter2@kms.example',
    'ftp://localhost',
    'kms.example',
    '',
  ])('the endpoint %j is refused, and not repeated', (endpoint) => {
    const { code, message } = errorOf(() => signerAt({ url: endpoint }))
    expect(code).toBe('usage')
    expect(message).not.toContain('hunter2')
  })

  test.each([undefined, '', 'evil.example/', 'US-EAST-1'])('the region %j is refused', (wrong) => {
    expect(codeOf(() => awsKmsFetchSigner({ keyId, region: wrong, credentials }))).toBe('usage')
  })

  test('the id names the key, and the endpoint where it is another', () => {
    expect(awsKmsFetchSigner({ keyId, region, credentials }).id).toBe(`awskms:///${keyId}`)
    expect(signerAt({ url: 'http://localhost:1' }).id).toBe(`awskms://localhost:1/${keyId}`)
  })
})

describe('answers', () => {
  test.each([301, 302, 307, 308])('a redirect of status %i is not followed', async (status) => {
    const elsewhere = await answering(() => good)
    const headers = { location: elsewhere.url }
    const server = await answering(() => ({ status, headers, body: '' }))
    const error = await rejection(signerAt(server).sign(digest))
    expect(error.code).toBe('signer-unavailable')
    expect(error.message).toContain(`status ${status}`)
    expect(error.hint).toContain('redirect')
    expect([server.requests.length, elsewhere.requests.length]).toEqual([1, 0])
  })

  test('more than 64 KiB are not read', async () => {
    const body = { ...good.body, More: 'x'.repeat(65_536) }
    const server = await answering(() => ({ body }))
    expect((await rejection(signerAt(server).sign(digest))).code).toBe('signer-answer')
    expect(server.requests).toHaveLength(1)
  })

  test('a status that is neither good nor an error gives no signature', async () => {
    const server = await answering(() => ({ status: 201, ...good }))
    expect((await rejection(signerAt(server).sign(digest))).code).toBe('signer-unavailable')
  })
})

test('where aws4fetch is not installed the error says what to install', async () => {
  vi.doMock('aws4fetch', () => {
    throw new Error('not installed')
  })
  vi.resetModules()
  const fresh = await import('../../src/signers/aws-kms-fetch.ts')
  const error = await fresh
    .awsKmsFetchSigner({ keyId, region, credentials })
    .sign(digest)
    .catch((thrown: unknown) => thrown)
  vi.doUnmock('aws4fetch')
  expect(error).toMatchObject({ code: 'package-missing', hint: 'npm install aws4fetch' })
})

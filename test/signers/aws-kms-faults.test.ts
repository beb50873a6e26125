/** Services that fail or hang, for both signers for AWS KMS alike. */

import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { KmsOptions } from '../../src/signers/aws-kms-signer.ts'
import { awsKmsSigner } from '../../src/signers/aws-kms.ts'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import {
  awsSigners,
  region,
  rootCredentials,
  setAwsEnvironment,
  startAnsweringServer,
  startHungServer,
  useAwsEnvironment,
  type AnsweringServer,
  type AwsSigner,
  type FaultyServer,
} from '../support/services/index.ts'
import { run } from '../support/tools/run.ts'

useAwsEnvironment({ ...rootCredentials })

const digest: Digest = { algorithm: 'SHA-256', octets: new Uint8Array(32) }
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
const arn = `arn:aws:kms:${region}:111122223333:key/${keyId}`
const good = { body: { KeyId: arn, Signature: 'AAAA' } }

/** The good answer with an octet in it that no UTF-8 has. */
function spoilt(at: string): Uint8Array {
  const text = JSON.stringify(good.body)
  const octets = Buffer.from(text)
  octets[text.indexOf(at)] = 0xff
  return octets
}

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

function opening({ open }: Pick<AwsSigner, 'open'>) {
  return (server: FaultyServer, options: Partial<KmsOptions> = {}): RemoteSigner => {
    const signer = open({ keyId, endpoint: server.url, ...options })
    ends.unshift(async () => signer.close?.())
    return signer
  }
}

async function answering(
  ...answer: Parameters<typeof startAnsweringServer>
): Promise<AnsweringServer> {
  const server = await startAnsweringServer(...answer)
  ends.push(server.stop)
  return server
}

async function hanging(): Promise<FaultyServer> {
  const server = await startHungServer()
  ends.push(server.stop)
  return server
}

describe.each(awsSigners)('$name', (each) => {
  const signerAt = opening(each)

  describe('a service that hangs', () => {
    // In place of the connection that it ends, Node's fetch opens one more, idle for some seconds.
    const patience = { timeout: 15_000 }

    test('ends at the deadline, and no connection is left', async () => {
      const server = await hanging()
      const error = await rejection(signerAt(server, { timeoutMs: 500 }).sign(digest))
      expect(error.code).toBe('signer-timeout')
      await vi.waitFor(() => expect(server.connections()).toBe(0), patience)
    })

    test("ends with the caller's signal", async () => {
      const server = await hanging()
      const signal = AbortSignal.timeout(300)
      expect((await rejection(signerAt(server).sign(digest, { signal }))).code).toBe('aborted')
      await vi.waitFor(() => expect(server.connections()).toBe(0), patience)
    })
  })

  describe('errors of the service', () => {
    const error = (type: string): { __type: string; message: string } => ({
      __type: type,
      message: 'because\nof \u001b[31mthis',
    })

    test.each([
      ['AccessDeniedException', 400, 'signer-denied', 'kms:Sign'],
      ['UnrecognizedClientException', 400, 'signer-denied', 'credentials'],
      ['InvalidSignatureException', 400, 'signer-denied', 'credentials'],
      ['ExpiredTokenException', 400, 'signer-denied', 'credentials'],
      ['NotFoundException', 400, 'key-missing', 'alias'],
      ['DisabledException', 400, 'key-unusable', 'enable-key'],
      ['KMSInvalidStateException', 400, 'key-unusable', 'cancel-key-deletion'],
      ['InvalidKeyUsageException', 400, 'key-unusable', 'SIGN_VERIFY'],
      ['SomethingNew', 400, 'signer-unavailable', 'later'],
    ])('%s ends the call at once', async (type, status, code, remedy) => {
      const server = await answering(() => ({ status, body: error(type) }))
      const found = await rejection(signerAt(server).sign(digest))
      expect(found.code).toBe(code)
      expect(found.message).toContain(type)
      expect(found.message).not.toMatch(/\p{Cc}/u)
      expect(found.hint).toContain(remedy)
      expect(server.requests).toHaveLength(1)
    })

    test.each([
      ['ThrottlingException', 400, error('ThrottlingException')],
      ['KMSInternalException', 500, error('KMSInternalException')],
      ['DependencyTimeoutException', 503, error('DependencyTimeoutException')],
      ['no JSON', 200, '<html>'],
      ['JSON cut short', 200, '{"KeyId":"'],
      ['no base64', 200, { KeyId: arn, Signature: '\u{fffd}AAA' }],
      ['no UTF-8, in the name of the key', 200, spoilt('1234abcd')],
      ['no UTF-8, in the name of a member', 200, spoilt('Signature')],
      ['no UTF-8, in an error', 400, Buffer.from(`{"__type":"AccessDenied\xff"}`, 'latin1')],
      ['a proxy that fails', 502, '<html>'],
    ])('%s is tried again, and then the service is unavailable', async (_, status, body) => {
      const server = await answering(() => ({ status, body }))
      const found = await rejection(signerAt(server, { maxAttempts: 2 }).sign(digest))
      expect(found.code).toBe('signer-unavailable')
      expect(found.message).not.toMatch(/\p{Cc}/u)
      expect(server.requests).toHaveLength(2)
    })

    test.each([
      ['ThrottlingException', { status: 400, body: error('ThrottlingException') }],
      ['KMSInternalException', { status: 500, body: error('KMSInternalException') }],
      ['an answer that cannot be read', { body: '{"KeyId":' }],
      ['an answer that was spoilt on its way', { body: spoilt('1234abcd') }],
    ])('%s that passes is not seen, and the same was asked again', async (_, fault) => {
      const server = await answering((_operation, count) => (count === 1 ? fault : good))
      expect(await signerAt(server).sign(digest)).toEqual(new Uint8Array(3))
      const [first, second, ...more] = server.requests
      expect(second?.body).toEqual(first?.body)
      expect(more).toEqual([])
    })

    test('there are five tries', async () => {
      const body = error('KMSInternalException')
      const server = await answering(() => ({ status: 500, body }))
      await rejection(signerAt(server).sign(digest))
      expect(server.requests).toHaveLength(5)
    })

    test('retries do not outlive the deadline', async () => {
      const body = error('ThrottlingException')
      const server = await answering(() => ({ status: 400, body }))
      const signer = signerAt(server, { timeoutMs: 300, maxAttempts: 99 })
      expect((await rejection(signer.sign(digest))).code).toBe('signer-timeout')
    })

    test('a service that is not there', async () => {
      const server = await startHungServer()
      await server.stop()
      const { code, message } = await rejection(signerAt(server).sign(digest))
      expect(code).toBe('signer-unavailable')
      expect(message).toContain('ECONNREFUSED')
    })
  })
})

describe('by the SDK', () => {
  const signerAt = opening({ open: (options) => awsKmsSigner({ region, ...options }) })

  test('ends too where it is the service that gives out credentials', async () => {
    const server = await hanging()
    setAwsEnvironment({
      AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/signer',
      AWS_WEB_IDENTITY_TOKEN_FILE: new URL(import.meta.url).pathname,
      AWS_ENDPOINT_URL_STS: server.url,
    })
    const error = await rejection(signerAt(server, { timeoutMs: 1000 }).sign(digest))
    setAwsEnvironment({ ...rootCredentials })
    expect(error.code).toBe('signer-timeout')
    await vi.waitFor(() => expect(server.connections()).toBe(0))
  })

  test.each(['KMS', 'STS'])('and the process ends by itself: %s', async (service) => {
    const server = await hanging()
    const url = new URL('../../src/signers/aws-kms.ts', import.meta.url)
    const program = `
      import { awsKmsSigner } from ${JSON.stringify(url.href)}
      const signer = awsKmsSigner({ keyId: 'k', region: 'us-east-1', timeoutMs: 1500 })
      const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32) }
      await signer.sign(digest).catch((error) => console.log(error.code))`
    const identity = {
      AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/signer',
      AWS_WEB_IDENTITY_TOKEN_FILE: url.pathname,
    }
    const ran = await run(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', program],
      {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        env: {
          ...(service === 'STS' ? identity : rootCredentials),
          [`AWS_ENDPOINT_URL_${service}`]: server.url,
          AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
          HOME: '/nonexistent',
        },
        timeout: 15_000,
      },
    )
    expect(ran.output).toBe('signer-timeout\n')
    expect(ran.status).toBe(0)
  })

  test('where it is not installed the error says what to install', async () => {
    vi.doMock('@aws-sdk/client-kms', () => {
      throw new Error('not installed')
    })
    vi.resetModules()
    const fresh = await import('../../src/signers/aws-kms.ts')
    const error = await fresh
      .awsKmsSigner({ keyId, region })
      .sign(digest)
      .catch((thrown: unknown) => thrown)
    vi.doUnmock('@aws-sdk/client-kms')
    expect(error).toMatchObject({
      code: 'package-missing',
      hint: 'npm install @aws-sdk/client-kms',
    })
  })
})

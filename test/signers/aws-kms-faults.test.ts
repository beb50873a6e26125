import { generateKeyPairSync } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { awsKmsSigner, type AwsKmsOptions } from '../../src/signers/aws-kms.ts'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { codeOf, rejection } from '../support/code-of.ts'
import {
  region,
  rootCredentials,
  setAwsEnvironment,
  startAnsweringServer,
  startHungServer,
  useAwsEnvironment,
  type FaultyServer,
} from '../support/services/index.ts'
import { run } from '../support/tools/run.ts'

useAwsEnvironment({ ...rootCredentials })

const digest: Digest = { algorithm: 'SHA-256', octets: new Uint8Array(32) }
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
const arn = `arn:aws:kms:${region}:111122223333:key/${keyId}`
const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString('base64')
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const spki = base64(publicKey.export({ type: 'spki', format: 'der' }))

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

function signerAt(server: FaultyServer, options: Partial<AwsKmsOptions> = {}): RemoteSigner {
  const signer = awsKmsSigner({ keyId, region, endpoint: server.url, ...options })
  ends.unshift(async () => signer.close?.())
  return signer
}

async function answering(
  ...answer: Parameters<typeof startAnsweringServer>
): ReturnType<typeof startAnsweringServer> {
  const server = await startAnsweringServer(...answer)
  ends.push(server.stop)
  return server
}

describe('a service that hangs', () => {
  const sockets = (): number =>
    process.getActiveResourcesInfo().filter((name) => /TCPSocket|TCPConnect/.test(name)).length

  test('ends at the deadline, and no connection is left', async () => {
    const server = await startHungServer()
    ends.push(server.stop)
    const before = sockets()
    const started = performance.now()
    const error = await rejection(signerAt(server, { timeoutMs: 500 }).sign(digest))
    expect(error.code).toBe('signer-timeout')
    expect(performance.now() - started).toBeLessThan(3000)
    await vi.waitFor(() => expect(server.connections()).toBe(0))
    expect(sockets()).toBeLessThanOrEqual(before)
  })

  test("ends with the caller's signal", async () => {
    const server = await startHungServer()
    ends.push(server.stop)
    const signal = AbortSignal.timeout(300)
    expect((await rejection(signerAt(server).sign(digest, { signal }))).code).toBe('aborted')
    await vi.waitFor(() => expect(server.connections()).toBe(0))
  })

  test('ends too where it is the service that gives out credentials', async () => {
    const server = await startHungServer()
    ends.push(server.stop)
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
    const server = await startHungServer()
    ends.push(server.stop)
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

  test.each([0, -1, 1.5, Number.NaN, 2 ** 31])('timeoutMs: %s is refused', (timeoutMs) => {
    expect(codeOf(() => awsKmsSigner({ keyId, timeoutMs }))).toBe('usage')
  })
})

describe('what Sign answers', () => {
  test('is passed on as it is, whatever its value: the check is not here', async () => {
    const values = [new Uint8Array(256).fill(7), Uint8Array.of(1, 2, 3), new Uint8Array()]
    const server = await answering((_, count) => ({
      body: { KeyId: arn, Signature: base64(values[count - 1] ?? new Uint8Array()) },
    }))
    const signer = signerAt(server)
    for (const value of values) expect(await signer.sign(digest)).toEqual(value)
    expect(server.requests.map(({ operation }) => operation)).toEqual(['Sign', 'Sign', 'Sign'])
    expect(server.requests[0]?.body).toEqual({
      KeyId: keyId,
      Message: base64(digest.octets),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
    })
  })

  test.each([
    ['for another key', { KeyId: arn.replace('1234abcd', '9999abcd'), Signature: 'AAAA' }],
    ['without a key', { Signature: 'AAAA' }],
    ['without a signature', { KeyId: arn }],
    ['with nothing', {}],
  ])('%s is refused', async (_, body) => {
    const server = await answering(() => ({ body }))
    expect((await rejection(signerAt(server).sign(digest))).code).toBe('signer-answer')
  })

  test('for whatever key an alias stands for now, is taken', async () => {
    const server = await answering(() => ({ body: { KeyId: arn, Signature: 'AAAA' } }))
    const signer = signerAt(server, { keyId: 'alias/release' })
    expect(await signer.sign(digest)).toEqual(new Uint8Array(3))
  })

  test.each([
    ['no JSON', '<html>'],
    ['JSON cut short', '{"KeyId":"'],
  ])('%s: the service failed', async (_, body) => {
    const server = await answering(() => ({ body }))
    const { code, message } = await rejection(signerAt(server).sign(digest))
    expect(code).toBe('signer-unavailable')
    expect(message).not.toMatch(/\n/)
  })
})

describe('errors of the service', () => {
  const error = (type: string): { __type: string; message: string } => ({
    __type: type,
    message: 'because\nof \u001b[31mthis',
  })

  test.each([
    ['AccessDeniedException', 400, 'signer-denied'],
    ['UnrecognizedClientException', 400, 'signer-denied'],
    ['InvalidSignatureException', 400, 'signer-denied'],
    ['NotFoundException', 400, 'key-missing'],
    ['KMSInvalidStateException', 400, 'key-unusable'],
    ['SomethingNew', 400, 'signer-unavailable'],
  ])('%s', async (type, status, code) => {
    const server = await answering(() => ({ status, body: error(type) }))
    const found = await rejection(signerAt(server).sign(digest))
    expect(found.code).toBe(code)
    expect(found.message).toContain(type)
    expect(found.message).not.toMatch(/\p{Cc}/u)
    expect(server.requests).toHaveLength(1)
  })

  test.each([
    ['ThrottlingException', 400],
    ['KMSInternalException', 500],
  ])('%s is tried again, and then the service is unavailable', async (type, status) => {
    const server = await answering(() => ({ status, body: error(type) }))
    expect((await rejection(signerAt(server).sign(digest))).code).toBe('signer-unavailable')
    expect(server.requests).toHaveLength(3)
  })

  test('an error that passes is not seen', async () => {
    const server = await answering((_, count) =>
      count === 1
        ? { status: 500, body: error('KMSInternalException') }
        : { body: { KeyId: arn, Signature: 'AAAA' } },
    )
    expect(await signerAt(server).sign(digest)).toEqual(new Uint8Array(3))
  })

  test('retries do not outlive the deadline', async () => {
    const server = await answering(() => ({ status: 500, body: error('KMSInternalException') }))
    const signer = signerAt(server, { timeoutMs: 40 })
    const { code } = await rejection(signer.sign(digest))
    expect(['signer-timeout', 'signer-unavailable']).toContain(code)
  })

  test('a service that is not there', async () => {
    const server = await startHungServer()
    await server.stop()
    const { code, message } = await rejection(signerAt(server).sign(digest))
    expect(code).toBe('signer-unavailable')
    expect(message).toContain('ECONNREFUSED')
  })
})

describe('what GetPublicKey and DescribeKey answer', () => {
  const good = { KeyId: arn, PublicKey: spki, KeyUsage: 'SIGN_VERIFY', KeySpec: 'RSA_2048' }

  test.each([
    ['another key', { ...good, KeyId: arn.replace('1234abcd', '9999abcd') }, 'signer-answer'],
    ['no public key', { ...good, PublicKey: undefined }, 'signer-answer'],
    ['a KeySpec that does not fit', { ...good, KeySpec: 'RSA_4096' }, 'signer-answer'],
    ['a key for encryption', { ...good, KeyUsage: 'ENCRYPT_DECRYPT' }, 'key-unusable'],
    ['a curve', { ...good, KeySpec: 'ECC_NIST_P384' }, 'unsupported'],
    ['octets that are no key', { ...good, PublicKey: 'AAAA' }, 'malformed'],
  ])('%s', async (_, body, code) => {
    const server = await answering(() => ({ body }))
    expect((await rejection(signerAt(server).publicKey())).code).toBe(code)
  })

  test('a key as it should be', async () => {
    const server = await answering(() => ({ body: good }))
    expect(await signerAt(server).publicKey()).toMatchObject({ kind: 'rsa' })
  })

  test.each([
    [1_700_000_000.999, 1_700_000_000_000],
    [1.7e9, 1_700_000_000_000],
    [undefined, undefined],
  ])('CreationDate %s', async (CreationDate, expected) => {
    const server = await answering(() => ({
      body: { KeyMetadata: { KeyId: keyId, Arn: arn, CreationDate } },
    }))
    expect((await signerAt(server).createdAt?.())?.getTime()).toBe(expected)
  })

  test('a refusal of DescribeKey is told, with the action that is missing', async () => {
    const body = { __type: 'AccessDeniedException', Message: 'no' }
    const server = await answering(() => ({ status: 400, body }))
    const error = await rejection(signerAt(server).createdAt?.() ?? Promise.resolve())
    expect(error.code).toBe('signer-denied')
    expect(error.hint).toContain('kms:DescribeKey')
  })
})

test('without the SDK the error says what to install', async () => {
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

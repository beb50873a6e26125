import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseKeyUri } from '../../src/node/key-uri.ts'
import { openSigner } from '../../src/node/uri.ts'
import { readGcpKmsUri } from '../../src/signers/gcp-kms-uri.ts'
import { codeOf, rejection } from '../support/code-of.ts'
import {
  googlePool,
  startGoogleIdentity,
  type FakeIdentity,
} from '../support/services/fake-identity.ts'
import { gcpToken, startFakeGcpKms, type FakeGcpKms } from '../support/services/index.ts'

const name = 'projects/acme/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/3'
const nothing = { env: {}, allowHttp: false }
const override = 'CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS'

describe('the name of a key version', () => {
  test('is what stands behind gcpkms://', () => {
    expect(readGcpKmsUri(parseKeyUri(`gcpkms://${name}`), nothing)).toEqual({ name })
  })

  test.each([
    `gcpkms:${name}`,
    `gcpkms:///${name}`,
    `gcpkms://${name}/`,
    `gcpkms://${name}?a=b`,
    `gcpkms://${name.replace('/cryptoKeyVersions/3', '')}`,
    `gcpkms://${name.replace('acme', 'ac%6de')}`,
    `gcpkms://${name.replace('projects', 'Projects')}`,
  ])('%s is refused', (uri) => {
    expect(codeOf(() => readGcpKmsUri(parseKeyUri(uri), nothing))).toBe('usage')
  })

  test.each([
    ['https://kms.example/', false, true],
    ['https://kms.example', false, true],
    ['http://127.0.0.1:8080/', true, true],
    ['http://127.0.0.1:8080/', false, false],
    ['http://kms.example/', true, false],
  ])('the endpoint %s, with http allowed: %s', (endpoint, allowHttp, good) => {
    const read = (): unknown =>
      readGcpKmsUri(parseKeyUri(`gcpkms://${name}`), { env: { [override]: endpoint }, allowHttp })
    if (good) expect(read()).toEqual({ name, endpoint })
    else expect(codeOf(read)).toBe('usage')
  })
})

describe('credentials as Google’s library finds them', () => {
  const before = { ...process.env }
  let kms: FakeGcpKms
  let identity: FakeIdentity
  beforeAll(async () => {
    ;[kms, identity] = await Promise.all([startFakeGcpKms(), startGoogleIdentity()])
    Object.assign(process.env, identity.env)
  })
  afterAll(async () => {
    process.env = before
    await Promise.all([kms.stop(), identity.stop()])
  })
  beforeEach(() => {
    kms.spoil()
    identity.spoil()
  })

  const open = (): ReturnType<typeof openSigner> =>
    openSigner(`gcpkms://${kms.createVersion('EC_SIGN_P256_SHA256')}`, {
      env: { [override]: kms.url },
      allowHttp: true,
      timeoutMs: 5000,
    })

  test('a federated identity: one token for many calls, for the scope of the service alone', async () => {
    const signer = await open()
    expect(identity.calls).toEqual([])
    await Promise.all([signer.publicKey(), signer.publicKey(), signer.describe?.()])
    await signer.createdAt?.()
    expect(identity.calls).toHaveLength(1)
    expect(decodeURIComponent(identity.calls[0]?.text ?? '')).toContain(
      'scope=https://www.googleapis.com/auth/cloudkms&',
    )
    expect(kms.calls.map(({ token }) => token)).toEqual(Array(4).fill(gcpToken))
  })

  test('whose they are: of the federated identity', async () => {
    expect(await (await open()).describe?.()).toContainEqual({
      name: 'credentials',
      value: `federated identity of ${googlePool}`,
    })
  })

  test('whose they are: of the service account that it stands for', async () => {
    const account = 'signer@acme.iam.gserviceaccount.com'
    const federated = await startGoogleIdentity((url) => ({
      service_account_impersonation_url: `${url}/v1/projects/-/serviceAccounts/${account}:generateAccessToken`,
    }))
    for (const [name, value] of Object.entries(federated.env)) vi.stubEnv(name, value)
    const facts = await (await open()).describe?.()
    vi.unstubAllEnvs()
    await federated.stop()
    expect(facts).toContainEqual({ name: 'credentials', value: `service account ${account}` })
    expect(federated.calls.map(({ path }) => path.slice(-20))).toEqual([
      '/v1/token',
      ':generateAccessToken',
    ])
  })

  test('whose they are where the role may only sign', async () => {
    kms.denied.add('cloudkms.cryptoKeyVersions.get')
    const facts = await (await open()).describe?.()
    kms.denied.clear()
    expect(facts?.map(({ name, known = true }) => [name, known])).toEqual([
      ['credentials', true],
      ['service', false],
    ])
  })

  test.each([
    [
      'a service account’s file',
      { client_email: 'a@b', private_key: 'hunter2' },
      'service account a@b',
    ],
    ['a user’s file, which does not say', {}, 'they do not say whose'],
  ])('whose they are: %s', async (_, credentials, value) => {
    vi.doMock('google-auth-library', () => ({
      GoogleAuth: class {
        jsonContent = { type: 'of a test' }
        getAccessToken = (): Promise<string> => Promise.resolve(gcpToken)
        getCredentials = (): Promise<object> => Promise.resolve(credentials)
      },
    }))
    const facts = await (await open()).describe?.()
    vi.doUnmock('google-auth-library')
    expect(facts?.find(({ name: of }) => of === 'credentials')?.value).toBe(value)
    expect(JSON.stringify(facts)).not.toContain('hunter2')
  })

  test('that are refused: nothing is sent, and nothing of them is told', async () => {
    identity.spoil(() => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'hunter2-of-the-job is no good' },
    }))
    const error = await rejection((await open()).publicKey())
    expect(error.code).toBe('signer-denied')
    expect(error.hint).toContain('gcloud auth application-default login')
    expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain('hunter2')
    expect(kms.calls).toEqual([])
  })

  test('that are not there', async () => {
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '/nonexistent/hunter2.json')
    const error = await rejection((await open()).publicKey())
    vi.unstubAllEnvs()
    expect(error.code).toBe('signer-denied')
    expect(kms.calls).toEqual([])
  })

  test('where the library is not installed the error says what to install', async () => {
    vi.doMock('google-auth-library', () => {
      throw new Error('not installed')
    })
    const error = await rejection((await open()).publicKey())
    vi.doUnmock('google-auth-library')
    expect(error).toMatchObject({
      code: 'package-missing',
      hint: 'npm install google-auth-library',
    })
  })
})

/** What is asked of Google Cloud KMS, what is taken from it, and how it refuses: against a made-up one. */

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { KeyKind } from '../../src/packet/key-material.ts'
import { crc32c } from '../../src/signers/crc32c.ts'
import { gcpKmsSigner, type GcpKmsOptions } from '../../src/signers/gcp-kms.ts'
import type { Digest, RemoteSigner, SigningSubject } from '../../src/signature/signer.ts'
import { codeOf, rejection } from '../support/code-of.ts'
import { refuse } from '../support/services/fake-gcp-kms.ts'
import type { Json, RestAnswer } from '../support/services/fake-rest.ts'
import {
  gcpToken,
  startFakeGcpKms,
  type FakeGcpKms,
  type GcpAlgorithmName,
} from '../support/services/index.ts'

const digestOf = (algorithm: Digest['algorithm']): Digest => ({
  algorithm,
  octets: new Uint8Array(createHash(algorithm.replace('-', '')).update('what is signed').digest()),
})
const digest = digestOf('SHA-256')
const subject = (key: KeyKind): SigningSubject => ({
  purpose: 'document',
  type: 0,
  created: 0,
  fingerprint: '00',
  key,
})

let kms: FakeGcpKms
let p256: string
beforeAll(async () => {
  kms = await startFakeGcpKms()
  p256 = kms.createVersion('EC_SIGN_P256_SHA256')
})
afterAll(() => kms.stop())
beforeEach(() => {
  kms.spoil()
  kms.denied.clear()
})

function signerOf(name: string, options: Partial<GcpKmsOptions> = {}): RemoteSigner {
  const token = (): Promise<string> => Promise.resolve(gcpToken)
  return gcpKmsSigner({ name, endpoint: kms.url, token, maxAttempts: 2, ...options })
}
const newSigner = (algorithm: GcpAlgorithmName, facts?: Json): RemoteSigner =>
  signerOf(kms.createVersion(algorithm, facts))

/** Changes members of an honest answer. */
const changed =
  (changes: Json) =>
  ({ body }: RestAnswer): RestAnswer => ({ body: { ...(body as Json), ...changes } })

describe('asymmetricSign', () => {
  test('one call with the digest and its checksum, by the version that was named', async () => {
    const rs = await signerOf(p256).sign(digest, { subject: subject('P-256') })
    expect(rs).toHaveLength(64)
    expect(kms.calls).toHaveLength(1)
    expect(kms.calls[0]).toMatchObject({
      method: 'POST',
      path: `/v1/${p256}:asymmetricSign`,
      token: gcpToken,
      body: {
        digest: { sha256: Buffer.from(digest.octets).toString('base64') },
        digestCrc32c: String(crc32c(digest.octets)),
      },
    })
  })

  test('Ed25519 gets the digest as data, whatever the hash', async () => {
    const signer = newSigner('EC_SIGN_ED25519')
    for (const hash of ['SHA-256', 'SHA-384', 'SHA-512'] as const) {
      const signature = await signer.sign(digestOf(hash), { subject: subject('Ed25519') })
      expect(signature).toHaveLength(64)
    }
    expect(Object.keys(kms.calls[0]?.body ?? {})).toEqual(['data', 'dataCrc32c'])
  })

  test('without a subject the kind is that of the key that was read', async () => {
    const signer = newSigner('EC_SIGN_P384_SHA384')
    await signer.publicKey()
    expect(await signer.sign(digestOf('SHA-384'))).toHaveLength(96)
  })

  test.each([
    ['a digest of another length', { ...digest, octets: new Uint8Array(31) }, 'RSA', 'usage'],
    ['SHA-384 by P-256', digestOf('SHA-384'), 'P-256', 'usage'],
    ['SHA-512 by P-384', digestOf('SHA-512'), 'P-384', 'usage'],
    ['P-521, which is not there', digestOf('SHA-512'), 'P-521', 'unsupported'],
  ] as const)('%s is refused without a call', async (_, given, key, code) => {
    const error = await rejection(signerOf(p256).sign(given, { subject: subject(key) }))
    expect(error.code).toBe(code)
    expect(kms.calls).toEqual([])
  })

  test('a hash that is not the RSA version’s: the service says so, or what it said before', async () => {
    const signer = newSigner('RSA_SIGN_PKCS1_2048_SHA256')
    const told = await rejection(signer.sign(digestOf('SHA-512')))
    expect(told).toMatchObject({ code: 'usage' })
    expect(told.hint).toContain('--hash')
    await signer.publicKey()
    kms.spoil()
    const known = await rejection(signer.sign(digestOf('SHA-512')))
    expect(known).toMatchObject({ code: 'usage' })
    expect(known.hint).toContain('--hash SHA-256')
    expect(kms.calls).toEqual([])
  })

  const good = Buffer.from('AQID', 'base64')
  test.each([
    ['by another version', { name: 'projects/other' }],
    ['without a name', { name: undefined }],
    ['without a signature', { signature: undefined }],
    ['with an empty signature', { signature: '', signatureCrc32c: '0' }],
    ['with a signature that is no base64', { signature: '!!!!' }],
    ['with another checksum', { signatureCrc32c: '1' }],
    ['with a checksum that is a number', { signature: 'AQID', signatureCrc32c: crc32c(good) }],
    ['without a checksum', { signatureCrc32c: undefined }],
    ['that the digest was not checked', { verifiedDigestCrc32c: false }],
    ['nothing of the digest', { verifiedDigestCrc32c: undefined }],
    ['with r || s and not DER', { signature: 'AQID', signatureCrc32c: String(crc32c(good)) }],
  ])('an answer %s is refused, and not asked for again', async (_, changes) => {
    kms.spoil(changed(changes))
    const error = await rejection(signerOf(p256).sign(digest, { subject: subject('P-256') }))
    expect(error.code).toBe('signer-answer')
    expect(kms.calls).toHaveLength(1)
  })

  test('a flipped bit on the way is found by the checksum', async () => {
    kms.spoil((honest) => {
      const { signature } = honest.body as { readonly signature: string }
      const octets = Buffer.from(signature, 'base64')
      octets[9] = (octets[9] ?? 0) ^ 1
      return changed({ signature: octets.toString('base64') })(honest)
    })
    const error = await rejection(signerOf(p256).sign(digest, { subject: subject('P-256') }))
    expect(error.code).toBe('signer-answer')
    expect(error.message).toContain('checksum')
  })
})

describe('the public key', () => {
  test.each([
    ['RSA_SIGN_PKCS1_3072_SHA256', { kind: 'rsa' }],
    ['EC_SIGN_P256_SHA256', { kind: 'ecdsa', curve: 'P-256' }],
    ['EC_SIGN_P384_SHA384', { kind: 'ecdsa', curve: 'P-384' }],
    ['EC_SIGN_ED25519', { kind: 'ed25519' }],
  ] as const)('of %s', async (algorithm, expected) => {
    expect(await newSigner(algorithm).publicKey()).toMatchObject(expected)
  })

  const other = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'
  test.each([
    ['another version', { name: 'projects/a' }, 'signer-answer'],
    ['no key', { pem: undefined }, 'signer-answer'],
    ['another checksum', { pemCrc32c: '5' }, 'signer-answer'],
    ['no checksum', { pemCrc32c: undefined }, 'signer-answer'],
    ['no algorithm', { algorithm: undefined }, 'signer-answer'],
    ['another curve', { algorithm: 'EC_SIGN_P384_SHA384' }, 'signer-answer'],
    ['PSS', { algorithm: 'RSA_SIGN_PSS_4096_SHA256' }, 'unsupported'],
    ['raw PKCS#1', { algorithm: 'RSA_SIGN_RAW_PKCS1_4096' }, 'unsupported'],
    ['secp256k1', { algorithm: 'EC_SIGN_SECP256K1_SHA256' }, 'unsupported'],
    ['a name of Object', { algorithm: 'constructor' }, 'unsupported'],
    ['no PEM', { pem: 'x', pemCrc32c: String(crc32c(Buffer.from('x'))) }, 'signer-answer'],
    ['no key in it', { pem: other, pemCrc32c: String(crc32c(Buffer.from(other))) }, 'malformed'],
  ])('%s: refused', async (_, changes, code) => {
    kms.spoil(changed(changes))
    const error = await rejection(signerOf(p256).publicKey())
    expect(error.code).toBe(code)
    if (code === 'unsupported') expect(error.message).toContain((changes as Json)['algorithm'])
  })
})

describe('facts of a version', () => {
  test.each([
    ['2026-01-02T03:04:05.678901234Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
    [undefined, undefined],
  ])('createTime %s', async (createTime, expected) => {
    const signer = newSigner('EC_SIGN_P256_SHA256', { createTime })
    expect((await signer.createdAt?.())?.getTime()).toBe(expected)
  })

  test.each(['yesterday', '2026-13-02T03:04:05Z', 1_700_000_000, '2026-01-02T03:04:05+01:00'])(
    'createTime %j is refused',
    async (createTime) => {
      const { createdAt } = newSigner('EC_SIGN_P256_SHA256', { createTime })
      expect((await rejection(createdAt?.() ?? Promise.resolve())).code).toBe('signer-answer')
    },
  )

  test('state, protection and algorithm are told of a disabled version too', async () => {
    const facts = { state: 'DISABLED', protectionLevel: 'SOFTWARE', importJob: 'job\u001b[2J' }
    expect(await newSigner('EC_SIGN_P256_SHA256', facts).describe?.()).toEqual([
      { name: 'state', value: 'DISABLED (warning: not ENABLED)' },
      { name: 'protection level', value: 'SOFTWARE' },
      { name: 'algorithm', value: 'EC_SIGN_P256_SHA256' },
      { name: 'imported by', value: 'job [2J' },
    ])
  })
})

describe('refusals', () => {
  test.each(['DISABLED', 'DESTROY_SCHEDULED', 'DESTROYED', 'PENDING_GENERATION'])(
    'a version that is %s',
    async (state) => {
      const signer = newSigner('RSA_SIGN_PKCS1_2048_SHA256', { state })
      const error = await rejection(signer.sign(digest))
      expect(error.code).toBe('key-unusable')
      expect(error.message).toContain(state)
      expect(error.hint).toContain('gcloud kms keys versions enable')
      expect((await rejection(signer.publicKey())).code).toBe('key-unusable')
    },
  )

  test('each call names the permission that it needs', async () => {
    const signer = signerOf(p256)
    const calls = {
      'cloudkms.cryptoKeyVersions.useToSign': () => signer.sign(digest),
      'cloudkms.cryptoKeyVersions.viewPublicKey': () => signer.publicKey(),
      'cloudkms.cryptoKeyVersions.get': () => signer.createdAt?.() ?? Promise.resolve(),
    }
    for (const [permission, call] of Object.entries(calls)) {
      kms.denied.add(permission)
      const error = await rejection(call())
      expect(error.code).toBe('signer-denied')
      expect(error.hint).toContain(permission)
    }
  })

  test.each([
    ['no such version', refuse(404, 'NOT_FOUND', 'no'), 'key-missing', 'location'],
    ['no token', refuse(401, 'UNAUTHENTICATED', 'no'), 'signer-denied', 'run out'],
    [
      'the service is switched off',
      refuse(403, 'PERMISSION_DENIED', 'no', [{ reason: 'SERVICE_DISABLED' }]),
      'signer-denied',
      'gcloud services enable',
    ],
    ['a proxy before it: 403', { status: 403, body: '<html>' }, 'signer-denied', 'useToSign'],
    ['a proxy before it: 404', { status: 404, body: '{}' }, 'key-missing', 'location'],
    ['something else', { status: 418, body: '{}' }, 'signer-unavailable', 'later'],
  ])('%s', async (_, answer, code, hint) => {
    kms.spoil(() => answer)
    const error = await rejection(signerOf(p256).sign(digest))
    expect(error.code).toBe(code)
    expect(error.hint).toContain(hint)
    expect(kms.calls).toHaveLength(1)
  })

  test.each([
    ['RESOURCE_EXHAUSTED', refuse(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded'), 'quota'],
    ['UNAVAILABLE', refuse(503, 'UNAVAILABLE', 'no'), 'failed'],
    ['INTERNAL', refuse(500, 'INTERNAL', 'no'), 'failed'],
  ])('%s is asked again, and then told', async (_, answer, text) => {
    kms.spoil((honest, call, count) => (count === 1 ? answer : honest))
    const signer = signerOf(p256)
    expect(await signer.sign(digest, { subject: subject('P-256') })).toHaveLength(64)
    kms.spoil(() => answer)
    const error = await rejection(signer.sign(digest))
    expect(error.code).toBe('signer-unavailable')
    expect(error.message).toContain(text)
    expect(kms.calls).toHaveLength(2)
  })

  test('an INVALID_ARGUMENT for a public key is a key of another purpose', async () => {
    kms.spoil(() => refuse(400, 'INVALID_ARGUMENT', 'no'))
    expect((await rejection(signerOf(p256).publicKey())).code).toBe('key-unusable')
  })
})

describe('what names the key', () => {
  const token = (): Promise<string> => Promise.resolve(gcpToken)
  test.each([
    'projects/p/locations/l/keyRings/r/cryptoKeys/k',
    'projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/',
    'projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/0',
    'projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1/',
    'projects/../locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1',
    'projects/p/locations/l/keyRings/r/cryptoKeys/k?x/cryptoKeyVersions/1',
    '',
  ])('%j is refused', (name) => {
    expect(codeOf(() => gcpKmsSigner({ name, token }))).toBe('usage')
  })

  test.each(['http://kms.example', 'https://a:b@kms.example', 'https://kms.example/v1', 'kms'])(
    'the endpoint %j is refused',
    (endpoint) => {
      expect(codeOf(() => signerOf(p256, { endpoint }))).toBe('usage')
    },
  )

  test('a project of a domain, and the id', () => {
    const name =
      'projects/acme.example:p1/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/12'
    expect(gcpKmsSigner({ name, token }).id).toBe(`gcpkms://${name}`)
  })
})

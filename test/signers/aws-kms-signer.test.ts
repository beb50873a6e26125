/** What both signers for AWS KMS ask of the service, and what they take from it. */

import { generateKeyPairSync } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { KeyKind } from '../../src/packet/key-material.ts'
import type { KmsOptions } from '../../src/signers/aws-kms-signer.ts'
import type { Digest, RemoteSigner, SigningSubject } from '../../src/signature/signer.ts'
import { codeOf, rejection } from '../support/code-of.ts'
import {
  awsSigners,
  region,
  rootCredentials,
  startAnsweringServer,
  useAwsEnvironment,
  type AnsweringServer,
} from '../support/services/index.ts'

useAwsEnvironment({ ...rootCredentials })

const digest: Digest = { algorithm: 'SHA-256', octets: new Uint8Array(32).fill(9) }
const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
const arn = `arn:aws:kms:${region}:111122223333:key/${keyId}`
const other = arn.replace('1234abcd', '9999abcd')
const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString('base64')
const subject = (key: KeyKind): SigningSubject => ({
  purpose: 'document',
  type: 0,
  created: 0,
  fingerprint: '00',
  key,
})

const spkiOf = (type: 'rsa' | 'P-256' | 'P-384' | 'P-521' | 'ed25519'): string => {
  const { publicKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : type === 'ed25519'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('ec', { namedCurve: type })
  return base64(publicKey.export({ type: 'spki', format: 'der' }))
}

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

describe.each(awsSigners)('$name', ({ open }) => {
  function signerAt(server: AnsweringServer, options: Partial<KmsOptions> = {}): RemoteSigner {
    const signer = open({ keyId, endpoint: server.url, ...options })
    ends.unshift(async () => signer.close?.())
    return signer
  }

  describe('Sign', () => {
    test('what it answers for RSA is passed on, whatever its value: the check is not here', async () => {
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

    test('one call, by the algorithm of the key of the subject', async () => {
      const Signature = base64(Uint8Array.of(0x30, 6, 2, 1, 1, 2, 1, 2))
      const server = await answering(() => ({ body: { KeyId: arn, Signature } }))
      const rs = await signerAt(server).sign(digest, { subject: subject('P-256') })
      expect(rs).toEqual(new Uint8Array(64).fill(1, 31, 32).fill(2, 63))
      await signerAt(server).sign(digest, { subject: subject('Ed25519') })
      expect(server.requests.map(({ body }) => body)).toMatchObject([
        { MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' },
        { MessageType: 'RAW', SigningAlgorithm: 'ED25519_SHA_512' },
      ])
    })

    test('without a subject, by the algorithm of the key that was read', async () => {
      const key = { KeyUsage: 'SIGN_VERIFY', KeySpec: 'ECC_NIST_EDWARDS25519' }
      const PublicKey = spkiOf('ed25519')
      const server = await answering((operation) => ({
        body: {
          KeyId: arn,
          ...(operation === 'Sign' ? { Signature: 'AAAA' } : { ...key, PublicKey }),
        },
      }))
      const signer = signerAt(server)
      await signer.publicKey()
      await signer.sign(digest)
      await signer.sign(digest, { subject: subject('RSA') })
      expect(server.requests.map(({ body }) => body)).toMatchObject([
        { KeyId: keyId },
        { SigningAlgorithm: 'ED25519_SHA_512' },
        { SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256' },
      ])
    })

    test('a digest that the curve or the service does not take is refused without a call', async () => {
      const server = await answering(() => ({ body: {} }))
      const signer = signerAt(server)
      const wrong = await rejection(signer.sign({ ...digest, octets: new Uint8Array(31) }))
      expect(wrong.code).toBe('usage')
      const long = await rejection(signer.sign(digest, { subject: subject('P-521') }))
      expect(long.code).toBe('usage')
      expect(long.hint).toContain('SHA-512')
      expect(server.requests).toEqual([])
    })

    test.each([
      ['for another key', { KeyId: other, Signature: 'AAAA' }],
      ['without a key', { Signature: 'AAAA' }],
      ['without a signature', { KeyId: arn }],
      ['with nothing', {}],
      [
        'by another algorithm',
        { KeyId: arn, Signature: 'AAAA', SigningAlgorithm: 'RSASSA_PSS_SHA_256' },
      ],
    ])('an answer %s is refused', async (_, body) => {
      const server = await answering(() => ({ body }))
      expect((await rejection(signerAt(server).sign(digest))).code).toBe('signer-answer')
      expect(server.requests).toHaveLength(1)
    })

    test('r || s where ECDSA is answered in DER is refused', async () => {
      const Signature = base64(new Uint8Array(64).fill(1))
      const server = await answering(() => ({ body: { KeyId: arn, Signature } }))
      const error = await rejection(signerAt(server).sign(digest, { subject: subject('P-256') }))
      expect(error.code).toBe('signer-answer')
      expect(error.message).toContain('DER')
    })

    test('for whatever key an alias stands for now, is taken', async () => {
      const server = await answering(() => ({ body: { KeyId: arn, Signature: 'AAAA' } }))
      const signer = signerAt(server, { keyId: 'alias/release' })
      expect(await signer.sign(digest)).toEqual(new Uint8Array(3))
    })
  })

  describe('GetPublicKey and DescribeKey', () => {
    const PublicKey = spkiOf('rsa')
    const good = { KeyId: arn, PublicKey, KeyUsage: 'SIGN_VERIFY', KeySpec: 'RSA_2048' }
    const p256 = { ...good, PublicKey: spkiOf('P-256') }

    test.each([
      ['another key', { ...good, KeyId: other }, 'signer-answer'],
      ['no public key', { ...good, PublicKey: undefined }, 'signer-answer'],
      ['a KeySpec that does not fit', { ...good, KeySpec: 'RSA_4096' }, 'signer-answer'],
      ['a curve for RSA', { ...good, KeySpec: 'ECC_NIST_P256' }, 'signer-answer'],
      ['another curve', { ...p256, KeySpec: 'ECC_NIST_P384' }, 'signer-answer'],
      ['Ed25519 for a curve', { ...p256, KeySpec: 'ECC_NIST_EDWARDS25519' }, 'signer-answer'],
      ['a key for encryption', { ...good, KeyUsage: 'ENCRYPT_DECRYPT' }, 'key-unusable'],
      ['a key for agreement', { ...p256, KeyUsage: 'KEY_AGREEMENT' }, 'key-unusable'],
      ['a curve of no use', { ...p256, KeySpec: 'ECC_SECG_P256K1' }, 'unsupported'],
      ['octets that are no key', { ...good, PublicKey: 'AAAA' }, 'malformed'],
    ])('%s', async (_, body, code) => {
      const server = await answering(() => ({ body }))
      expect((await rejection(signerAt(server).publicKey())).code).toBe(code)
    })

    test.each([
      ['RSA_2048', 'rsa', { kind: 'rsa' }],
      ['ECC_NIST_P256', 'P-256', { kind: 'ecdsa', curve: 'P-256' }],
      ['ECC_NIST_P384', 'P-384', { kind: 'ecdsa', curve: 'P-384' }],
      ['ECC_NIST_P521', 'P-521', { kind: 'ecdsa', curve: 'P-521' }],
      ['ECC_NIST_EDWARDS25519', 'ed25519', { kind: 'ed25519' }],
    ] as const)('%s', async (KeySpec, type, expected) => {
      const server = await answering(() => ({
        body: { ...good, KeySpec, PublicKey: spkiOf(type) },
      }))
      expect(await signerAt(server).publicKey()).toMatchObject(expected)
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

    test('what the service says of the key, on one line each', async () => {
      const facts = { KeySpec: 'RSA_4096', KeyUsage: 'SIGN_VERIFY', KeyState: 'Pending\nDeletion' }
      const server = await answering(() => ({ body: { KeyMetadata: { Arn: arn, ...facts } } }))
      const [whose, ...told] =
        (await signerAt(server, { keyId: 'alias/release' }).describe?.()) ?? []
      expect(whose?.name).toBe('credentials')
      expect(whose?.value).toMatch(/^the access key that ends with \w{4}$/)
      expect(told).toEqual([
        { name: 'key', value: arn },
        { name: 'spec', value: 'RSA_4096' },
        { name: 'usage', value: 'SIGN_VERIFY' },
        { name: 'state', value: 'Pending Deletion (warning: not Enabled)' },
      ])
      const wrong = await answering(() => ({ body: { KeyMetadata: { Arn: other } } }))
      const error = await rejection(signerAt(wrong).describe?.() ?? Promise.resolve())
      expect(error.code).toBe('signer-answer')
    })

    test.each(['AccessDeniedException', 'NotFoundException'])(
      'whose credentials they are is told with %s',
      async (__type) => {
        const server = await answering(() => ({ status: 400, body: { __type, Message: 'no' } }))
        const [whose, service, ...more] = (await signerAt(server).describe?.()) ?? []
        expect(whose?.value).toMatch(/^the access key that ends with \w{4}$/)
        expect(service).toMatchObject({ name: 'service', known: false })
        expect(service?.value).toContain(__type)
        expect(more).toEqual([])
      },
    )

    test('a refusal of DescribeKey is told, with the action that is missing', async () => {
      const body = { __type: 'AccessDeniedException', Message: 'no' }
      const server = await answering(() => ({ status: 400, body }))
      const error = await rejection(signerAt(server).createdAt?.() ?? Promise.resolve())
      expect(error.code).toBe('signer-denied')
      expect(error.hint).toContain('kms:DescribeKey')
    })
  })

  describe('a clock that is off', () => {
    const minutes = (count: number): number => count * 60_000
    const dated = (offset: number): Record<string, string> => ({
      date: new Date(Date.now() + offset).toUTCString(),
    })

    test.each([6, -6, 60 * 24 * 400])('by %i minutes is warned about, once', async (off) => {
      const warn = vi.fn<(line: string) => void>()
      const body = { KeyId: arn, Signature: 'AAAA' }
      const server = await answering(() => ({ headers: dated(minutes(off)), body }))
      const signer = signerAt(server, { warn })
      await signer.sign(digest)
      await signer.sign(digest)
      expect(warn).toHaveBeenCalledOnce()
      const [, theirs = '', ours = ''] =
        /^AWS KMS says that it is (\S+), this machine (\S+): set its clock, /.exec(
          warn.mock.calls[0]?.[0] ?? '',
        ) ?? []
      expect(Date.parse(theirs) - Date.parse(ours)).toBeGreaterThan(minutes(off) - 5000)
      expect(Date.parse(theirs) - Date.parse(ours)).toBeLessThan(minutes(off) + 5000)
    })

    test.each([0, 4, -4])('by %i minutes is no matter', async (off) => {
      const warn = vi.fn<(line: string) => void>()
      const body = { KeyId: arn, Signature: 'AAAA' }
      const server = await answering(() => ({ headers: dated(minutes(off)), body }))
      await signerAt(server, { warn }).sign(digest)
      expect(warn).not.toHaveBeenCalled()
    })

    test('is put right for the request that the service refused for it', async () => {
      const warn = vi.fn<(line: string) => void>()
      const off = minutes(20)
      const server = await answering((_, _count, { headers }) => {
        const [, ...parts] =
          /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers['x-amz-date'])) ?? []
        const [year = 0, month = 0, ...rest] = parts.map(Number)
        const asked = Date.UTC(year, month - 1, ...rest)
        const late = Math.abs(Date.now() + off - asked) > minutes(5)
        const refusal = { __type: 'InvalidSignatureException', message: 'Signature expired: …' }
        const body = late ? refusal : { KeyId: arn, Signature: 'AAAA' }
        return { status: late ? 403 : 200, headers: dated(off), body }
      })
      expect(await signerAt(server, { warn }).sign(digest)).toEqual(new Uint8Array(3))
      expect(server.requests).toHaveLength(2)
      expect(warn).toHaveBeenCalledOnce()
    })
  })

  test.each([0, -1, 1.5, Number.NaN, 2 ** 31])(
    'timeoutMs and maxAttempts: %s is refused',
    (count) => {
      const endpoint = 'http://127.0.0.1:1'
      expect(codeOf(() => open({ keyId, endpoint, timeoutMs: count }))).toBe('usage')
      expect(codeOf(() => open({ keyId, endpoint, maxAttempts: count }))).toBe('usage')
    },
  )
})

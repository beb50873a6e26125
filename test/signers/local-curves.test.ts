import { createHash, createPrivateKey, generateKeyPairSync, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openLocalSigner } from '../../src/signers/local.ts'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { errorOf, rejection } from '../support/code-of.ts'
import { convert, newPem, toEncrypted } from '../support/openssl-key.ts'
import { describePart } from '../support/parts.ts'

const text = Buffer.from('a message')
const digestOf = (algorithm: Digest['algorithm']): Digest => ({
  algorithm,
  octets: new Uint8Array(createHash(algorithm).update(text).digest()),
})
const curves = ['P-256', 'P-384', 'P-521'] as const
const hashes = ['SHA-256', 'SHA-384', 'SHA-512'] as const

type Form = 'pkcs8' | 'sec1'
const pemOf = (key: KeyObject, type: Form = 'pkcs8'): string =>
  key.export({ type, format: 'pem' }).toString()
const opened = (pem: string): RemoteSigner => openLocalSigner({ pem, id: 'release.pem' })

describe('ECDSA', () => {
  test.each(curves.flatMap((curve) => hashes.map((hash) => [curve, hash] as const)))(
    '%s over %s, which node:crypto verifies',
    async (curve, hash) => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve })
      const signer = opened(pemOf(privateKey))
      const value = await signer.sign(digestOf(hash))
      const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
      expect(verify(hash, text, key, value)).toBe(true)
      expect(verify(hash, Buffer.from('another'), key, value)).toBe(false)
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      const point = Buffer.concat([Buffer.of(4), ...[x, y].map((n) => Buffer.from(n, 'base64url'))])
      expect(await signer.publicKey()).toEqual({
        kind: 'ecdsa',
        curve,
        point: Uint8Array.from(point),
      })
    },
  )

  test('the same digest gives the same signature: the nonce is not left to chance', async () => {
    const signer = opened(pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey))
    const digest = digestOf('SHA-256')
    expect(await signer.sign(digest)).toEqual(await signer.sign(digest))
  })

  test.each(curves)('%s: the SEC1 form is the same key', async (namedCurve) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve })
    const sec1 = pemOf(privateKey, 'sec1')
    expect(sec1).toContain('-----BEGIN EC PRIVATE KEY-----')
    expect(await opened(sec1).publicKey()).toEqual(await opened(pemOf(privateKey)).publicKey())
  })

  test('a secret with zeros in front is one all the same', async () => {
    // ECPrivateKey with the number 1, and no public half.
    const head = '303102010104' + '20' + `${'00'.repeat(31)}01` + 'a00a06082a8648ce3d030107'
    const key = createPrivateKey({ key: Buffer.from(head, 'hex'), format: 'der', type: 'sec1' })
    const signer = opened(pemOf(key))
    const publicKey = await signer.publicKey()
    // The base point of P-256 begins with its x.
    expect(publicKey).toMatchObject({ kind: 'ecdsa', curve: 'P-256' })
    const point = 'point' in publicKey ? Buffer.from(publicKey.point).toString('hex') : ''
    expect(point).toMatch(/^046b17d1f2e12c4247f8bce6e563a440f2/)
  })

  test('a public half in the file that is of another key is found', async () => {
    const [one, two] = ['a', 'b'].map(
      () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    )
    if (one === undefined || two === undefined) throw new Error('no keys')
    const der = (key: KeyObject): Buffer => key.export({ type: 'sec1', format: 'der' })
    const mixed = Buffer.concat([der(one).subarray(0, -64), der(two).subarray(-64)])
    const pem = `-----BEGIN EC PRIVATE KEY-----\n${mixed.toString('base64')}\n-----END EC PRIVATE KEY-----\n`
    const signer = opened(pem)
    expect((await rejection(signer.publicKey())).code).toBe('malformed')
    expect((await rejection(signer.sign(digestOf('SHA-256')))).code).toBe('malformed')
  })
})

describe('Ed25519', () => {
  test.each(hashes)('over the octets of a %s digest', async (hash) => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const signer = opened(pemOf(privateKey))
    const digest = digestOf(hash)
    expect(verify(null, digest.octets, publicKey, await signer.sign(digest))).toBe(true)
    const { x = '' } = publicKey.export({ format: 'jwk' })
    const point = Uint8Array.from(Buffer.from(x, 'base64url'))
    expect(await signer.publicKey()).toEqual({ kind: 'ed25519', point })
  })

  test('a digest of another length, and a signal that is aborted', async () => {
    const signer = opened(pemOf(generateKeyPairSync('ed25519').privateKey))
    const short = { ...digestOf('SHA-512'), octets: new Uint8Array(63) }
    expect((await rejection(signer.sign(short))).code).toBe('usage')
    const signal = AbortSignal.abort()
    expect((await rejection(signer.sign(digestOf('SHA-512'), { signal }))).code).toBe('aborted')
  })
})

describe('what cannot sign here is called by its name', () => {
  test.each([
    ['of type x25519', () => generateKeyPairSync('x25519').privateKey],
    ['of type x448', () => generateKeyPairSync('x448').privateKey],
    ['of type ed448', () => generateKeyPairSync('ed448').privateKey],
    [
      'of type dsa',
      () => generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey,
    ],
    ['of type rsa-pss', () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey],
    ...['secp256k1', 'brainpoolP256r1', 'secp224r1'].map(
      (namedCurve) =>
        [
          `on the curve ${namedCurve}`,
          () => generateKeyPairSync('ec', { namedCurve }).privateKey,
        ] as const,
    ),
  ] as const)('%s', (what, make) => {
    const error = errorOf(() => opened(pemOf(make())))
    expect(error.code).toBe('unsupported')
    expect(error.message).toBe(`release.pem is a key ${what}`)
    expect(error.hint).toMatch(/^RSA, Ed25519, and ECDSA on P-256, P-384 and P-521/)
  })
})

describePart('openssl', 'keys of OpenSSL', () => {
  test('ecparam writes the curve beside the key, which is read', async () => {
    const pem = await convert('', ['ecparam', '-name', 'secp384r1', '-genkey'])
    expect(pem).toContain('-----BEGIN EC PARAMETERS-----')
    expect(await opened(pem).publicKey()).toMatchObject({ kind: 'ecdsa', curve: 'P-384' })
  })

  test('a curve that is told by its numbers is known by them', async () => {
    const pem = await convert('', [
      ...['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
      ...['-pkeyopt', 'ec_param_enc:explicit'],
    ])
    expect(await opened(pem).publicKey()).toMatchObject({ kind: 'ecdsa', curve: 'P-256' })
  })

  test.each([
    ['Ed25519', ['-algorithm', 'ED25519']],
    ['P-521', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521']],
  ])('%s, encrypted', async (_, options) => {
    const pem = await newPem(options)
    const encrypted = await toEncrypted(pem, 'geheim', ['-scrypt'])
    const signer = openLocalSigner({ pem: encrypted, passphrase: 'geheim', id: 'k' })
    expect(await signer.publicKey()).toEqual(await opened(pem).publicKey())
  })

  test('SEC1 in the encryption of PEM itself is refused with the command', async () => {
    const pem = await newPem(['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'])
    const old = await convert(pem, ['ec', '-aes256', '-passout', 'pass:p'])
    expect(old).toContain('Proc-Type: 4,ENCRYPTED')
    expect(errorOf(() => opened(old)).hint).toMatch(/^convert it: openssl pkcs8 -topk8/)
  })
})

import { beforeAll, describe, expect, test } from 'vitest'
import { armorCertificate, serializeCertificate } from '../../src/certificate/certificate.ts'
import { createCertificate } from '../../src/certificate/create.ts'
import type { CreateCertificateOptions } from '../../src/certificate/create.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { toHex, utf8 } from '../../src/octets.ts'
import { expirationTime } from '../../src/packet/signature.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import { curveNames, curveSigner } from '../support/curve-keys.ts'
import { keysCreated, materialOf, signerOf, testPem, throwAwayPem } from '../support/engine-keys.ts'
import { faultySigners } from '../support/faulty-signers.ts'
import { readVector } from '../support/vectors.ts'

const signer = signerOf(testPem('a'))
const options: CreateCertificateOptions = {
  name: 'Longhand Test Key A',
  email: 'a@longhand.example',
  created: keysCreated,
  primitives,
}
const mint = (changed: Partial<CreateCertificateOptions> = {}, by: RemoteSigner = signer) =>
  createCertificate(by, { ...options, ...changed })
const refuse = async (changed: Partial<CreateCertificateOptions>, by = signer): Promise<string> =>
  (await rejection(mint(changed, by))).code

describe('a certificate', () => {
  test('is a key, a User ID and a self-signature, as the vectors keep it', async () => {
    const certificate = await mint()
    expect(certificate.packets.map(({ type }) => type)).toEqual([6, 13, 2])
    expect(serializeCertificate(certificate)).toEqual(readVector('longhand/certificate-a.gpg'))
    expect(utf8(armorCertificate(certificate))).toEqual(readVector('longhand/certificate-a.asc'))
    expect(certificate.userIds.map(({ userId }) => userId.text)).toEqual([
      'Longhand Test Key A <a@longhand.example>',
    ])
  })

  test('is the same from the portable primitives', async () => {
    const { primitives: _, ...portably } = options
    const certificate = await createCertificate(signer, portably)
    expect(serializeCertificate(certificate)).toEqual(readVector('longhand/certificate-a.gpg'))
  })

  test('says what verifiers ask for', async () => {
    const [component] = (await mint()).userIds
    const [signature] = component?.signatures ?? []
    expect(signature?.type).toBe(0x13)
    expect(signature?.hashed.map(({ type }) => type)).toEqual([2, 27, 21, 30, 25, 33])
    expect(signature?.hashed.map(({ body }) => toHex(body)).slice(1, 5)).toEqual([
      '03',
      '0A0908',
      '01',
      '01',
    ])
    expect(signature?.unhashed.map(({ type }) => type)).toEqual([16])
    expect(signature && expirationTime(signature)).toBeUndefined()
  })

  test.each(curveNames)('around a key on a curve is of version 4 too: %s', async (curve) => {
    const by = curveSigner(curve)
    const { primary, userIds, fingerprint } = await mint({}, by)
    const algorithm = curve === 'Ed25519' ? 22 : 19
    expect(primary.key).toMatchObject({ version: 4, algorithm, material: await by.publicKey() })
    expect(fingerprint).toMatch(/^[0-9A-F]{40}$/)
    const hash = { 'P-256': 8, 'P-384': 9, 'P-521': 10, Ed25519: 10 }[curve]
    expect(userIds[0]?.signatures[0]).toMatchObject({ type: 0x13, hashAlgorithm: hash })
  })

  test('an expiry is a key expiration time', async () => {
    const [component] = (await mint({ expiresAfter: 86_400 })).userIds
    const expiry = component?.signatures[0]?.hashed.find(({ type }) => type === 9)
    expect(expiry?.value).toEqual({ type: 9, seconds: 86_400 })
  })

  test('another creation time is another fingerprint, by whole seconds', async () => {
    const { fingerprint } = await mint()
    const same = await mint({ created: new Date(keysCreated.getTime() + 999) })
    expect(same.fingerprint).toBe(fingerprint)
    const other = await mint({ created: new Date(keysCreated.getTime() + 1000) })
    expect(other.fingerprint).not.toBe(fingerprint)
  })

  test('at the first and the last second that there are', async () => {
    for (const seconds of [0, 0xffffffff]) {
      const certificate = await mint({ created: new Date(seconds * 1000) })
      expect(certificate.primary.key.created).toBe(seconds)
    }
    const created = new Date(0xfffffffe * 1000)
    await mint({ created, expiresAfter: 1 })
    expect(await refuse({ created, expiresAfter: 2 })).toBe('time-invalid')
  })

  test.each(['SHA-256', 'SHA-384', 'SHA-512'] as const)('%s', async (hash) => {
    const [component] = (await mint({ hash })).userIds
    const numbers = { 'SHA-256': 8, 'SHA-384': 9, 'SHA-512': 10 }
    expect(component?.signatures[0]?.hashAlgorithm).toBe(numbers[hash])
  })

  test('one call for the key, one for the signature', async () => {
    const calls: string[] = []
    const watched: RemoteSigner = {
      id: 'watched',
      publicKey: (call) => {
        calls.push('publicKey')
        return signer.publicKey(call)
      },
      sign: (digest, call) => {
        calls.push(`sign ${digest.algorithm}`)
        return signer.sign(digest, call)
      },
    }
    await mint({}, watched)
    expect(calls).toEqual(['publicKey', 'sign SHA-256'])
  })
})

describe('refused', () => {
  test.each([
    ['before 1970', { created: new Date(-1) }, 'time-invalid'],
    ['after 2106', { created: new Date('2200-01-01T00:00:00Z') }, 'time-invalid'],
    ['no time', { created: new Date(NaN) }, 'time-invalid'],
    ['an expiry of none', { expiresAfter: 0 }, 'time-invalid'],
    ['an expiry before', { expiresAfter: -1 }, 'time-invalid'],
    ['half a second', { expiresAfter: 0.5 }, 'time-invalid'],
    ['no number', { expiresAfter: NaN }, 'time-invalid'],
    ['an expiry after 2106', { expiresAfter: 100 * 31_536_000 }, 'time-invalid'],
    ['a line break in the name', { name: 'A\nB' }, 'usage'],
    ['no address', { email: 'nobody' }, 'usage'],
    ['SHA-1', { hash: 'SHA-1' as 'SHA-256' }, 'usage'],
  ])('%s', async (_, changed, code) => {
    expect(await refuse(changed)).toBe(code)
  })

  describe('RSA-2048', () => {
    let small: RemoteSigner
    beforeAll(() => {
      small = signerOf(throwAwayPem(2048), 'small.pem')
    })

    test('only when it is allowed', async () => {
      const error = await rejection(mint({}, small))
      expect(error).toMatchObject({
        code: 'key-weak',
        message: 'small.pem is an RSA key of 2048 bits',
      })
      expect(error.hint).toContain('3072')
      await mint({ allowRsa2048: true }, small)
    })
  })

  test('RSA-1024, allowed or not, before it is asked to sign', async () => {
    const tiny: RemoteSigner = {
      id: 'tiny',
      publicKey: () =>
        Promise.resolve({ kind: 'rsa', n: new Uint8Array(128).fill(0xff), e: Uint8Array.of(3) }),
      sign: () => {
        throw new Error('it was asked')
      },
    }
    expect(await refuse({}, tiny)).toBe('key-weak')
    expect(await refuse({ allowRsa2048: true }, tiny)).toBe('key-weak')
  })

  test('a modulus of 3072 bits of which the first is zero is RSA-3071', async () => {
    const n = materialOf(testPem('a')).n.map((octet, index) => (index === 0 ? octet & 0x7f : octet))
    const key = { kind: 'rsa', n, e: Uint8Array.of(1, 0, 1) } as const
    expect(await refuse({}, { ...signer, publicKey: () => Promise.resolve(key) })).toBe('key-weak')
  })

  test('a key on a curve whose signer does not have it', async () => {
    const key = { kind: 'ed25519', point: new Uint8Array(32) } as const
    expect(await refuse({}, { ...signer, publicKey: () => Promise.resolve(key) })).toBe(
      'signer-answer',
    )
  })

  test('a hash that is too short for the curve', async () => {
    expect(await refuse({ hash: 'SHA-256' }, curveSigner('P-384'))).toBe('usage')
  })

  test("public parameters that are not the signer's (Klima and Rosa)", async () => {
    const publicKey = () => Promise.resolve(materialOf(testPem('b')))
    expect(await refuse({}, { ...signer, publicKey })).toBe('signer-answer')
  })

  test.each(faultySigners(signer, signerOf(testPem('b'))))(
    'an answer that is %s',
    async (_, by) => {
      const faulty = { ...by, publicKey: signer.publicKey }
      expect(await refuse({}, faulty)).toBe('signer-answer')
    },
  )
})

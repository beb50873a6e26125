import { describe, expect, test } from 'vitest'
import { bindSubkey } from '../../src/certificate/bind.ts'
import type { BindSubkeyOptions } from '../../src/certificate/bind.ts'
import { parseCertificates, serializeCertificate } from '../../src/certificate/certificate.ts'
import { revokeCertificate, revokeSubkey } from '../../src/certificate/revoke.ts'
import { signingKeys } from '../../src/certificate/evaluate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { readSignature } from '../../src/packet/signature.ts'
import { findValue } from '../../src/packet/subpacket.ts'
import { subpacketType } from '../../src/registry.ts'
import type { RemoteSigner } from '../../src/signature/signer.ts'
import { rejection } from '../support/code-of.ts'
import { signerOf, testPem, throwAwayPem } from '../support/engine-keys.ts'
import {
  bound,
  day,
  judge,
  mintPrimary,
  objections,
  otherSigner,
  primarySigner,
  subkeySigner,
  twoTier,
} from '../support/two-tier.ts'

const options: BindSubkeyOptions = { created: bound, primitives }

describe('a bound subkey', () => {
  test('is a Public-Subkey packet and a binding that holds its own signature', async () => {
    const certificate = await twoTier()
    expect(certificate.packets.map(({ type }) => type)).toEqual([6, 13, 2, 14, 2])
    const [subkey] = certificate.subkeys
    const [binding] = subkey?.signatures ?? []
    expect(binding?.type).toBe(0x18)
    expect(binding?.hashed.map(({ type }) => type)).toEqual([2, 27, 9, 32, 33])
    const embedded = binding && findValue(binding.hashed, subpacketType.embeddedSignature)
    const back = embedded && readSignature(embedded.octets)
    expect(back?.type).toBe(0x19)
    expect(back?.hashed.map(({ type }) => type)).toEqual([2, 33])
  })

  test('signs, and the primary key does not; for 365 days', async () => {
    const certificate = await twoTier()
    const keys = signingKeys(await judge(certificate, day(365.9)))
    expect(keys.map(({ role }) => role)).toEqual(['subkey'])
    expect(await objections(certificate, day(366))).toEqual([undefined, 'certificate-expired'])
    expect(await objections(certificate, day(0.5))).toEqual([undefined, 'time-invalid'])
  })

  test('leaves the fingerprint and every octet that was there', async () => {
    const primary = await mintPrimary()
    const certificate = await twoTier()
    expect(certificate.fingerprint).toBe(primary.fingerprint)
    const octets = (packets: typeof primary.packets) =>
      packets.map((packet) => Buffer.from(packet.octets).toString('hex'))
    expect(octets(certificate.packets)).toEqual(expect.arrayContaining(octets(primary.packets)))
  })

  test('is the same from the same inputs, but for ECDSA', async () => {
    const primary = await mintPrimary()
    const bind = () => bindSubkey(primary, primarySigner, otherSigner, options)
    expect(serializeCertificate(await bind())).toEqual(serializeCertificate(await bind()))
    const rsa = signerOf(testPem('a'))
    const bindRsa = () => bindSubkey(primary, primarySigner, rsa, options)
    expect(serializeCertificate(await bindRsa())).toEqual(serializeCertificate(await bindRsa()))
  })

  test('never expires, or when it is said', async () => {
    const never = await twoTier({}, { expires: 'never' })
    expect(await objections(never, day(9000))).toEqual([undefined, undefined])
    const soon = await twoTier({}, { expires: day(3) })
    expect(await objections(soon, day(2.9))).toEqual([undefined, undefined])
    expect(await objections(soon, day(3))).toEqual([undefined, 'certificate-expired'])
  })

  test('may have been made before the certificate', async () => {
    const certificate = await twoTier({}, { subkeyCreated: day(-100) })
    expect(certificate.subkeys[0]?.key.created).toBe(day(-100).getTime() / 1000)
    expect(await objections(certificate, day(2))).toEqual([undefined, undefined])
    const { subkeys } = await judge(certificate, day(2))
    expect(subkeys[0]?.expires).toBe(day(366).getTime() / 1000)
  })

  test('of version 6, in a version 6 certificate', async () => {
    const certificate = await twoTier({ version: 6 })
    expect(certificate.subkeys[0]?.key.version).toBe(6)
    expect(await objections(certificate, day(2))).toEqual([undefined, undefined])
  })

  test('a second one joins the first: the order is by age', async () => {
    const first = await twoTier()
    const second = await bindSubkey(first, primarySigner, otherSigner, {
      ...options,
      created: day(3),
    })
    expect(second.subkeys.map(({ key }) => key.material.kind)).toEqual(['ecdsa', 'ed25519'])
    expect(signingKeys(await judge(second, day(4)))).toHaveLength(2)
  })

  test('bound anew, by the same creation time, it has both bindings', async () => {
    const first = await twoTier()
    const again = await bindSubkey(first, primarySigner, subkeySigner, {
      ...options,
      created: day(300),
      subkeyCreated: bound,
    })
    expect(again.subkeys.map(({ signatures }) => signatures.length)).toEqual([2])
    expect(await objections(again, day(301))).toEqual([undefined, undefined])
  })

  test.each([
    ['never', undefined],
    [day(2000), day(2000)],
    [day(20), day(20)],
  ] as const)('bound anew, it lasts as long as before: %s', async (expires, end) => {
    const before = await twoTier({}, { expires })
    const again = (changed: Partial<BindSubkeyOptions>) =>
      bindSubkey(before, primarySigner, subkeySigner, {
        ...options,
        ...{ created: day(10), subkeyCreated: bound },
        ...changed,
      })
    const expiry = async (changed: Partial<BindSubkeyOptions>) =>
      (await judge(await again(changed), day(11))).subkeys[0]?.expires
    expect(await expiry({})).toBe(end && end.getTime() / 1000)
    expect(await expiry({ expires: day(30) })).toBe(day(30).getTime() / 1000)
  })

  test('bound anew once it has expired, it says how long', async () => {
    const before = await twoTier({}, { expires: day(20) })
    const late = { ...options, created: day(21), subkeyCreated: bound }
    const bind = (more: object) =>
      bindSubkey(before, primarySigner, subkeySigner, { ...late, ...more })
    expect(await rejection(bind({}))).toMatchObject({
      code: 'time-invalid',
      hint: 'say until when it is bound: --expires',
    })
    expect(await objections(await bind({ expires: day(40) }), day(30))).toEqual([
      undefined,
      undefined,
    ])
  })
})

test('each signer is asked once for its key and once for a signature, its own first', async () => {
  const calls: string[] = []
  const watch = (id: string, signer: RemoteSigner): RemoteSigner => ({
    id,
    publicKey: (call) => {
      calls.push(`${id} key`)
      return signer.publicKey(call)
    },
    sign: (digest, call) => {
      calls.push(`${id} 0x${call?.subject?.type.toString(16)} ${call?.subject?.purpose}`)
      return signer.sign(digest, call)
    },
  })
  const primary = await mintPrimary()
  await bindSubkey(primary, watch('hsm', primarySigner), watch('kms', subkeySigner), options)
  expect(calls).toEqual(['hsm key', 'kms key', 'kms 0x19 certification', 'hsm 0x18 certification'])
})

describe('refused', () => {
  const refuse = async (
    changed: Partial<BindSubkeyOptions> = {},
    { of = mintPrimary(), by = primarySigner, subkey = subkeySigner } = {},
  ) => {
    const { code, message, hint } = await rejection(
      bindSubkey(await of, by, subkey, { ...options, ...changed }),
    )
    return [code, `${message}; ${hint}`]
  }

  test('a signer that is not the primary key', async () => {
    const [code, message] = await refuse({}, { by: otherSigner })
    expect(code).toBe('key-mismatch')
    expect(message).toMatch(/is not the primary key of [0-9A-F]{40}/)
  })

  test('the primary key as its own subkey', async () => {
    expect(await refuse({}, { subkey: primarySigner })).toMatchObject(['usage', /itself/])
  })

  test('the same key a second time under another creation time', async () => {
    expect(await refuse({ created: day(5) }, { of: twoTier() })).toMatchObject([
      'usage',
      /already, made 2026-01-02T00:00:00Z/,
    ])
  })

  test('to bind anew in the second of the binding that is there', async () => {
    expect((await refuse({}, { of: twoTier() }))[0]).toBe('time-invalid')
  })

  test('a short RSA key, unless 2048 bits are allowed', async () => {
    const subkey = signerOf(throwAwayPem(2048))
    expect((await refuse({}, { subkey }))[0]).toBe('key-weak')
    const primary = await mintPrimary()
    await bindSubkey(primary, primarySigner, subkey, { ...options, allowRsa2048: true })
  })

  test('a certificate that has expired or is revoked', async () => {
    const expired = mintPrimary({ expiresAfter: 3600 })
    expect(await refuse({}, { of: expired })).toMatchObject(['certificate-expired', /extend/])
    const revoked = revokeCertificate(await mintPrimary(), primarySigner, {
      created: bound,
      reason: 'retired',
      primitives,
    })
    expect((await refuse({}, { of: revoked }))[0]).toBe('certificate-revoked')
  })

  test.each(['superseded', 'compromised'] as const)(
    'a subkey that is revoked: %s',
    async (reason) => {
      const certificate = await twoTier()
      const subkey = certificate.subkeys[0]?.key.fingerprint ?? ''
      const revocation = { created: day(2), reason, subkey, primitives }
      const of = revokeSubkey(certificate, primarySigner, revocation)
      const changed = { created: day(3), subkeyCreated: bound }
      expect((await refuse(changed, { of }))[0]).toBe('certificate-revoked')
    },
  )

  test.each([
    ['in the past', { expires: day(0.5) }],
    ['at once', { expires: bound }],
    ['after all times', { expires: new Date('2170-01-01T00:00:00Z') }],
    ['made after it is bound', { subkeyCreated: day(5) }],
    ['before the certificate', { created: day(-1) }],
  ])('an expiry or a time: %s', async (_, changed) => {
    expect((await refuse(changed))[0]).toBe('time-invalid')
  })

  test('an answer that is not the signature, of either signer', async () => {
    const wrong: RemoteSigner = { ...subkeySigner, sign: () => Promise.resolve(new Uint8Array(64)) }
    expect((await refuse({}, { subkey: wrong }))[0]).toBe('signer-answer')
    const by = { ...primarySigner, sign: () => Promise.resolve(new Uint8Array(64)) }
    expect((await refuse({}, { by }))[0]).toBe('signer-answer')
  })
})

test('what is written is read again', async () => {
  const certificate = await twoTier()
  const [read] = parseCertificates(serializeCertificate(certificate), { primitives })
  expect(read && (await objections(read, day(2)))).toEqual([undefined, undefined])
})

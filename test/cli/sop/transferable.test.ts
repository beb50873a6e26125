/** Keys of others: subkeys that sign, passwords, algorithms that make no signature here. */

import { generateKey } from 'openpgp'
import { describe, expect, test } from 'vitest'
import { failures, SopFailure } from '../../../src/cli/sop/failure.ts'
import { readTransferableKeys, signingKeyOf } from '../../../src/cli/sop/transferable.ts'
import { serializeCertificate } from '../../../src/certificate/certificate.ts'
import { isOpenPGPError } from '../../../src/errors.ts'

const userIDs = { name: 'Eve', email: 'eve@example.org' }
/** Keys are made while the tests run, and looked at a minute later. */
const now = new Date(Date.now() + 60_000)

type Options = Partial<Parameters<typeof generateKey>[0]>

async function make(options: Options): Promise<{ secret: Uint8Array; certificate: Uint8Array }> {
  const made = await generateKey({ userIDs, format: 'object', ...options } as never)
  const { privateKey, publicKey } = made as unknown as {
    privateKey: { write(): Uint8Array }
    publicKey: { write(): Uint8Array }
  }
  return { secret: privateKey.write(), certificate: publicKey.write() }
}

async function failureOf(secret: Uint8Array, at = now): Promise<number | undefined> {
  try {
    const [key] = readTransferableKeys(secret, 'key')
    await signingKeyOf(key!, at)
    return undefined
  } catch (error) {
    if (error instanceof SopFailure) return failures[error.failure]
    throw error
  }
}

const kinds: [string, Options][] = [
  ['Ed25519 of version 4', { type: 'ecc', curve: 'ed25519Legacy' }],
  ['RSA', { type: 'rsa', rsaBits: 2048 }],
  ['Ed25519 of version 6', { type: 'curve25519', config: { v6Keys: true } }],
  ['Curve448 of version 6', { type: 'curve448', config: { v6Keys: true } }],
  ['NIST P-256', { type: 'ecc', curve: 'nistP256' }],
]

describe('certificates', () => {
  test.each(kinds)('of %s with an encryption subkey are the same octets', async (_, options) => {
    const { secret, certificate } = await make(options)
    const [key] = readTransferableKeys(secret, 'key')
    expect(Buffer.from(serializeCertificate(key!.certificate))).toEqual(Buffer.from(certificate))
  })

  test('with a password as well', async () => {
    const { secret, certificate } = await make({ type: 'curve25519', passphrase: 'secret' })
    const [key] = readTransferableKeys(secret, 'key')
    expect(Buffer.from(serializeCertificate(key!.certificate))).toEqual(Buffer.from(certificate))
  })
})

describe('the key that signs', () => {
  test('is the signing subkey where there is one', async () => {
    const { secret } = await make({ type: 'rsa', rsaBits: 2048, subkeys: [{ sign: true }] })
    const [key] = readTransferableKeys(secret, 'key')
    const { component } = await signingKeyOf(key!, now)
    expect(component).toBe(key!.certificate.subkeys[0]?.key.fingerprint)
  })

  test('is the primary key otherwise', async () => {
    const { secret } = await make({ type: 'rsa', rsaBits: 2048 })
    const [key] = readTransferableKeys(secret, 'key')
    expect((await signingKeyOf(key!, now)).component).toBe(key!.certificate.fingerprint)
  })
})

describe('failures', () => {
  test('67: a key with a password', async () => {
    const { secret } = await make({ type: 'curve25519', passphrase: 'secret' })
    expect(await failureOf(secret)).toBe(67)
  })

  test('13: an algorithm that is checked and not signed with', async () => {
    expect(await failureOf((await make({ type: 'ecc', curve: 'nistP256' })).secret)).toBe(13)
  })

  test('79: a key that has expired', async () => {
    const made = { type: 'rsa', rsaBits: 2048, date: new Date('2026-01-01'), keyExpirationTime: 60 }
    expect(await failureOf((await make(made as Options)).secret)).toBe(79)
  })

  test('79: a key from the future', async () => {
    const { secret } = await make({ type: 'rsa', rsaBits: 2048 })
    expect(await failureOf(secret, new Date(now.getTime() - 86_400_000))).toBe(79)
  })

  test('41: a certificate, alone or among keys', async () => {
    const { secret, certificate } = await make({ type: 'rsa', rsaBits: 2048 })
    for (const octets of [certificate, Buffer.concat([secret, certificate])]) {
      expect(() => readTransferableKeys(octets, 'key')).toThrow(SopFailure)
    }
  })

  test('a stray packet in front is malformed', () => {
    const marker = Uint8Array.of(0xca, 3, 0x50, 0x47, 0x50)
    let thrown: unknown
    try {
      readTransferableKeys(marker, 'key')
    } catch (error) {
      thrown = error
    }
    expect(isOpenPGPError(thrown, 'malformed')).toBe(true)
  })
})

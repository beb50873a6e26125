import { createPrivateKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { generateKeyPem, parseKeyType } from '../../src/node/generate-key.ts'
import { openLocalSigner } from '../../src/signers/local.ts'
import { errorOf, rejection } from '../support/code-of.ts'

test('a key of 4096 bits unless told otherwise, as PKCS#8, that the local signer opens', async () => {
  const pem = await generateKeyPem()
  expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
  expect(createPrivateKey(pem).asymmetricKeyDetails).toEqual({
    modulusLength: 4096,
    publicExponent: 65537n,
  })
  const material = await openLocalSigner({ pem, id: 'k' }).publicKey()
  expect(material).toMatchObject({ kind: 'rsa', e: Uint8Array.of(1, 0, 1) })
})

test('with a passphrase it is encrypted, and every key is another', async () => {
  const [first, second] = [
    await generateKeyPem({ type: 'rsa3072', passphrase: 'p' }),
    await generateKeyPem({ type: 'rsa3072' }),
  ]
  expect(first).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
  const opened = createPrivateKey({ key: first, passphrase: 'p' })
  expect(opened.asymmetricKeyDetails?.modulusLength).toBe(3072)
  expect(opened.equals(createPrivateKey(second))).toBe(false)
})

test.each([
  ['ed25519', { kind: 'ed25519' }],
  ['p256', { kind: 'ecdsa', curve: 'P-256' }],
  ['p384', { kind: 'ecdsa', curve: 'P-384' }],
  ['p521', { kind: 'ecdsa', curve: 'P-521' }],
] as const)('a key of type %s', async (type, material) => {
  const pem = await generateKeyPem({ type, passphrase: 'p' })
  const signer = openLocalSigner({ pem, passphrase: 'p', id: 'k' })
  expect(await signer.publicKey()).toMatchObject(material)
})

test('the name of a type is read, and of no other', () => {
  expect(parseKeyType('p256')).toBe('p256')
  for (const text of ['rsa2048', 'rsa', 'RSA4096', 'toString', '']) {
    const error = errorOf(() => parseKeyType(text))
    expect(error.code).toBe('usage')
    expect(error.hint).toContain('rsa4096, rsa3072, rsa8192, ed25519, p256, p384, p521')
  }
})

test('an empty passphrase is refused, rather than to leave the key open', async () => {
  expect((await rejection(generateKeyPem({ type: 'ed25519', passphrase: '' }))).code).toBe('usage')
})

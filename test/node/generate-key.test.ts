import { createPrivateKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { generateRsaPem } from '../../src/node/generate-key.ts'
import { openLocalSigner } from '../../src/signers/local.ts'
import { rejection } from '../support/code-of.ts'

test('a key of 4096 bits unless told otherwise, as PKCS#8, that the local signer opens', async () => {
  const pem = await generateRsaPem()
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
    await generateRsaPem({ bits: 3072, passphrase: 'p' }),
    await generateRsaPem({ bits: 3072 }),
  ]
  expect(first).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
  const opened = createPrivateKey({ key: first, passphrase: 'p' })
  expect(opened.asymmetricKeyDetails?.modulusLength).toBe(3072)
  expect(opened.equals(createPrivateKey(second))).toBe(false)
})

test.each([0, 1024, 2048, 4095, 16384, Number.NaN])('%s bits are refused', async (bits) => {
  expect((await rejection(generateRsaPem({ bits }))).code).toBe('usage')
})

test('an empty passphrase is refused, rather than to leave the key open', async () => {
  expect((await rejection(generateRsaPem({ bits: 3072, passphrase: '' }))).code).toBe('usage')
})

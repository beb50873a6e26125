import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readSecretKey, writeSecretKey } from '../../../src/cli/sop/secret-key.ts'
import { generateSecret, openSecretSigner } from '../../../src/cli/sop/secret-signer.ts'
import { fingerprintHash } from '../../../src/signature/hasher.ts'
import { nodePrimitives } from '../../../src/node/primitives.ts'
import { concat, fromHex } from '../../../src/octets.ts'
import { createPublicKey as createPacket, readPublicKey } from '../../../src/packet/public-key.ts'
import { codeOf, errorOf } from '../../support/code-of.ts'

const hash = fingerprintHash(nodePrimitives)
const digest = { algorithm: 'SHA-256', octets: new Uint8Array(32).fill(7) } as const

/** RFC 9580 appendix A.4: the body of a version 6 Secret-Key packet. */
const sample = fromHex(
  '0663877FE31B00000020F94DA7BB48D60A61E567706A6587D0331999BB9D891A08242EAD84543DF895A3' +
    '001972817B12BE707E8D5F586CE61361201D344EB266A2C82FDE6835762B65B0B7',
)!

describe('RFC 9580 appendix A.4', () => {
  test('is read, and written the same', () => {
    const key = readSecretKey(sample)
    if (typeof key.secret === 'string') throw new Error(key.secret)
    expect(readPublicKey(key.publicBody, hash).fingerprint).toMatch(/^CB186C4F0609A697/)
    expect(writeSecretKey(key.publicBody, key.secret)).toEqual(sample)
  })
})

describe.each([
  ['rsa', 4],
  ['ed25519', 4],
  ['ed25519', 6],
] as const)('%s in version %i', (kind, version) => {
  test('comes back from its packet and signs as before', async () => {
    const made = await generateSecret(kind)
    const material = await made.signer.publicKey()
    const key = createPacket({ material, created: 1, version }, hash)
    const body = writeSecretKey(key.body, made.secret)
    const read = readSecretKey(body)
    expect(read.publicBody).toEqual(key.body)
    expect(read.secret).toEqual(made.secret)
    if (typeof read.secret === 'string') throw new Error(read.secret)
    const again = openSecretSigner(key.material, read.secret, 'again')
    expect(await again.publicKey()).toEqual(material)
    expect(await again.sign(digest)).toEqual(await made.signer.sign(digest))
  })
})

test('an Ed25519 signature is over the digest itself', async () => {
  const { signer } = await generateSecret('ed25519')
  const { kind, ...rest } = await signer.publicKey()
  if (kind !== 'ed25519') throw new Error(kind)
  const x = Buffer.from((rest as { point: Uint8Array }).point).toString('base64url')
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
  expect(verify(null, digest.octets, key, await signer.sign(digest))).toBe(true)
})

test('leading zero octets of a version 4 seed are dropped in the packet and come back', async () => {
  const { signer } = await generateSecret('ed25519')
  const key = createPacket({ material: await signer.publicKey(), created: 1 }, hash)
  const seed = new Uint8Array(32).fill(9, 2)
  const body = writeSecretKey(key.body, { kind: 'ed25519', seed })
  expect(body.length).toBe(key.body.length + 1 + 2 + 30 + 2)
  expect(readSecretKey(body).secret).toEqual({ kind: 'ed25519', seed })
})

describe('what is not read', () => {
  const version4 = async (): Promise<{ body: Uint8Array; publicOctets: number }> => {
    const { signer, secret } = await generateSecret('ed25519')
    const key = createPacket({ material: await signer.publicKey(), created: 1 }, hash)
    return { body: writeSecretKey(key.body, secret), publicOctets: key.body.length }
  }

  test('every flipped octet of the secret or its checksum is malformed', async () => {
    const { body, publicOctets } = await version4()
    for (let at = publicOctets + 1; at < body.length; at += 1) {
      const flipped = Uint8Array.from(body)
      flipped[at] = (flipped[at] ?? 0) ^ 0x10
      expect(
        codeOf(() => readSecretKey(flipped)),
        `octet ${at}`,
      ).toMatch(/malformed|limit/)
    }
  })

  test('what is cut short or goes on is malformed', async () => {
    const { body } = await version4()
    for (let length = 0; length < body.length; length += 1) {
      expect(
        codeOf(() => readSecretKey(body.subarray(0, length))),
        `${length}`,
      ).toBe('malformed')
    }
    expect(codeOf(() => readSecretKey(concat(body, Uint8Array.of(0))))).toBe('malformed')
    expect(codeOf(() => readSecretKey(concat(sample, Uint8Array.of(0))))).toBe('malformed')
  })

  test.each([9, 253, 254, 255])('S2K usage %i is protected', async (usage) => {
    const { body, publicOctets } = await version4()
    const changed = Uint8Array.from(body)
    changed[publicOctets] = usage
    expect(readSecretKey(changed)).toMatchObject({ secret: 'protected' })
  })

  test.each([2, 3, 5])('version %i is unsupported', async (version) => {
    const { body } = await version4()
    const changed = Uint8Array.from(body)
    changed[0] = version
    expect(codeOf(() => readSecretKey(changed))).toBe('unsupported')
  })

  test('halves of different keys are malformed, and the error says nothing of them', async () => {
    const [one, two] = [await generateSecret('rsa'), await generateSecret('rsa')]
    const [three, four] = [await generateSecret('ed25519'), await generateSecret('ed25519')]
    const pairs = [
      [one, two],
      [one, three],
      [three, one],
      [three, four],
    ] as const
    for (const [a, b] of pairs) {
      const material = await a.signer.publicKey()
      expect(codeOf(() => openSecretSigner(material, b.secret, 'x'))).toBe('malformed')
    }
    const rsa = await one.signer.publicKey()
    const none = new Uint8Array()
    for (const number of ['d', 'p', 'q', 'u'] as const) {
      const secret = { ...one.secret, [number]: none }
      const error = errorOf(() => openSecretSigner(rsa, secret, 'x'))
      expect([error.code, error.cause]).toEqual(['malformed', undefined])
    }
  })
})

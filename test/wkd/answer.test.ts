import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateCertificate } from '../../src/certificate/evaluate.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { revocationReason } from '../../src/registry.ts'
import { parseAddress } from '../../src/wkd/address.ts'
import { readAnswer, requireOwn } from '../../src/wkd/answer.ts'
import type { WkdAnswer } from '../../src/wkd/answer.ts'
import { encodeArmor } from '../../src/wire/armor.ts'
import { rejection } from '../support/code-of.ts'
import {
  because,
  certify,
  keyExpires,
  name,
  primaryPacket,
  revokeUserId,
  signatureExpires,
  signs,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { day, forgeKey, madeAt } from '../support/forge/signature.ts'
import {
  address,
  alice,
  at,
  foreign,
  forged,
  mallory,
  revoked,
  sound,
} from '../support/wkd/answers.ts'

const url = 'https://openpgpkey.example.org/hu/x'
const judging = { at, policy: standardPolicy(), primitives: nodePrimitives }

const read = (octets: Uint8Array, email = address): Promise<WkdAnswer> =>
  readAnswer(octets, { ...judging, url, address: parseAddress(email) })

const readOwn = async (octets: Uint8Array): Promise<void> =>
  requireOwn(await read(octets), { url, address: parseAddress(address) })

const kept = async (octets: Uint8Array, email?: string): Promise<string[]> =>
  (await read(octets, email)).certificates.map(({ fingerprint }) => fingerprint)

const [aliceKey, malloryKey] = [alice.key.fingerprint, mallory.key.fingerprint]

describe('kept is what has a valid User ID of the address', () => {
  test('one of several, and the others are told', async () => {
    const { certificates, passedOver } = await read(concat(foreign, sound))
    expect(certificates.map(({ fingerprint }) => fingerprint)).toEqual([aliceKey])
    expect(passedOver).toMatchObject([
      { certificate: { fingerprint: malloryKey }, code: 'user-id-missing' },
    ])
  })

  test('whatever the case of its ASCII letters', async () => {
    expect(await kept(sound, 'ALICE@Example.ORG')).toEqual([aliceKey])
  })

  test('a bare address is a User ID too', async () => {
    const bare = concat(primaryPacket(alice), userIdPacket(address), certify(alice, {}, address))
    expect(await kept(bare)).toEqual([aliceKey])
  })

  test('revoked and expired certificates come through as what they are', async () => {
    const expired = concat(
      primaryPacket(alice),
      userIdPacket(),
      certify(alice, { hashed: [signs, keyExpires(day * 30)] }),
    )
    const codes = []
    for (const octets of [revoked, expired]) {
      const [certificate] = (await read(octets)).certificates
      if (!certificate) throw new Error('it was dropped')
      codes.push((await evaluateCertificate(certificate, judging)).primary.objection?.code)
    }
    expect(codes).toEqual(['certificate-revoked', 'certificate-expired'])
  })

  test('two copies of one certificate both come through: one may lack a revocation', async () => {
    expect(await kept(concat(sound, revoked))).toEqual([aliceKey, aliceKey])
  })
})

describe('passed over, and refused when there is nothing else', () => {
  const cases: Record<string, Uint8Array> = {
    'another address': foreign,
    'a User ID without a self-signature': concat(primaryPacket(mallory), userIdPacket()),
    "a self-signature by another's key": forged,
    "another's whole User ID and signature": concat(
      primaryPacket(mallory),
      userIdPacket(),
      certify(alice),
    ),
    'a self-signature that has expired': concat(
      primaryPacket(alice),
      userIdPacket(),
      certify(alice, { hashed: [signs, signatureExpires(day)] }),
    ),
    'a self-signature of the future': concat(
      primaryPacket(alice),
      userIdPacket(),
      certify(alice, { created: madeAt + 3650 * day }),
    ),
    'a self-signature by SHA-1': concat(
      primaryPacket(alice),
      userIdPacket(),
      certify(alice, { hash: 'SHA-1' }),
    ),
    'a User ID that was revoked': concat(
      primaryPacket(alice),
      userIdPacket(),
      certify(alice),
      revokeUserId(alice, {
        created: madeAt + 30 * day,
        hashed: [because(revocationReason.userIdInvalid)],
      }),
    ),
    'no User ID at all': primaryPacket(alice),
    'a name that only looks like the address': concat(
      primaryPacket(mallory),
      userIdPacket(`${address} <mallory@example.org>`),
      certify(mallory, {}, `${address} <mallory@example.org>`),
    ),
    'a longer domain': concat(
      primaryPacket(mallory),
      userIdPacket('<alice@example.org.evil.example>'),
      certify(mallory, {}, '<alice@example.org.evil.example>'),
    ),
    'signatures by the thousand that cannot be read': concat(
      primaryPacket(mallory),
      userIdPacket(),
      ...Array.from({ length: 2100 }, () => Uint8Array.of(0xc2, 1, 4)),
    ),
  }
  test.each(Object.entries(cases))('%s', async (_, octets) => {
    expect(await kept(octets)).toEqual([])
    const error = await rejection(readOwn(octets))
    expect(error.code).toBe('user-id-missing')
    expect(error.message).toContain(`${url} has no certificate of ${address}`)
    // Other certificates stay what they are beside it.
    const { certificates, passedOver } = await read(
      concat(octets, primaryPacket(strong), userIdPacket(), certify(strong)),
    )
    expect(certificates.map(({ fingerprint }) => fingerprint)).toEqual([strong.key.fingerprint])
    expect(passedOver).toHaveLength(1)
  })

  const strong = forgeKey('strong')

  test('one that cannot be read is told and takes nothing with it', async () => {
    const { certificates, passedOver } = await read(
      concat(sound, Uint8Array.of(0xc6, 6, 3, 0, 0, 0, 0, 0)),
    )
    expect(certificates).toHaveLength(1)
    expect(passedOver).toMatchObject([{ certificate: undefined }])
  })
})

describe('what is no certificate is named', () => {
  test.each([
    ['nothing', new Uint8Array(), 'is empty'],
    ['armor', utf8(encodeArmor('PUBLIC KEY BLOCK', sound)), 'is armored, and has to be binary'],
    ['a page', utf8('\n<!DOCTYPE html><title>Not found</title>'), 'is a web page'],
    ['text', utf8('no such key'), 'is no OpenPGP data'],
    ['a cut certificate', sound.subarray(0, -1), 'is no certificate: '],
    ['something after it', concat(sound, utf8('!')), 'is no certificate: '],
    ['random octets', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 'is no certificate: '],
  ])('%s', async (_, octets, said) => {
    const error = await rejection(read(octets))
    expect(error.code).toBe('directory-answer')
    expect(error.message).toContain(`${url} ${said}`)
  })

  test('whatever the octets, there is a certificate or one of two codes', async () => {
    const codes = ['directory-answer', 'user-id-missing']
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (octets) => {
        expect(codes).toContain((await rejection(readOwn(octets))).code)
      }),
    )
  })

  test('one octet changed: the same certificate, or none', async () => {
    const at = fc.nat(sound.length - 1)
    await fc.assert(
      fc.asyncProperty(at, fc.integer({ min: 1, max: 255 }), async (place, mask) => {
        const changed = sound.map((octet, index) => (index === place ? octet ^ mask : octet))
        const found = await kept(changed).catch(() => [])
        expect([[], [aliceKey]]).toContainEqual(found)
      }),
    )
  })
})

test('the name of the forged certificates is the address that is asked for', () => {
  expect(name).toContain(`<${address}>`)
})

/** Preimages against octets laid out by hand, and against signatures that others made. */

import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat, fromHex, toHex, utf8 } from '../../src/octets.ts'
import { createPublicKey } from '../../src/packet/public-key.ts'
import type { PublicKey } from '../../src/packet/public-key.ts'
import { issuerHints, readSignature } from '../../src/packet/signature.ts'
import type { Signature } from '../../src/packet/signature.ts'
import { findValue } from '../../src/packet/subpacket.ts'
import { readUserId } from '../../src/packet/user-id.ts'
import { subpacketType } from '../../src/registry.ts'
import { checkValue } from '../../src/signature/check.ts'
import { digestName } from '../../src/signature/hasher.ts'
import { portable } from '../../src/signature/portable.ts'
import { digestWithTrailer, hashTarget } from '../../src/signature/preimage.ts'
import type { Target } from '../../src/signature/preimage.ts'
import { readInput } from '../../src/wire/input.ts'
import { readPackets } from '../../src/wire/packet.ts'
import { expectationOf, readVector } from '../support/vectors.ts'

const sha1 = (octets: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha1').update(octets).digest())
const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array()

/** All that a target and a trailer hash, kept. */
function preimageOf(target: Target | undefined, signedPart: Uint8Array): string {
  const seen: Uint8Array[] = []
  const recorder = {
    update: (chunk: Uint8Array): void => void seen.push(chunk.slice()),
    copy: () => recorder,
    digest: () => new Uint8Array(),
  }
  if (target) hashTarget(recorder, target)
  digestWithTrailer(recorder, signedPart)
  return toHex(concat(...seen))
}

describe('laid out by hand, RFC 9580 §5.2.4', () => {
  const small = { kind: 'rsa', n: octets('01FF'), e: octets('03') } as const
  const primary = createPublicKey(small, 1, sha1)
  const subkey = createPublicKey({ ...small, n: octets('02') }, 2, sha1)
  const userId = readUserId(utf8('é'))
  const signed = octets('041801080006050200000001')
  const primaryHex = '99000D' + '040000000101' + '000901FF' + '000203'
  const subkeyHex = '99000C' + '040000000201' + '000202' + '000203'
  const trailer = '041801080006050200000001' + '04FF' + '0000000C'

  test('a key', () => {
    expect(preimageOf({ kind: 'key', primary }, signed)).toBe(primaryHex + trailer)
  })

  test('a subkey: the primary key first, both framed as a primary key', () => {
    expect(preimageOf({ kind: 'subkey', primary, subkey }, signed)).toBe(
      primaryHex + subkeyHex + trailer,
    )
  })

  test('a User ID: its length in four octets behind B4', () => {
    expect(preimageOf({ kind: 'user-id', primary, userId }, signed)).toBe(
      primaryHex + 'B4' + '00000002' + 'C3A9' + trailer,
    )
  })

  test('a document: nothing before the trailer, whose count is of four octets', () => {
    expect(preimageOf(undefined, new Uint8Array(300))).toBe('00'.repeat(300) + '04FF0000012C')
  })
})

test('the digest that RFC 9580 prints, appendix A.2', () => {
  const said = expectationOf<{ digest: string }>('rfc9580', 'a2-v4-ed25519legacy-signature')
  const file = readVector('rfc9580/a2-v4-ed25519legacy-signature.asc')
  const [piece = file] = readInput(file, 'SIGNATURE', 'A.2')
  const [packet] = readPackets(piece)
  const { signedPart, digestPrefix } = readSignature(packet?.body ?? piece)
  const hasher = portable.hasher('SHA-256')
  hasher.update(utf8('OpenPGP'))
  const digest = toHex(digestWithTrailer(hasher, signedPart))
  expect(digest).toBe(said.digest)
  expect(digest.slice(0, 4)).toBe(toHex(digestPrefix))
})

async function fits(key: PublicKey, signature: Signature, target: Target): Promise<boolean> {
  const algorithm = digestName(signature.hashAlgorithm)
  if (!algorithm) throw new Error('a hash that is not supported')
  const hasher = nodePrimitives.hasher(algorithm)
  hashTarget(hasher, target)
  const digest = { algorithm, octets: digestWithTrailer(hasher, signature.signedPart) }
  expect(toHex(digest.octets.subarray(0, 2))).toBe(toHex(signature.digestPrefix))
  return checkValue(key, digest, signature.value, nodePrimitives)
}

/** Every signature of a certificate with what it is about, in the order of the packets. */
function signaturesOf(certificate: Certificate): { signature: Signature; target: Target }[] {
  const primary = certificate.primary.key
  const about = (signatures: readonly Signature[], target: Target) =>
    signatures.map((signature) => ({ signature, target }))
  return [
    ...about(certificate.primary.signatures, { kind: 'key', primary }),
    ...certificate.userIds.flatMap(({ signatures, userId }) =>
      about(signatures, { kind: 'user-id', primary, userId }),
    ),
    ...certificate.subkeys.flatMap(({ signatures, key: subkey }) =>
      about(signatures, { kind: 'subkey', primary, subkey }),
    ),
  ]
}

function certificateFrom(file: string): Certificate {
  const [certificate] = parseCertificates(readVector(file))
  if (!certificate) throw new Error(file)
  return certificate
}

const isBy = (signature: Signature, key: PublicKey): boolean =>
  issuerHints(signature).fingerprints.includes(key.fingerprint)

describe('what gpg signed', () => {
  interface Said {
    readonly selfSignatureTypes: number[]
    readonly otherSignatureTypes: number[]
  }
  const others = certificateFrom('gnupg/other.asc')

  test.each(['main', 'other', 'other-revoked'])('%s: each signature fits', async (id) => {
    const said = expectationOf<Said>('gnupg', id)
    const certificate = certificateFrom(`gnupg/${id}.asc`)
    const all = signaturesOf(certificate)
    const own = all.filter(({ signature }) => isBy(signature, certificate.primary.key))
    const foreign = all.filter(({ signature }) => !isBy(signature, certificate.primary.key))
    expect(own.map(({ signature }) => signature.type)).toEqual(said.selfSignatureTypes)
    expect(foreign.map(({ signature }) => signature.type)).toEqual(said.otherSignatureTypes)
    for (const { signature, target } of own) {
      expect(await fits(certificate.primary.key, signature, target)).toBe(true)
    }
    for (const { signature, target } of foreign) {
      expect(await fits(others.primary.key, signature, target)).toBe(true)
    }
  })

  test('the back signatures (0x19) fit the subkeys that made them', async () => {
    const certificate = certificateFrom('gnupg/main.asc')
    const primary = certificate.primary.key
    let found = 0
    for (const { signatures, key: subkey } of certificate.subkeys) {
      for (const { unhashed } of signatures) {
        const embedded = findValue(unhashed, subpacketType.embeddedSignature)
        if (!embedded) continue
        const signature = readSignature(embedded.octets)
        expect(signature.type).toBe(0x19)
        expect(await fits(subkey, signature, { kind: 'subkey', primary, subkey })).toBe(true)
        expect(await fits(primary, signature, { kind: 'subkey', primary, subkey })).toBe(false)
        found += 1
      }
    }
    expect(found).toBe(2)
  })

  test('no signature fits another target', async () => {
    const certificate = certificateFrom('gnupg/main.asc')
    const primary = certificate.primary.key
    const all = signaturesOf(certificate)
    const targets = [...new Set(all.map(({ target }) => target))]
    for (const { signature, target } of all) {
      if (!isBy(signature, primary)) continue
      for (const other of targets.filter((one) => one !== target)) {
        const algorithm = digestName(signature.hashAlgorithm) ?? 'SHA-512'
        const hasher = nodePrimitives.hasher(algorithm)
        hashTarget(hasher, other)
        const digest = { algorithm, octets: digestWithTrailer(hasher, signature.signedPart) }
        expect(await checkValue(primary, digest, signature.value, nodePrimitives)).toBe(false)
      }
    }
  })
})

describe("the samples' Bob", () => {
  const bob = certificateFrom('samples/bob.asc')
  const primary = bob.primary.key

  test('has his fingerprint, and his self-signatures fit', async () => {
    const said = expectationOf<{ fingerprint: string; userId: string }>('samples', 'bob')
    expect(bob.fingerprint).toBe(said.fingerprint)
    expect(bob.userIds.map(({ userId }) => userId.text)).toEqual([said.userId])
    const all = signaturesOf(bob)
    expect(all.map(({ signature }) => signature.type)).toEqual([0x13, 0x18])
    for (const { signature, target } of all) {
      expect(await fits(primary, signature, target)).toBe(true)
    }
  })

  test('his revocation fits his key', async () => {
    const file = readVector('samples/bob-revocation.asc')
    const [piece = file] = readInput(file, 'PUBLIC KEY BLOCK', 'revocation')
    const [packet] = readPackets(piece)
    const revocation = readSignature(packet?.body ?? piece)
    expect(revocation.type).toBe(0x20)
    expect(await fits(primary, revocation, { kind: 'key', primary })).toBe(true)
  })
})

import { describe, expect, test } from 'vitest'
import { isOpenPGPError } from '../../src/errors.ts'
import { concat, fromHex, toHex } from '../../src/octets.ts'
import {
  creationTime,
  expirationTime,
  issuerHints,
  readSignature,
  signaturePacket,
  writeSignature,
} from '../../src/packet/signature.ts'
import { subpacket, writeSubpackets } from '../../src/packet/subpacket.ts'
import type { KnownValue } from '../../src/packet/subpacket-value.ts'
import { subpacketType as id } from '../../src/registry.ts'
import { readInput } from '../../src/wire/input.ts'
import { readPackets } from '../../src/wire/packet.ts'
import { codeOf, errorOf } from '../support/code-of.ts'
import { expectationOf, readVector } from '../support/vectors.ts'

/** Bodies of the Signature packets of a file. */
function bodies(file: string): Uint8Array[] {
  return readInput(readVector(file), 'SIGNATURE', file)
    .flatMap((piece) => [...readPackets(piece)])
    .map(({ body }) => body)
}

const [body = new Uint8Array()] = bodies('gnupg/document.notation.asc')

/** A signature with these subpackets, hashed and unhashed. */
function withSubpackets(hashed: KnownValue[], unhashed: KnownValue[] = []) {
  const area = writeSubpackets(hashed.map(subpacket))
  const head = Uint8Array.of(4, 0, 1, 8, area.length >> 8, area.length & 0xff)
  const value = { kind: 'rsa', s: Uint8Array.of(5) } as const
  return readSignature(
    writeSignature({
      signedPart: concat(head, area),
      unhashedArea: writeSubpackets(unhashed.map(subpacket)),
      digestPrefix: Uint8Array.of(0xaa, 0xbb),
      salt: new Uint8Array(),
      value,
    }),
  )
}

describe('reading', () => {
  test("gpg's signature with a notation, a policy URI and an expiry", () => {
    const signature = readSignature(body)
    expect(signature).toMatchObject({ version: 4, type: 0, publicKeyAlgorithm: 1 })
    expect(signature.hashAlgorithm).toBe(10)
    expect(signature.value.kind).toBe('rsa')
    expect(creationTime(signature)).toBe(Date.UTC(2025, 2, 1) / 1000)
    expect(expirationTime(signature)).toBe(Date.UTC(2025, 2, 1) / 1000 + 2 * 365 * 86_400)
    const values = signature.hashed.map(({ value }) => value)
    expect(values).toContainEqual({ type: 26, text: 'https://vectors.example/policy' })
    const notation = signature.hashed.find(({ type }) => type === id.notationData)
    expect(notation?.critical).toBe(true)
    expect(notation?.value).toMatchObject({ name: 'note@vectors.example', humanReadable: true })
  })

  test('the sample of RFC 9580, appendix A.2: EdDSALegacy', () => {
    const said = expectationOf<{ created: number; keyId: string }>(
      'rfc9580',
      'a2-v4-ed25519legacy-signature',
    )
    const [sample = body] = bodies('rfc9580/a2-v4-ed25519legacy-signature.asc')
    const signature = readSignature(sample)
    expect(signature).toMatchObject({ type: 0, publicKeyAlgorithm: 22, hashAlgorithm: 8 })
    expect(creationTime(signature)).toBe(said.created)
    expect(issuerHints(signature)).toEqual({ fingerprints: [], keyIds: [said.keyId] })
    expect(toHex(signature.digestPrefix)).toBe('F622')
    const [r, s] = [sample.subarray(-66, -34), sample.subarray(-32)]
    expect(signature.value).toEqual({ kind: 'ed25519', octets: concat(r, s) })
  })

  test('the parts are views that make the body again', () => {
    const { signedPart, digestPrefix, salt, value, body: kept } = readSignature(body)
    const unhashedStart = signedPart.length + 2
    const unhashedLength = (body[signedPart.length] ?? 0) * 256 + (body[unhashedStart - 1] ?? 0)
    const unhashedArea = body.subarray(unhashedStart, unhashedStart + unhashedLength)
    expect(writeSignature({ signedPart, unhashedArea, digestPrefix, salt, value })).toEqual(body)
    expect(salt.length).toBe(0)
    expect(kept).toBe(body)
  })

  test.each([2, 3, 5, 7])('version %i is refused by its number', (version) => {
    const error = errorOf(() => readSignature(concat(Uint8Array.of(version), body.subarray(1))))
    expect(error.code).toBe('unsupported')
    expect(error.message).toContain(`version ${version} signature`)
  })

  test('cut at any octet it is malformed, and nothing else', () => {
    for (let length = 0; length < body.length; length += 1) {
      expect(codeOf(() => readSignature(body.subarray(0, length)))).toBe('malformed')
    }
    expect(codeOf(() => readSignature(concat(body, Uint8Array.of(0))))).toBe('malformed')
  })

  test('any octet changed gives a signature or an OpenPGPError', () => {
    let readable = 0
    for (let at = 0; at < body.length; at += 1) {
      for (const mask of [0x01, 0x80, 0xff]) {
        try {
          readSignature(body.map((octet, index) => (index === at ? octet ^ mask : octet)))
          readable += 1
        } catch (error) {
          if (!isOpenPGPError(error)) throw error
        }
      }
    }
    expect(readable).toBeGreaterThan(500)
  })
})

describe('what a signature says', () => {
  const time: KnownValue = { type: id.signatureCreationTime, time: 1000 }
  const expiry = (seconds: number): KnownValue => ({ type: id.signatureExpirationTime, seconds })

  test('only a hashed creation time counts', () => {
    expect(creationTime(withSubpackets([time]))).toBe(1000)
    expect(creationTime(withSubpackets([], [time]))).toBeUndefined()
    expect(creationTime(withSubpackets([time], [{ ...time, time: 9 }]))).toBe(1000)
  })

  test('only a hashed expiry counts, and zero is never', () => {
    expect(expirationTime(withSubpackets([time, expiry(5)]))).toBe(1005)
    expect(expirationTime(withSubpackets([time, expiry(0)]))).toBeUndefined()
    expect(expirationTime(withSubpackets([time], [expiry(5)]))).toBeUndefined()
    expect(expirationTime(withSubpackets([expiry(5)]))).toBeUndefined()
  })

  test('issuer hints come from both areas', () => {
    const fingerprint = 'D1A66E1A23B182C9980F788CFBFCC82A015E7330'
    const signature = withSubpackets(
      [{ type: id.issuerFingerprint, version: 4, fingerprint }],
      [{ type: id.issuerKeyId, keyId: '0123456789ABCDEF' }],
    )
    expect(issuerHints(signature)).toEqual({
      fingerprints: [fingerprint],
      keyIds: ['0123456789ABCDEF'],
    })
  })
})

test('a small signature, octet for octet', () => {
  const signature = withSubpackets([{ type: id.signatureCreationTime, time: 1 }], [])
  expect(toHex(signaturePacket(signature))).toBe(
    ['C213', '04000108', '0006', '050200000001', '0000', 'AABB', '000305'].join(''),
  )
  expect(fromHex(toHex(signature.body))).toEqual(signature.body)
})

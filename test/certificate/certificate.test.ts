import { describe, expect, test } from 'vitest'
import {
  armorCertificate,
  parseCertificates,
  serializeCertificate,
} from '../../src/certificate/certificate.ts'
import { isOpenPGPError } from '../../src/errors.ts'
import type { OpenPGPError } from '../../src/errors.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { codeOf, errorOf } from '../support/code-of.ts'
import { expectationOf, readVector } from '../support/vectors.ts'

const main = readVector('gnupg/main.gpg')
const small = readVector('longhand/certificate-a.gpg')

const only = (octets: Uint8Array) => {
  const [first, ...others] = parseCertificates(octets)
  if (!first || others.length > 0) throw new Error('not one certificate')
  return first
}

describe('reading', () => {
  test.each(['main', 'other', 'other-revoked'])('%s, which gpg made', (id) => {
    const said = expectationOf<Record<'userIds' | 'subkeys', string[]> & { fingerprint: string }>(
      'gnupg',
      id,
    )
    const certificate = only(readVector(`gnupg/${id}.asc`))
    expect(certificate.fingerprint).toBe(said.fingerprint)
    expect(certificate.userIds.map(({ userId }) => userId.text)).toEqual(said.userIds)
    expect(certificate.subkeys.map(({ key }) => key.fingerprint)).toEqual(said.subkeys)
    expect(certificate.skipped).toEqual([])
    expect(certificate.packets.every(({ format }) => format === 'legacy')).toBe(true)
  })

  test('signatures belong to what they stand behind', () => {
    const { primary, userIds, subkeys } = only(main)
    const types = ({ signatures }: { signatures: readonly { type: number }[] }): number[] =>
      signatures.map(({ type }) => type)
    expect(types(primary)).toEqual([])
    expect(userIds.map(types)).toEqual([
      [0x13, 0x11, 0x12, 0x13],
      [0x30, 0x13],
    ])
    expect(subkeys.map(types)).toEqual([[0x18], [0x18], [0x28, 0x18]])
  })

  test('is the same with either primitives', () => {
    expect(parseCertificates(main, { primitives: nodePrimitives })).toEqual(parseCertificates(main))
  })

  test('is written octet for octet as it was read, legacy headers and all', () => {
    expect(serializeCertificate(only(main))).toEqual(main)
    expect(utf8(armorCertificate(only(main)))).toEqual(readVector('gnupg/main.asc'))
  })
})

describe('several', () => {
  const fingerprints = (octets: Uint8Array): string[] =>
    parseCertificates(octets).map(({ fingerprint }) => fingerprint)
  const [a = ''] = fingerprints(small)
  const [m = ''] = fingerprints(main)

  test('in one binary file, in one block and in several blocks', () => {
    expect(fingerprints(concat(small, main, small))).toEqual([a, m, a])
    const blocks = concat(readVector('longhand/certificate-a.asc'), readVector('gnupg/main.asc'))
    expect(fingerprints(blocks)).toEqual([a, m])
  })

  test('each has its own packets', () => {
    const [first, second] = parseCertificates(concat(small, main))
    expect(first && serializeCertificate(first)).toEqual(small)
    expect(second && serializeCertificate(second)).toEqual(main)
  })
})

describe('packets that are passed over', () => {
  const marker = writePacket(10, utf8('PGP'))
  const trust = writePacket(12, Uint8Array.of(1, 2))
  const padding = writePacket(21, new Uint8Array(30))

  test('marker, trust and padding, before and between', () => {
    const [head, ...rest] = only(small).packets
    const parts = rest.flatMap(({ octets }) => [trust, padding, octets])
    const certificate = only(concat(marker, head?.octets ?? small, ...parts))
    expect(certificate.userIds[0]?.signatures.length).toBe(1)
    expect(certificate.skipped).toEqual([])
  })

  test('User Attributes and unknown packets from 40 on, with the signatures behind them', () => {
    const [, , signature] = only(small).packets
    const foreign = concat(signature?.octets ?? small)
    for (const type of [17, 40, 63]) {
      const certificate = only(concat(small, writePacket(type, utf8('x')), foreign))
      expect(certificate.userIds[0]?.signatures.length).toBe(1)
      expect(certificate.skipped.map(({ code }) => code)).toEqual(['unsupported'])
      expect(certificate.packets.length).toBe(5)
    }
  })

  test('a subkey of another version, with the reason', () => {
    const [, , signature] = only(small).packets
    const subkey = writePacket(14, concat(Uint8Array.of(6), new Uint8Array(40)))
    const certificate = only(concat(small, subkey, signature?.octets ?? small))
    expect(certificate.subkeys).toEqual([])
    expect(certificate.skipped.map(({ message }) => message)).toEqual([
      'a version 6 key: version 4 is supported',
    ])
    expect(certificate.userIds[0]?.signatures.length).toBe(1)
  })

  test('a signature that cannot be read, with the reason', () => {
    const broken = concat(small, writePacket(2, Uint8Array.of(3)), writePacket(2, utf8('\x04')))
    const [component] = only(broken).userIds
    expect(component?.signatures.length).toBe(1)
    expect(component?.unreadable.map(({ code }) => code)).toEqual(['unsupported', 'malformed'])
  })
})

describe('refused', () => {
  test.each([3, 5, 8, 9, 11, 18, 20, 39])('a packet of type %i', (type) => {
    const error = errorOf(() => parseCertificates(concat(small, writePacket(type, utf8('x')))))
    expect(error.code).toBe('malformed')
  })

  test('a secret key is named, and what to give instead', () => {
    for (const type of [5, 7]) {
      const secret = concat(small, writePacket(type, utf8('x')))
      const error = errorOf(() => parseCertificates(secret, { what: 'release.asc' }))
      expect(error.message).toBe('release.asc holds an OpenPGP secret key, not a certificate')
      expect(error.hint).toContain('public certificate')
    }
  })

  test('one that cannot be read fails the file, unless somebody is there to be told', () => {
    const old = writePacket(6, Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 1))
    const mixed = concat(old, small)
    expect(codeOf(() => parseCertificates(mixed))).toBe('unsupported')
    const told: string[] = []
    const onUnreadable = ({ code }: OpenPGPError): void => void told.push(code)
    expect(parseCertificates(mixed, { onUnreadable })).toHaveLength(1)
    expect(told).toEqual(['unsupported'])
    expect(codeOf(() => parseCertificates(old, { onUnreadable }))).toBe('unsupported')
  })

  test('nothing but packets that are passed over', () => {
    expect(codeOf(() => parseCertificates(writePacket(10, utf8('PGP'))))).toBe(
      'certificate-missing',
    )
  })

  test('a signature file', () => {
    const signature = readVector('longhand/document.sha256.sig')
    expect(codeOf(() => parseCertificates(signature))).toBe('certificate-missing')
    const armored = readVector('longhand/document.sha256.asc')
    const error = errorOf(() => parseCertificates(armored, { what: 'x.asc' }))
    expect(error.message).toBe('x.asc holds a PGP SIGNATURE, not a PGP PUBLIC KEY BLOCK')
  })

  test('cut at any octet: whole packets before the cut, or an OpenPGPError', () => {
    for (let length = 0; length < small.length; length += 1) {
      try {
        expect(serializeCertificate(only(small.subarray(0, length))).length).toBe(length)
      } catch (error) {
        if (!isOpenPGPError(error)) throw error
      }
    }
  })

  test('a certificate of a hundred thousand packets is read and written', () => {
    const [head, userId] = only(small).packets
    const many = Array.from({ length: 150_000 }, () => userId?.octets ?? small)
    const octets = new Uint8Array(Buffer.concat([head?.octets ?? small, ...many]))
    expect(serializeCertificate(only(octets)).length).toBe(octets.length)
  })
})

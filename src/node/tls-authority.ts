/** A certificate authority that lasts a week and one certificate by it, RFC 5280, for trying out. */

import {
  BitString,
  Boolean as BooleanBlock,
  Constructed,
  fromBER,
  Integer,
  ObjectIdentifier,
  OctetString,
  Primitive,
  Sequence,
  Set as SetBlock,
  UTCTime,
  Utf8String,
} from 'asn1js'
import type { BaseBlock } from 'asn1js'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export interface TryOutTls {
  /** PEM: what clients are told to trust. Its key is gone when this returns. */
  readonly authority: string
  /** PEM of the server. */
  readonly certificate: string
  readonly key: string
}

const oid = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const

/**
 * Makes both for `domain` and its subdomains. The authority may name nothing else (RFC 5280
 * §4.2.1.10), so that who trusts it by mistake trusts little.
 */
export function createTryOutTls(domain: string, hosts: readonly string[], at: Date): TryOutTls {
  const [authority, server] = [newKey(), newKey()]
  const [from, until] = [
    new Date(at.getTime() - 3_600_000),
    new Date(at.getTime() + 7 * 86_400_000),
  ]
  const id = randomBytes(20)
  const issuer = 'Longhand trial authority'
  const make = (name: string, key: KeyObject, extensions: readonly Sequence[]): string => {
    const algorithm = (): Sequence => sequence(new ObjectIdentifier({ value: oid.ecdsaWithSha256 }))
    const body = sequence(
      tagged(0, new Integer({ value: 2 })),
      serialNumber(),
      algorithm(),
      nameOf(issuer),
      sequence(new UTCTime({ valueDate: from }), new UTCTime({ valueDate: until })),
      nameOf(name),
      fromBER(Uint8Array.from(key.export({ type: 'spki', format: 'der' }))).result,
      tagged(3, sequence(...extensions)),
    )
    const value = sign('sha256', Buffer.from(body.toBER()), authority.privateKey)
    return pem(sequence(body, algorithm(), new BitString({ valueHex: Uint8Array.from(value) })))
  }
  return {
    authority: make(issuer, authority.publicKey, [
      extension(oid.basicConstraints, true, sequence(new BooleanBlock({ value: true }))),
      extension(oid.keyUsage, true, bits(0x04, 2)), // keyCertSign
      extension(oid.nameConstraints, true, sequence(tagged(0, sequence(dnsName(domain))))),
      extension(oid.subjectKeyIdentifier, false, new OctetString({ valueHex: id })),
    ]),
    certificate: make('Longhand trial server', server.publicKey, [
      extension(oid.basicConstraints, true, sequence()),
      extension(oid.keyUsage, true, bits(0x80, 7)), // digitalSignature
      extension(oid.extKeyUsage, false, sequence(new ObjectIdentifier({ value: oid.serverAuth }))),
      extension(oid.subjectAltName, false, sequence(...hosts.map(dnsName))),
      extension(oid.authorityKeyIdentifier, false, sequence(implicit(0, id))),
    ]),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function newKey(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function sequence(...value: readonly BaseBlock[]): Sequence {
  return new Sequence({ value: [...value] })
}

function tagged(tagNumber: number, value: BaseBlock): Constructed {
  return new Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [value] })
}

function implicit(tagNumber: number, valueHex: Uint8Array): Primitive {
  return new Primitive({ idBlock: { tagClass: 3, tagNumber }, valueHex: Uint8Array.from(valueHex) })
}

/** GeneralName's dNSName, RFC 5280 §4.2.1.6. */
function dnsName(name: string): Primitive {
  return implicit(2, Buffer.from(name, 'latin1'))
}

function nameOf(commonName: string): Sequence {
  const type = new ObjectIdentifier({ value: oid.commonName })
  return sequence(new SetBlock({ value: [sequence(type, new Utf8String({ value: commonName }))] }))
}

/** Positive, and 20 octets at most: RFC 5280 §4.1.2.2. */
function serialNumber(): Integer {
  const octets = Uint8Array.from(randomBytes(16))
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40
  return new Integer({ valueHex: octets })
}

function bits(octet: number, unusedBits: number): BitString {
  return new BitString({ valueHex: Uint8Array.of(octet), unusedBits })
}

function extension(id: string, isCritical: boolean, value: BaseBlock): Sequence {
  return sequence(
    new ObjectIdentifier({ value: id }),
    ...(isCritical ? [new BooleanBlock({ value: true })] : []),
    new OctetString({ valueHex: value.toBER() }),
  )
}

function pem(certificate: Sequence): string {
  const lines =
    Buffer.from(certificate.toBER())
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

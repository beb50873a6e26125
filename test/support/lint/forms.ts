/** Vectors of the file and its packets. */

import { constants, createHash, privateEncrypt } from 'node:crypto'
import { concat, fromLatin1, uint16, uint32, utf8 } from '../../../src/octets.ts'
import { keyPreimage } from '../../../src/packet/public-key.ts'
import { readUserId } from '../../../src/packet/user-id.ts'
import { packetType, signatureType } from '../../../src/registry.ts'
import { encodeArmor } from '../../../src/wire/armor.ts'
import { writeMpi } from '../../../src/wire/mpi.ts'
import { writePacket } from '../../../src/wire/packet.ts'
import { certify, name, primaryPacket, signDocument, userIdPacket } from '../forge/certificate.ts'
import { inverse, toNumber, toOctets } from '../forge/keys.ts'
import { day, forgeKey, forgeSignature, infos, madeAt, paddedBlock } from '../forge/signature.ts'
import type { ForgedKey } from '../forge/signature.ts'
import { owner, sound, soundSubpackets, vouch } from './sound.ts'
import type { LintVectors } from './vector.ts'

const armored = encodeArmor('PUBLIC KEY BLOCK', concat(...sound()))
const other = forgeKey('alice')
const third = forgeKey('mallory')

export const formVectors: LintVectors = {
  sound: () => ({ octets: concat(...sound()), made: 'nothing is changed', findings: [] }),
  'armor-checksum-missing': () => ({
    octets: utf8(armored.replace(/^=.{4}\n/m, '')),
    made: 'armored, without the line of the checksum',
  }),
  'armor-checksum-wrong': () => ({
    octets: utf8(armored.replace(/^=.{4}$/m, '=AAAA')),
    made: 'armored, with the checksum =AAAA',
  }),
  'armor-several-blocks': () => ({
    octets: utf8(encodeArmor('PUBLIC KEY BLOCK', second()) + armored),
    made: 'another certificate in an armored block before its own',
    findings: ['armor-several-blocks', 'key-rsa-2048'],
  }),
  'certificates-several': () => ({
    octets: concat(second(), ...sound()),
    made: 'another certificate before it',
    findings: ['certificates-several', 'key-rsa-2048'],
  }),
  'secret-key': () => ({
    octets: concat(secretPacket(owner), userIdPacket(), vouch()),
    made: 'a Secret-Key packet in place of the Public-Key packet',
  }),
  unreadable: () => ({
    octets: concat(...sound()).subarray(0, -100),
    made: 'the last 100 octets are missing',
  }),
  'certificate-large': () => ({
    octets: concat(...sound(), ...Array.from({ length: 240 }, (_, at) => byOther(third, at))),
    made: 'certifications by another key, until it has more than 65536 octets',
    findings: ['certificate-large', 'signatures-by-others'],
  }),
  'mpi-bits-inexact': () => ({
    octets: concat(primaryPacket(owner), userIdPacket(), roundedUp()),
    made: "the self-signature's number has clear bits in front and is declared 3072 bits long",
  }),
  'packet-unknown': () => ({
    octets: concat(...sound(), writePacket(39, utf8('what is it'))),
    made: 'a packet of type 39 at the end',
  }),
  'self-signature-version-3': () => ({
    octets: concat(primaryPacket(owner), userIdPacket(), version3Signature()),
    made: 'the self-signature is one of version 3',
  }),
  'signature-misplaced': () => ({
    octets: concat(...sound(), signDocument(owner, utf8('some document\n'))),
    made: 'a signature over a document behind the self-signature',
  }),
  'signatures-by-others': () => ({
    octets: concat(...sound(), ...Array.from({ length: 110 }, (_, at) => byOther(third, at))),
    made: '110 certifications by another key',
  }),
}

function second(): Uint8Array {
  const self = certify(other, { hashed: soundSubpackets })
  return concat(primaryPacket(other), userIdPacket(), self)
}

function byOther(by: ForgedKey, at: number): Uint8Array {
  return certify(by, { hashed: [], created: madeAt + day + at }, name, owner)
}

/** RFC 9580 §5.5.3: a secret key that no passphrase protects. */
function secretPacket({ key, numbers }: ForgedKey): Uint8Array {
  const { d = '', p = '', q = '' } = numbers.secret.export({ format: 'jwk' })
  const u = inverse(toNumber(p), toNumber(q))
  const secrets = [toNumber(d), toNumber(p), toNumber(q), u]
  const octets = concat(...secrets.map((number) => writeMpi(toOctets(number))))
  const sum = octets.reduce((total, octet) => (total + octet) & 0xffff, 0)
  const body = concat(key.body, Uint8Array.of(0), octets, uint16(sum))
  return writePacket(packetType.secretKey, body)
}

/** A second in which the signature's highest bit is clear, so that 3072 bits are too many. */
function roundedUp(): Uint8Array {
  for (let created = madeAt + day; ; created += 1) {
    const over = { kind: 'user-id', primary: owner.key, userId: readUserId(utf8(name)) } as const
    const type = signatureType.positiveCertification
    const body = forgeSignature({ by: owner, type, over, hashed: soundSubpackets, created })
    const at = body.length - owner.numbers.n.length - 2
    if (fromLatin1(body.subarray(at, at + 2)) !== '\x0b\xff') continue
    return writePacket(
      packetType.signature,
      concat(body.subarray(0, at), uint16(3072), body.subarray(at + 2)),
    )
  }
}

/** RFC 9580 §5.2.2 and §5.2.4: the User ID is hashed without a length, behind it type and time. */
function version3Signature(): Uint8Array {
  const { key, numbers } = owner
  const typeAndTime = concat(
    Uint8Array.of(signatureType.positiveCertification),
    uint32(madeAt + day),
  )
  const signed = concat(keyPreimage(key.body, 4), utf8(name), typeAndTime)
  const digest = createHash('sha256').update(signed).digest()
  const block = paddedBlock(infos['SHA-256'], digest, numbers.n.length)
  const raw = { key: numbers.secret, padding: constants.RSA_NO_PADDING }
  const head = concat(Uint8Array.of(3, 5), typeAndTime, Buffer.from(key.keyId, 'hex'))
  const algorithms = concat(Uint8Array.of(1, 8), digest.subarray(0, 2))
  const body = concat(head, algorithms, writeMpi(privateEncrypt(raw, block)))
  return writePacket(packetType.signature, body)
}

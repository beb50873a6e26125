/** What may stand in a detached signature file, and what several signatures come to. */

import { expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { limits } from '../../src/limits.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, uint16, uint32, utf8 } from '../../src/octets.ts'
import { packetType } from '../../src/registry.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { encodeArmor } from '../../src/wire/armor.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { document, judgedAt, testCases } from '../support/forge/cases.ts'
import { certify, primaryPacket, signDocument, userIdPacket } from '../support/forge/certificate.ts'
import { forgeKey, forgeSignature, issuerKeyId } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const mallory = forgeKey('mallory')
const certificate = [primaryPacket(alice), userIdPacket(), certify(alice)]
const good = signDocument(alice, document)
const bad = signDocument(alice, utf8('another document'))
const foreign = signDocument(mallory, document)
const body = forgeSignature({ by: alice, type: 0, over: { kind: 'document', data: document } })

const armored = (octets: Uint8Array): string => encodeArmor('SIGNATURE', octets)
const marker = writePacket(packetType.marker, utf8('PGP'))
const literal = writePacket(
  packetType.literalData,
  concat(utf8('b'), Uint8Array.of(0), uint32(0), document),
)
const onePass = writePacket(
  packetType.onePassSignature,
  concat(Uint8Array.of(3, 0, 8, 1), issuerKeyId(alice.key).body, Uint8Array.of(1)),
)

const firstKnown =
  'it tells a file by its first packet, which must be known; RFC 9580 §4.3 makes no such exception'

testCases({
  binary: () => ({ certificate, signature: good, verdict: 'good' }),
  armored: () => ({ certificate, signature: utf8(armored(good)), verdict: 'good' }),
  'a marker packet first': () => ({
    certificate,
    signature: concat(marker, good),
    verdict: 'good',
  }),
  'a packet header in the legacy format': () => {
    const signature = concat(Uint8Array.of(0x89), uint16(body.length), body)
    return { certificate, signature, verdict: 'good' }
  },
  'a packet header in the legacy format, with a length of four octets': () => {
    const signature = concat(Uint8Array.of(0x8a), uint32(body.length), body)
    return { certificate, signature, verdict: 'good' }
  },
  'a packet length in five octets where two would do': () => {
    const signature = concat(Uint8Array.of(0xc2, 0xff), uint32(body.length), body)
    return { certificate, signature, verdict: 'good' }
  },
  'a partial length: RFC 9580 §4.2.1.4 keeps it for data': () => {
    const signature = concat(Uint8Array.of(0xc2, 0xe8), body.subarray(0, 256), Uint8Array.of(0))
    return { certificate, signature, verdict: 'malformed' }
  },
  'a packet that declares 4 GiB': () => {
    const signature = concat(Uint8Array.of(0xc2, 0xff), uint32(0xffffffff), body)
    return { certificate, signature, verdict: 'limit' }
  },
  'a hashed area that is longer than the packet': () => {
    const long = Uint8Array.from(body)
    long.set([0xff, 0xff], 4)
    const signature = writePacket(packetType.signature, long)
    return { certificate, signature, verdict: 'malformed' }
  },
  'a subpacket that is longer than its area': () => {
    const long = Uint8Array.from(body)
    long[6] = 0xbf
    const signature = writePacket(packetType.signature, long)
    return { certificate, signature, verdict: 'malformed' }
  },
  'octets after the number': () => {
    const signature = writePacket(packetType.signature, concat(body, Uint8Array.of(0)))
    return {
      ...{ certificate, signature, verdict: 'malformed' },
      sqvDiffers: 'it does not look behind the number, where RFC 9580 §5.2.3 has nothing',
    }
  },
  'a number with a leading zero octet: RFC 9580 §3.2 has exact counts': () => {
    const head = body.subarray(0, body.length - 258)
    const bits = uint16(2048 + 8)
    const padded = concat(head, bits, Uint8Array.of(0), body.subarray(body.length - 256))
    return {
      ...{ certificate, signature: writePacket(packetType.signature, padded) },
      verdict: 'malformed',
    }
  },
  'a bad signature, then a good one': () => {
    return { certificate, signature: concat(bad, good), verdict: 'good' }
  },
  'a good signature, then a bad one': () => {
    return { certificate, signature: concat(good, bad), verdict: 'good' }
  },
  'a foreign signature, then a good one': () => {
    return { certificate, signature: concat(foreign, good), verdict: 'good' }
  },
  'only foreign and bad ones: the first gives the code': () => {
    return { certificate, signature: concat(foreign, bad), verdict: 'signer-unknown' }
  },
  'an unknown version, then a good one': () => {
    const signature = concat(writePacket(packetType.signature, Uint8Array.of(9)), good)
    return { certificate, signature, verdict: 'good', sqvDiffers: firstKnown }
  },
  'an unknown packet that may be passed over': () => {
    const signature = concat(good, writePacket(60, utf8('new')))
    return {
      ...{ certificate, signature, verdict: 'good' },
      sqvDiffers: 'its policy knows no private packets; RFC 9580 §4.3 has them passed over',
    }
  },
  'an unknown packet that may be passed over, before all others': () => {
    const signature = concat(writePacket(60, utf8('new')), good)
    return { certificate, signature, verdict: 'good', sqvDiffers: firstKnown }
  },
  'a good one, then an unknown version': () => {
    const signature = concat(good, writePacket(packetType.signature, Uint8Array.of(9)))
    return { certificate, signature, verdict: 'good' }
  },
  'an unknown packet that may not be passed over': () => {
    const signature = concat(writePacket(39, utf8('new')), good)
    return { certificate, signature, verdict: 'malformed', reason: /type 39/ }
  },
  'two armored blocks, both good': () => {
    return {
      ...{ certificate, signature: utf8(armored(good) + armored(good)), verdict: 'malformed' },
      sqvDiffers: 'it reads the first block alone, so that two blocks mean two things',
    }
  },
  'two armored blocks, the second good': () => {
    const signature = utf8(armored(bad) + armored(good))
    return { certificate, signature, verdict: 'malformed', reason: /more than one armored block/ }
  },
  'an inline-signed message in the place of a detached signature (CVE-2025-47934)': () => {
    const signature = concat(onePass, literal, good)
    const reason = /stands in a detached signature/
    return { certificate, signature, data: utf8('evil\n'), verdict: 'malformed', reason }
  },
  'an inline-signed message over the very document': () => {
    const signature = concat(onePass, literal, good)
    return { certificate, signature, verdict: 'malformed' }
  },
  'the same, armored as a MESSAGE': () => {
    const signature = utf8(encodeArmor('MESSAGE', concat(onePass, literal, good)))
    return { certificate, signature, verdict: 'malformed', reason: /a PGP MESSAGE/ }
  },
  'a literal packet after the signature': () => {
    return { certificate, signature: concat(good, literal), verdict: 'malformed' }
  },
  'a certificate in the place of the signature': () => {
    const signature = concat(...certificate)
    return { certificate, signature, verdict: 'malformed' }
  },
  'a good signature, and a packet cut short after it': () => {
    return {
      ...{ certificate, signature: concat(good, bad.subarray(0, 90)), verdict: 'malformed' },
    }
  },
  'an empty file': () => ({ certificate, signature: new Uint8Array(), verdict: 'malformed' }),
  'a marker packet alone': () => ({ certificate, signature: marker, verdict: 'signature-missing' }),
  text: () => ({ certificate, signature: utf8('good, trust me'), verdict: 'malformed' }),
  'no certificate that signs, but the data as it is': () => {
    const other = [primaryPacket(mallory), userIdPacket(), certify(mallory)]
    return { certificate: other, signature: good, verdict: 'signer-unknown' }
  },
  'other data': () => {
    return {
      certificate,
      signature: good,
      data: utf8('what was not agreed\n'),
      verdict: 'signature-bad',
    }
  },
  'no data': () => {
    return { certificate, signature: good, data: new Uint8Array(), verdict: 'signature-bad' }
  },
})

test('every signature of the file is reported, in its order', async () => {
  const certificates = parseCertificates(concat(...certificate), { primitives })
  const unknown = writePacket(packetType.signature, Uint8Array.of(9))
  const file = concat(bad, good, unknown, foreign)
  const verdict = await evaluateDetached(document, file, { certificates, at: judgedAt, primitives })
  const codes = verdict.signatures.map((each) => (each.good ? 'good' : each.code))
  expect(codes).toEqual(['signature-bad', 'good', 'unsupported', 'signer-unknown'])
  expect(verdict.good).toBe(true)
})

test('more signatures than are looked at', async () => {
  const certificates = parseCertificates(concat(...certificate), { primitives })
  const copies = (count: number): Uint8Array => concat(...Array.from({ length: count }, () => good))
  const options = { certificates, at: judgedAt, primitives }
  const most = await evaluateDetached(document, copies(limits.signaturesPerFile), options)
  expect(most.signatures.every((each) => each.good)).toBe(true)
  await expect(
    evaluateDetached(document, copies(limits.signaturesPerFile + 1), options),
  ).rejects.toMatchObject({ code: 'limit' })
})

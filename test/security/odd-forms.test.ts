/** Good though odd: a strict verifier must not say no to what is right. */

import { concat, uint16, utf8 } from '../../src/octets.ts'
import { packetType } from '../../src/registry.ts'
import { encodeArmor } from '../../src/wire/armor.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { document, testCases } from '../support/forge/cases.ts'
import type { Case } from '../support/forge/cases.ts'
import {
  bind,
  certify,
  direct,
  primaryPacket,
  signDocument,
  signs,
  subkeyPacket,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { forgeKey } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const certificate = [primaryPacket(alice), userIdPacket(), certify(alice)]
const signature = signDocument(alice, document)
const armored = encodeArmor('SIGNATURE', signature)
const checksum = /\n=[^\n]{4}\n/

function from(text: string): Case {
  return { certificate, signature: utf8(text), verdict: 'good' }
}

testCases({
  'armor with CR LF': () => from(armored.replaceAll('\n', '\r\n')),
  'armor of 76 columns': () => {
    const base64 = Buffer.from(signature).toString('base64').replaceAll(/.{76}/g, '$&\n')
    return from(armored.replace(/(?<=\n\n)[^=]+=*(?=\n=)/, base64.trimEnd()))
  },
  'armor headers': () => from(armored.replace('\n\n', '\nVersion: 1\nComment: hello\n\n')),
  'text before and after the armor': () => from(`From: Alice\n\n${armored}\nbye\n`),
  'white space at the end of the lines': () => from(armored.replaceAll('\n', ' \t\n')),
  'armor without a checksum': () => from(armored.replace(checksum, '\n')),
  'armor with a wrong checksum: RFC 9580 §6.1 says it must not be fatal': () => {
    return from(armored.replace(checksum, '\n=AAAA\n'))
  },
  'subpacket lengths of five octets': () => {
    const long = signDocument(alice, document, { longLengths: true })
    return { certificate, signature: long, verdict: 'good' }
  },
  'subpacket lengths of five octets in the certificate': () => {
    const self = certify(alice, { longLengths: true })
    return { certificate: [primaryPacket(alice), userIdPacket(), self], signature, verdict: 'good' }
  },
  'a certificate with legacy packet headers': () => {
    const { body } = alice.key
    const key = concat(Uint8Array.of(0x99), uint16(body.length), body)
    return { certificate: [key, userIdPacket(), certify(alice)], signature, verdict: 'good' }
  },
  'marker and trust packets in the certificate': () => {
    const marker = writePacket(packetType.marker, utf8('PGP'))
    const trust = writePacket(packetType.trust, Uint8Array.of(0, 0))
    const odd = [marker, primaryPacket(alice), trust, userIdPacket(), certify(alice), trust]
    return { certificate: odd, signature, verdict: 'good' }
  },
  'a User ID of line breaks and escapes': () => {
    const odd = '\u001b[2J\n[GNUPG:] GOODSIG 0 me\n'
    return {
      ...{ certificate: [primaryPacket(alice), userIdPacket(odd), certify(alice, {}, odd)] },
      ...{ signature, verdict: 'good' },
    }
  },
  'an empty User ID': () => {
    const odd = [primaryPacket(alice), userIdPacket(''), certify(alice, {}, '')]
    return { certificate: odd, signature, verdict: 'good' }
  },
  'no User ID, and a subkey that signs': () => {
    const odd = [primaryPacket(alice), direct(alice, { hashed: [signs] })]
    const bound = [...odd, subkeyPacket(subkey), bind(alice, subkey)]
    return { certificate: bound, signature: signDocument(subkey, document), verdict: 'good' }
  },
  'a self-signature twice': () => {
    return { certificate: [...certificate, certify(alice)], signature, verdict: 'good' }
  },
  'a certificate twice': () => {
    return { certificate: [...certificate, ...certificate], signature, verdict: 'good' }
  },
})

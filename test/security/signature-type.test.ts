/** Only types 0x00 and 0x01 sign data: a signature over anything else says nothing of a document. */

import { signatureType } from '../../src/registry.ts'
import { utf8 } from '../../src/octets.ts'
import { document, testCases } from '../support/forge/cases.ts'
import type { Case } from '../support/forge/cases.ts'
import {
  certify,
  direct,
  primaryPacket,
  signDocument,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { forgeKey } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const certificate = [primaryPacket(alice), userIdPacket(), certify(alice)]

const others = Object.entries(signatureType).filter(
  ([name]) => name !== 'binary' && name !== 'text',
)

function ofType(type: number): Case {
  const signature = signDocument(alice, document, { type })
  return { certificate, signature, verdict: 'signature-bad', reason: /says nothing of a document/ }
}

testCases({
  ...Object.fromEntries(others.map(([name, type]) => [`${name}, over data`, () => ofType(type)])),
  'an unknown type, over data': () => ofType(0x77),
  'the self-signature of the certificate itself': () => {
    return { certificate, signature: certify(alice), verdict: 'signature-bad' }
  },
  'a direct key signature, over the key’s own octets as data': () => {
    const signature = direct(alice)
    return { certificate, signature, data: alice.key.body, verdict: 'signature-bad' }
  },
  'type 0x00': () => {
    return { certificate, signature: signDocument(alice, document), verdict: 'good' }
  },
  'type 0x00 does not pardon another line ending': () => {
    const signature = signDocument(alice, utf8('a\nb\n'))
    return { certificate, signature, data: utf8('a\r\nb\r\n'), verdict: 'signature-bad' }
  },
  'type 0x01 over CR LF, given LF': () => {
    const signature = signDocument(alice, utf8('a\r\nb\r\n'), { type: 0x01 })
    return { certificate, signature, data: utf8('a\nb\n'), verdict: 'good' }
  },
  'type 0x01 does not pardon white space at the end of a line': () => {
    const signature = signDocument(alice, utf8('a\r\nb\r\n'), { type: 0x01 })
    return { certificate, signature, data: utf8('a \nb\n'), verdict: 'signature-bad' }
  },
  'type 0x01, presented as 0x00': () => {
    const signature = signDocument(alice, document, { type: 0x01 })
    const presented = Uint8Array.from(signature)
    presented[presented.indexOf(0x04) + 1] = 0x00
    return { certificate, signature: presented, verdict: 'signature-bad', reason: /is not one by/ }
  },
})

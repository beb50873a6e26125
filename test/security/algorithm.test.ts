/** Hashes that are broken, keys that are short, and keys that are not for signing. */

import { hashAlgorithm, packetType } from '../../src/registry.ts'
import { concat, uint16, uint32 } from '../../src/octets.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { document, testCases } from '../support/forge/cases.ts'
import {
  certify,
  primaryPacket,
  signaturePacket,
  signDocument,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { forgeKey, forgeSignature } from '../support/forge/signature.ts'
import type { ForgedKey } from '../support/forge/signature.ts'

const alice = forgeKey('alice')

function of(key: ForgedKey): Uint8Array[] {
  return [primaryPacket(key), userIdPacket(), certify(key)]
}

/** A signature whose hash algorithm ID is another one. */
function withHash(id: number): Uint8Array {
  const body = forgeSignature({ by: alice, type: 0, over: { kind: 'document', data: document } })
  body[3] = id
  return signaturePacket(body)
}

/** A signature by another algorithm, whose numbers are of no meaning. */
function byAlgorithm(algorithm: number): Uint8Array {
  const parts = {
    by: alice,
    type: 0,
    over: { kind: 'document', data: document },
    algorithm,
  } as const
  return signaturePacket(forgeSignature(parts))
}

testCases({
  'SHA-1 over the document': () => {
    const signature = signDocument(alice, document, { hash: 'SHA-1' })
    return { certificate: of(alice), signature, verdict: 'signature-weak', reason: /SHA-1/ }
  },
  'MD5 over the document': () => {
    const signature = signDocument(alice, document, { hash: 'MD5' })
    return { certificate: of(alice), signature, verdict: 'signature-weak', reason: /MD5/ }
  },
  'SHA-256 over the document, presented as SHA-1': () => {
    return { certificate: of(alice), signature: withHash(2), verdict: 'signature-weak' }
  },
  'SHA-256 over the document, presented as SHA-512': () => {
    return { certificate: of(alice), signature: withHash(10), verdict: 'signature-bad' }
  },
  'SHA-384': () => {
    const signature = signDocument(alice, document, { hash: 'SHA-384' })
    return { certificate: of(alice), signature, verdict: 'good' }
  },
  'SHA-512': () => {
    const signature = signDocument(alice, document, { hash: 'SHA-512' })
    return { certificate: of(alice), signature, verdict: 'good' }
  },
  'SHA3-256, which is not weak and not supported': () => {
    const signature = withHash(hashAlgorithm['SHA3-256'])
    return { certificate: of(alice), signature, verdict: 'unsupported', reason: /SHA3-256/ }
  },
  'a hash that nobody knows': () => {
    const verdict = 'unsupported'
    return { certificate: of(alice), signature: withHash(99), verdict, reason: /algorithm 99/ }
  },
  'RSA of 1024 bits': () => {
    const weak = forgeKey('weak')
    const verdict = 'key-weak'
    return { certificate: of(weak), signature: signDocument(weak, document), verdict }
  },
  'RSA of 3072 bits': () => {
    const strong = forgeKey('strong')
    return { certificate: of(strong), signature: signDocument(strong, document), verdict: 'good' }
  },
  'a policy that wants 4096 bits': () => {
    const policy = standardPolicy()
    const stricter = {
      ...policy,
      key: () => ({ code: 'key-weak', reason: 'too short' }) as const,
    }
    return {
      ...{ certificate: of(alice), signature: signDocument(alice, document) },
      ...{ verdict: 'key-weak', options: { policy: stricter } },
      sqvDiffers: 'it has a policy of its own',
    }
  },
  'an RSA key for encryption only (algorithm 2)': () => {
    const key = forgeKey('alice', { algorithm: 2 })
    const self = certify(key, { algorithm: 1 })
    return {
      certificate: [primaryPacket(key), userIdPacket(), self],
      signature: signDocument(key, document, { algorithm: 1 }),
      verdict: 'signature-bad',
      sqvDiffers: 'it takes the flags’ word; RFC 9580 §9.1 says what the algorithm is for',
    }
  },
  'an RSA key for signing only (algorithm 3)': () => {
    const key = forgeKey('alice', { algorithm: 3 })
    return { certificate: of(key), signature: signDocument(key, document), verdict: 'good' }
  },
  'DSA, by name': () => {
    const verdict = 'unsupported'
    return { certificate: of(alice), signature: byAlgorithm(17), verdict, reason: /dsa/ }
  },
  'ECDSA, by name': () => {
    const verdict = 'unsupported'
    return { certificate: of(alice), signature: byAlgorithm(19), verdict, reason: /ecdsa/ }
  },
  'an algorithm that nobody knows': () => {
    const verdict = 'unsupported'
    return { certificate: of(alice), signature: byAlgorithm(99), verdict, reason: /algorithm 99/ }
  },
  'a version 3 signature, by name': () => {
    const head = concat(Uint8Array.of(3, 5, 0), uint32(0), new Uint8Array(8), Uint8Array.of(1, 8))
    const signature = signaturePacket(concat(head, uint16(0), uint16(1), Uint8Array.of(1)))
    return { certificate: of(alice), signature, verdict: 'unsupported', reason: /version 3/ }
  },
  'a version 6 signature, by name': () => {
    const signature = writePacket(packetType.signature, Uint8Array.of(6, 0, 27, 8, 0, 0, 0, 0))
    return { certificate: of(alice), signature, verdict: 'unsupported', reason: /version 6/ }
  },
})

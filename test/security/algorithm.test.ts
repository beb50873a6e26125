/** Hashes that are broken, keys that are short, and keys that are not for signing. */

import { createHash, sign } from 'node:crypto'
import { hashAlgorithm, packetType } from '../../src/registry.ts'
import { concat, uint16, uint32 } from '../../src/octets.ts'
import { writeSubpackets } from '../../src/packet/subpacket.ts'
import type { RawSubpacket } from '../../src/packet/subpacket.ts'
import { standardPolicy } from '../../src/policy/standard.ts'
import { writeMpi } from '../../src/wire/mpi.ts'
import { writePacket } from '../../src/wire/packet.ts'
import { document, testCases } from '../support/forge/cases.ts'
import {
  certify,
  primaryPacket,
  signaturePacket,
  signDocument,
  userIdPacket,
} from '../support/forge/certificate.ts'
import {
  day,
  forgeKey,
  forgeSignature,
  issuer,
  issuerKeyId,
  madeAt,
  time,
} from '../support/forge/signature.ts'
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

/** A version 6 signature over the document by Alice's key, which is of version 4: RFC 9580 §5.2.4. */
function bySix(hashed: readonly RawSubpacket[], unhashed: readonly RawSubpacket[]): Uint8Array {
  const [hashedArea, unhashedArea] = [hashed, unhashed].map((area) => writeSubpackets(area))
  if (!hashedArea || !unhashedArea) throw new Error('there are two areas')
  const salt = new Uint8Array(16).fill(7)
  const signedPart = concat(Uint8Array.of(6, 0, 1, 8), uint32(hashedArea.length), hashedArea)
  const trailer = concat(signedPart, Uint8Array.of(6, 0xff), uint32(signedPart.length))
  const value = sign('sha256', concat(salt, document, trailer), alice.numbers.secret)
  const digest = createHash('sha256')
    .update(concat(salt, document, trailer))
    .digest()
  const areas = concat(signedPart, uint32(unhashedArea.length), unhashedArea)
  const tail = concat(digest.subarray(0, 2), Uint8Array.of(salt.length), salt, writeMpi(value))
  return signaturePacket(concat(areas, tail))
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
  'SHA-224': () => {
    const signature = signDocument(alice, document, { hash: 'SHA-224' })
    return { certificate: of(alice), signature, verdict: 'good' }
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
  'Ed448, by name': () => {
    const verdict = 'unsupported'
    return { certificate: of(alice), signature: byAlgorithm(28), verdict, reason: /ed448/ }
  },
  'ECDSA, by a key that is RSA': () => {
    const parts = { by: alice, type: 0, over: { kind: 'document', data: document } } as const
    const r = forgeSignature({ ...parts, algorithm: 19 })
    const signature = signaturePacket(concat(r, writeMpi(Uint8Array.of(1))))
    return { certificate: of(alice), signature, verdict: 'signature-bad', reason: /not one by/ }
  },
  'ECDSA with one number': () => {
    return { certificate: of(alice), signature: byAlgorithm(19), verdict: 'malformed' }
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
  'a version 5 signature, by name': () => {
    const signature = writePacket(packetType.signature, Uint8Array.of(5, 0, 1, 8, 0, 0, 0, 0))
    return { certificate: of(alice), signature, verdict: 'unsupported', reason: /version 5/ }
  },
  'a version 6 signature that is cut short': () => {
    const signature = writePacket(packetType.signature, Uint8Array.of(6, 0, 27, 8, 0, 0, 0, 0))
    return { certificate: of(alice), signature, verdict: 'malformed' }
  },
  'a version 6 signature by a version 4 key, right but for that': () => {
    const signature = bySix([time(madeAt + day)], [issuerKeyId(alice.key)])
    return { certificate: of(alice), signature, verdict: 'signature-bad', reason: /not one by/ }
  },
  'a version 6 signature that names a version 4 key': () => {
    const signature = bySix([time(madeAt + day), issuer(alice.key)], [])
    const reason = /issuer of another version/
    return { certificate: of(alice), signature, verdict: 'signature-bad', reason }
  },
})

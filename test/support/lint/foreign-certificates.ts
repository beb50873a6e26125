/** Certificates and signatures by the keys of other algorithms. */

import { nodePrimitives as primitives } from '../../../src/node/primitives.ts'
import { concat, utf8 } from '../../../src/octets.ts'
import { readSignature, signaturePacket, writeSignature } from '../../../src/packet/signature.ts'
import { readUserId } from '../../../src/packet/user-id.ts'
import { packetType, signatureType } from '../../../src/registry.ts'
import { digestDraft, digestTarget, draftSignature } from '../../../src/signature/draft.ts'
import type { SignatureDraft } from '../../../src/signature/draft.ts'
import type { Digest } from '../../../src/signature/signer.ts'
import { writePacket } from '../../../src/wire/packet.ts'
import { name } from '../forge/certificate.ts'
import { day, madeAt } from '../forge/signature.ts'
import type { ForeignKey } from './foreign-keys.ts'
import { soundSubpackets } from './sound.ts'

/** In version 6 the direct key signature speaks for the key, RFC 9580 §10.1.1. */
export function version6Certificate(by: ForeignKey): Uint8Array {
  const draft = draftOf(by, signatureType.directKey, soundSubpackets)
  const digest = digestTarget(draft, { kind: 'key', primary: by.key }, primitives)
  const primary = writePacket(packetType.publicKey, by.key.body)
  const rest = foreignCertificate(by).subarray(primary.length)
  return concat(primary, seal(draft, digest, by.sign), rest)
}

/** The same as the sound certificate, but for its key. */
export function foreignCertificate({ key, sign }: ForeignKey): Uint8Array {
  const userId = readUserId(utf8(name))
  const draft = draftOf({ key, sign }, signatureType.positiveCertification, soundSubpackets)
  const digest = digestTarget(draft, { kind: 'user-id', primary: key, userId }, primitives)
  return concat(
    writePacket(packetType.publicKey, key.body),
    writePacket(packetType.userId, userId.body),
    seal(draft, digest, sign),
  )
}

/** A signature over a document. */
export function foreignSignature(by: ForeignKey, data: Uint8Array): Uint8Array {
  const draft = draftOf(by, signatureType.binary, [])
  const hasher = primitives.hasher('SHA-256')
  hasher.update(draft.salt)
  hasher.update(data)
  return seal(draft, digestDraft(draft, hasher), by.sign)
}

function draftOf(
  { key }: ForeignKey,
  type: number,
  hashed: typeof soundSubpackets,
): SignatureDraft {
  const random = (octets: number): Uint8Array => new Uint8Array(octets).fill(0x5a)
  return draftSignature({ type, hash: 'SHA-256', key, created: madeAt + day, hashed, random })
}

function seal(draft: SignatureDraft, digest: Digest, sign: ForeignKey['sign']): Uint8Array {
  const digestPrefix = digest.octets.subarray(0, 2)
  const body = writeSignature({ ...draft, digestPrefix, value: sign(digest.octets) })
  return signaturePacket(readSignature(body))
}

/** Packets in words. */

import { isOpenPGPError } from '../../errors.ts'
import { keyBits } from '../../packet/key-material.ts'
import { readPublicKey } from '../../packet/public-key.ts'
import { readSignature } from '../../packet/signature.ts'
import { readUserId } from '../../packet/user-id.ts'
import { fingerprintHash } from '../../signature/hasher.ts'
import { nodePrimitives } from '../../node/primitives.ts'
import { nameOf, packetType, publicKeyAlgorithm } from '../../registry.ts'
import { isoTime } from '../../signature/time.ts'
import type { Packet } from '../../wire/packet.ts'
import type { Description, Inside } from './description.ts'
import { describeSignature } from './signature.ts'
import { words } from './words.ts'

/** Describes any packet; what cannot be read says why. */
export function describePacket(packet: Packet): Description {
  const { type, body, format, offset } = packet
  const title = `${words(nameOf(packetType, type)) ?? `unknown type ${type}`} packet`
  const frame = { offset, octets: body.length, ...(format === 'legacy' ? { format } : {}) }
  try {
    const { facts, parts } = describeBody(type, body)
    return { title, facts: { ...frame, ...facts }, parts }
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    return { title, facts: { ...frame, unreadable: error.message }, parts: [] }
  }
}

function describeBody(type: number, body: Uint8Array): Inside {
  switch (type) {
    case packetType.publicKey:
    case packetType.publicSubkey:
      return describeKey(body)
    case packetType.userId:
      return { facts: { text: readUserId(body).text }, parts: [] }
    case packetType.signature:
      return describeSignature(readSignature(body))
    default:
      return { facts: {}, parts: [] }
  }
}

function describeKey(body: Uint8Array): Inside {
  const key = readPublicKey(body, fingerprintHash(nodePrimitives))
  const name = nameOf(publicKeyAlgorithm, key.algorithm) ?? 'unknown'
  const bits = keyBits(key.material)
  return {
    facts: {
      version: key.version,
      algorithm: `${name} (${key.algorithm})`,
      ...(bits === undefined ? {} : { bits }),
      created: isoTime(key.created),
      fingerprint: key.fingerprint,
      'key ID': key.keyId,
    },
    parts: [],
  }
}

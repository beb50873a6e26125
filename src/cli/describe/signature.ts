/** Signature packets in words, with their subpackets and the signatures embedded in those. */

import { isOpenPGPError } from '../../errors.ts'
import { toHex } from '../../octets.ts'
import { readSignature } from '../../packet/signature.ts'
import type { Signature } from '../../packet/signature.ts'
import { findValue } from '../../packet/subpacket.ts'
import type { Subpacket } from '../../packet/subpacket.ts'
import {
  hashAlgorithm,
  nameOf,
  publicKeyAlgorithm,
  signatureType,
  subpacketType,
} from '../../registry.ts'
import { bitLength } from '../../wire/mpi.ts'
import type { Description, Inside } from './description.ts'
import { subpacketText } from './subpacket.ts'
import { words } from './words.ts'

/** A back signature is at depth 1; nothing real goes deeper. */
const deepest = 3

/** Signature types that carry the key's expiration, or say that it has none. */
const selfSignatures: readonly number[] = [
  signatureType.positiveCertification,
  signatureType.casualCertification,
  signatureType.personaCertification,
  signatureType.genericCertification,
  signatureType.subkeyBinding,
  signatureType.directKey,
]

/** A signature's fields and subpackets; an embedded signature is a part of its subpacket. */
export function describeSignature(signature: Signature, depth = 0): Inside {
  const { type, publicKeyAlgorithm: algorithm, hashAlgorithm: hash, value } = signature
  const expires = findValue(signature.hashed, subpacketType.keyExpirationTime)?.seconds
  const never = selfSignatures.includes(type) && !expires
  return {
    facts: {
      version: signature.version,
      type: `${words(nameOf(signatureType, type)) ?? 'unknown'} (0x${toHex(Uint8Array.of(type))})`,
      algorithm: `${nameOf(publicKeyAlgorithm, algorithm) ?? 'unknown'} (${algorithm})`,
      hash: `${nameOf(hashAlgorithm, hash) ?? 'unknown'} (${hash})`,
      ...(never ? { 'key expires': 'never, by this signature' } : {}),
      ...(signature.salt.length > 0 ? { salt: toHex(signature.salt) } : {}),
      'digest starts with': toHex(signature.digestPrefix),
      ...(value.kind === 'rsa' ? { 'value bits': bitLength(value.s) } : {}),
    },
    parts: [
      ...signature.hashed.map((each) => describeSubpacket(each, 'hashed', depth)),
      ...signature.unhashed.map((each) => describeSubpacket(each, 'unhashed', depth)),
    ],
  }
}

/** `area` is where the subpacket stands; only the hashed one is signed. */
function describeSubpacket(
  subpacket: Subpacket,
  area: 'hashed' | 'unhashed',
  depth: number,
): Description {
  const { type, critical, body, value } = subpacket
  const name = words(nameOf(subpacketType, type)) ?? 'subpacket'
  const title = `${name} (${type}, ${area}${critical ? ', critical' : ''})`
  if (value.type === subpacketType.embeddedSignature && depth < deepest) {
    return { title, facts: {}, parts: [describeEmbedded(body, depth + 1)] }
  }
  return { title: `${title}: ${subpacketText(subpacket)}`, facts: {}, parts: [] }
}

function describeEmbedded(body: Uint8Array, depth: number): Description {
  try {
    return { title: 'signature', ...describeSignature(readSignature(body), depth) }
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    return { title: 'signature', facts: { unreadable: error.message }, parts: [] }
  }
}

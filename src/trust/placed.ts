/** Certificates with some of their signatures, each where it belongs: what a memory keeps. */

import { parseCertificates } from '../certificate/certificate.ts'
import type { Certificate, ComponentSignatures } from '../certificate/certificate.ts'
import { componentPacket } from '../certificate/component-packet.ts'
import type { CertificateParts } from '../certificate/copies.ts'
import { mergeCertificates } from '../certificate/merge.ts'
import { concat, join, toHex } from '../octets.ts'
import { signaturePacket } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import * as packetType from '../registry/packet-type.ts'
import type { Primitives } from '../signature/hasher.ts'
import type { Target } from '../signature/preimage.ts'
import { writePacket } from '../wire/packet.ts'
import { nameOfStatement } from './signatures.ts'

/** A signature that was verified, and what it is about. */
export interface PlacedSignature {
  readonly target: Target
  readonly signature: Signature
}

/** The certificates of these signatures, as `writeCopies` writes them; undefined for none. */
export function writePlaced(
  placed: readonly PlacedSignature[],
  primitives: Primitives,
): Uint8Array | undefined {
  if (placed.length === 0) return undefined
  const pieces = placed.map(({ target, signature }) =>
    join([
      writePacket(packetType.publicKey, target.primary.body),
      ...componentPacket(target),
      signaturePacket(signature),
    ]),
  )
  return writeCopies(parseCertificates(join(pieces), { primitives }), primitives)
}

/**
 * The union of copies: primary keys, and of the rest what has signatures. Each statement of a key about
 * one thing stands there once, and the octets depend on nothing but what was said.
 */
export function writeCopies(copies: readonly Certificate[], primitives: Primitives): Uint8Array {
  const written = mergeCertificates(copies, { primitives }).map(writeStatements)
  return concat(...written.sort((a, b) => (toHex(a) < toHex(b) ? -1 : 1)))
}

function writeStatements({ primary, userIds, subkeys }: CertificateParts): Uint8Array {
  const component = (type: number, body: Uint8Array, own: ComponentSignatures): Uint8Array[] => {
    const distinct = new Map<string, Signature>()
    for (const signature of own.signatures) {
      const name = nameOfStatement(signature)
      if (!distinct.has(name)) distinct.set(name, signature)
    }
    const signatures = [...distinct.values()].map(signaturePacket)
    if (signatures.length === 0 && type !== packetType.publicKey) return []
    return [writePacket(type, body), ...signatures]
  }
  return join([
    ...component(packetType.publicKey, primary.key.body, primary),
    ...userIds.flatMap((each) => component(packetType.userId, each.userId.body, each)),
    ...subkeys.flatMap((each) => component(packetType.publicSubkey, each.key.body, each)),
  ])
}

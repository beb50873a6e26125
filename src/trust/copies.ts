/** Copies of certificates by what they are good for: some may give, some can only take away. */

import { parseCertificates } from '../certificate/certificate.ts'
import type { Certificate, ComponentSignatures } from '../certificate/certificate.ts'
import type { CertificateParts } from '../certificate/copies.ts'
import { join } from '../octets.ts'
import { isRevocation, signaturePacket } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import * as packetType from '../registry/packet-type.ts'
import type { Primitives } from '../signature/hasher.ts'
import { writePacket } from '../wire/packet.ts'

/** The packets of a certificate with some of its signatures; what cannot be read is left out. */
function writeParts(
  { primary, userIds, subkeys }: CertificateParts,
  keep: (signature: Signature) => boolean,
): Uint8Array {
  const signaturesOf = ({ signatures }: ComponentSignatures): Uint8Array[] =>
    signatures.filter(keep).map(signaturePacket)
  return join([
    writePacket(packetType.publicKey, primary.key.body),
    ...signaturesOf(primary),
    ...userIds.flatMap((each) => [
      writePacket(packetType.userId, each.userId.body),
      ...signaturesOf(each),
    ]),
    ...subkeys.flatMap((each) => [
      writePacket(packetType.publicSubkey, each.key.body),
      ...signaturesOf(each),
    ]),
  ])
}

/** A copy with nothing but its revocations: whoever brings it, it can only take away. */
export function onlyRevocations(copy: Certificate, primitives: Primitives): Certificate[] {
  const { primary, userIds, subkeys } = copy
  const all = [primary, ...userIds, ...subkeys].flatMap(({ signatures }) => signatures)
  if (!all.some(isRevocation)) return []
  return parseCertificates(writeParts(copy, isRevocation), { primitives })
}

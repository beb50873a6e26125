/** Signatures by what their keys signed: the unhashed area is anybody's, RFC 9580 §5.2.3.2. */

import { toHex } from '../octets.ts'
import { readSignature, writeSignature } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import { subpacket, writeSubpackets } from '../packet/subpacket.ts'
import * as subpacketType from '../registry/subpacket-type.ts'

/** The same for two by one key over one thing that say the same. Of ones that were verified. */
export function nameOfStatement({ signedPart, salt }: Signature): string {
  return `${toHex(signedPart)} ${toHex(salt)}`
}

/**
 * The signature without what anybody may add; `back` is kept, the back signature of a binding that has
 * it there (§5.2.1.9).
 */
export function bareSignature(signature: Signature, back?: Signature): Signature {
  const { hashed, signedPart, digestPrefix, salt, value } = signature
  const isInside = hashed.some((each) => each.value.type === subpacketType.embeddedSignature)
  const kept = back && !isInside ? [bareSignature(back).body] : []
  const area = kept.map((octets) => subpacket({ type: subpacketType.embeddedSignature, octets }))
  const unhashedArea = writeSubpackets(area)
  return readSignature(writeSignature({ signedPart, unhashedArea, digestPrefix, salt, value }))
}

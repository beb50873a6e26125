/**
 * Rotation authorities: certificates that are embedded in clients, sign nothing, and say which
 * certificate follows when a key is lost or stolen. One is known by the notation
 * `rotation-authority@DOMAIN` (RFC 9580 §5.2.3.24) in its own self-signature.
 */

import { fromUtf8, utf8 } from '../octets.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import { subpacket } from '../packet/subpacket.ts'
import type { Policy } from '../policy/policy.ts'
import { keyFlag } from '../registry.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import type { Primitives } from '../signature/hasher.ts'
import { toSeconds } from '../signature/time.ts'
import { checkComponents } from './components.ts'
import { joinCopies } from './copies.ts'
import type { Certificate } from './certificate.ts'
import type { SelfSignature } from './self-signature.ts'

const authorityValue = 'endorses successors and signs nothing'
const authorityName = /^rotation-authority@[a-z0-9.-]+$/

/** The mark: not critical, for other programs are to read the certificate as any other. */
export function authoritySubpacket(domain: string): RawSubpacket {
  return subpacket({
    type: subpacketType.notationData,
    name: `rotation-authority@${domain}`,
    value: utf8(authorityValue),
    humanReadable: true,
  })
}

/**
 * Whether the copies say that the certificate is a rotation authority: by a valid self-signature
 * with the mark, and none that lets a key of it sign. Who asks gives copies that it embeds; a copy
 * from elsewhere could raise any key that certifies to an authority.
 */
export async function isRotationAuthority(
  copies: Certificate | readonly Certificate[],
  { at, policy, primitives }: { at: Date; policy: Policy; primitives: Primitives },
): Promise<boolean> {
  const [parts] = joinCopies([copies].flat(), primitives)
  if (!parts) return false
  const components = await checkComponents(parts, { now: toSeconds(at), policy, primitives })
  const bindings = components.flatMap(({ checked }) => checked.bindings)
  const signs = bindings.some(({ keyFlags = 0 }) => (keyFlags & keyFlag.sign) !== 0)
  return !signs && bindings.some(isMarked)
}

function isMarked({ signature, keyFlags = 0 }: SelfSignature): boolean {
  if ((keyFlags & keyFlag.certify) === 0) return false
  return signature.hashed.some(
    ({ value }) =>
      value.type === subpacketType.notationData &&
      value.humanReadable &&
      authorityName.test(value.name) &&
      fromUtf8(value.value) === authorityValue,
  )
}

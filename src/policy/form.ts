/** What is wrong with a signature by itself, whoever made it and over whatever. */

import type { Signature } from '../packet/signature.ts'
import { creationTime } from '../packet/signature.ts'
import type { Subpacket } from '../packet/subpacket.ts'
import { hashAlgorithm, nameOf } from '../registry.ts'
import * as publicKeyAlgorithm from '../registry/public-key-algorithm.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import { checkedHash } from '../signature/hasher.ts'
import type { RevocationHash } from '../signature/hasher.ts'
import type { Objection, Policy } from './policy.ts'

/** RFC 9580 §9.5: signatures by these are not to be trusted, whatever a policy says. */
const brokenHashes: readonly number[] = [
  hashAlgorithm.MD5,
  hashAlgorithm['SHA-1'],
  hashAlgorithm['RIPEMD-160'],
]

/** Why a signature counts for nothing before its number is looked at. */
export function formObjection(signature: Signature, policy: Policy): Objection | undefined {
  const unheeded = signature.hashed.find((subpacket) => !isHeeded(subpacket, policy))
  if (unheeded) return bad(`it has ${nameCritical(unheeded)}, which is critical and not known`)
  if (creationTime(signature) === undefined) return bad('it has no hashed creation time')
  if (hasSeveralTimes(signature)) return bad('it states several creation times')
  if (namesForeignVersion(signature)) return bad('it names an issuer of another version')
  return algorithmObjection(signature)
}

/** Why a signature's number cannot be checked; for a revocation with `revocationHash`. */
export function algorithmObjection(
  signature: Signature,
  hashName: (algorithm: number) => RevocationHash | undefined = checkedHash,
): Objection | undefined {
  const { hashAlgorithm: hash, publicKeyAlgorithm: algorithm, value } = signature
  if (!hashName(hash)) {
    if (brokenHashes.includes(hash)) {
      return { code: 'signature-weak', reason: `it uses ${nameOf(hashAlgorithm, hash) ?? hash}` }
    }
    const name = nameOf(hashAlgorithm, hash) ?? `hash algorithm ${hash}`
    return { code: 'unsupported', reason: `it uses ${name}, which is not supported` }
  }
  if (value.kind !== 'opaque') return undefined
  const name = nameOf(publicKeyAlgorithm, algorithm) ?? `public-key algorithm ${algorithm}`
  return { code: 'unsupported', reason: `it uses ${name}, which is not supported` }
}

/** RFC 9580 §5.2.3.7; the bit of a notation speaks of that notation alone (§5.2.3.24). */
function isHeeded({ critical, value }: Subpacket, policy: Policy): boolean {
  if (!critical) return true
  if (value.type !== subpacketType.notationData) return value.type !== 'unknown'
  return policy.criticalNotations?.includes(value.name) ?? false
}

function nameCritical({ type, value }: Subpacket): string {
  return value.type === subpacketType.notationData
    ? `the notation ${JSON.stringify(value.name.slice(0, 100))}`
    : `a subpacket of type ${type}`
}

/** RFC 9580 §5.2.3.9 lets a reader choose among values that contradict; verifiers choose differently. */
function hasSeveralTimes(signature: Signature): boolean {
  const time = creationTime(signature)
  return signature.hashed.some(
    ({ value }) => value.type === subpacketType.signatureCreationTime && value.time !== time,
  )
}

/**
 * RFC 9580 §5.2.3.35: such a signature is malformed. The unhashed area is left out: what anyone may
 * add there must not void a signature, and no key of another version can have made it.
 */
function namesForeignVersion({ version, hashed }: Signature): boolean {
  return hashed.some(
    ({ type, body }) => type === subpacketType.issuerFingerprint && body[0] !== version,
  )
}

function bad(reason: string): Objection {
  return { code: 'signature-bad', reason }
}

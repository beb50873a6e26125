/** Which signatures on a component its own primary key made. Nothing here depends on a time. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import type { Signature } from '../packet/signature.ts'
import { algorithmObjection } from '../policy/form.ts'
import type { Objection } from '../policy/policy.ts'
import { nameOf } from '../registry.ts'
import * as signatureType from '../registry/signature-type.ts'
import { revocationHash } from '../signature/hasher.ts'
import type { Hasher, Primitives } from '../signature/hasher.ts'
import { hashTarget } from '../signature/preimage.ts'
import type { Target } from '../signature/preimage.ts'
import { checkBinding, isTheirs, notBy, wrong } from './binding.ts'
import type { Checking, HasherOver } from './binding.ts'
import type { ComponentSignatures } from './certificate.ts'
import { mayBeBy } from './issuer.ts'
import { componentOf } from './memory.ts'
import { readRevocation } from './self-signature.ts'
import type { Rejection, Revocation, SelfSignature } from './self-signature.ts'

/** The signatures of one component, sorted. Those by other keys count for nothing and are in none. */
export interface CheckedSignatures {
  readonly bindings: readonly SelfSignature[]
  readonly revocations: readonly Revocation[]
  readonly rejected: readonly Rejection[]
}

/** Sorts a component's signatures. `limit` when more claim to be its key's than are looked at. */
export async function checkSignatures(
  component: ComponentSignatures,
  target: Target,
  types: { readonly binding: readonly number[]; readonly revocation: readonly number[] },
  checking: Checking,
): Promise<CheckedSignatures> {
  const { primary } = target
  const claimed = component.signatures.filter((signature) => mayBeBy(primary, signature))
  // A salt comes before the component in what is hashed, RFC 9580 §5.2.4: each hashes all of it anew.
  // Refused before anything is computed: what a memory holds would be passed over the next time.
  const perSalt = primary.version === 4 ? 0 : primary.body.length + componentOf(target).body.length
  const isFlooded =
    claimed.length > limits.signaturesPerComponent || claimed.length * perSalt > limits.saltedOctets
  if (isFlooded) {
    const reason = `${claimed.length} self-signatures on one component of ${primary.fingerprint}`
    throw new OpenPGPError('limit', reason)
  }
  const bindings: SelfSignature[] = []
  const revocations: Revocation[] = []
  const rejected: Rejection[] = component.unreadable.map(({ code, message }) => {
    return { code, reason: message, signature: undefined }
  })
  const over = hasherOver(target, checking.primitives)
  for (const signature of claimed) {
    const isBinding = types.binding.includes(signature.type)
    if (!isBinding && !types.revocation.includes(signature.type)) {
      const name = nameOf(signatureType, signature.type) ?? `type ${signature.type}`
      rejected.push({ ...wrong(`a signature of ${name} does not belong here`), signature })
      continue
    }
    const read = isBinding
      ? await checkBinding(signature, target, over, checking)
      : await checkRevocation(signature, target, over, checking)
    if ('code' in read) rejected.push({ ...read, signature })
    else if ('hard' in read) revocations.push(read)
    else bindings.push(read)
  }
  return { bindings, revocations, rejected }
}

/**
 * A revocation by the key itself stands, by SHA-1 too, whatever else is odd about it and whatever the
 * policy says of it: only the key's owner can have made it, and to pass it over would be to trust
 * more.
 */
async function checkRevocation(
  signature: Signature,
  target: Target,
  over: HasherOver,
  checking: Checking,
): Promise<Revocation | Objection> {
  const unchecked = algorithmObjection(signature, revocationHash)
  if (unchecked) return unchecked
  const key = target.primary
  const question = { key, signature, target, hashName: revocationHash }
  return (await isTheirs(question, over, checking)) ? readRevocation(signature) : notBy(key)
}

/**
 * Hashes a target once for each hash algorithm: a User ID may be long and have many signatures. In
 * version 6 each signature starts with a salt of its own, and is hashed by itself.
 */
export function hasherOver(target: Target, primitives: Primitives): HasherOver {
  const running = new Map<number, Hasher>()
  return ({ hashAlgorithm, version, salt }) => {
    const known = version === 4 ? running.get(hashAlgorithm) : undefined
    if (known) return known.copy()
    const hasher = primitives.hasher(revocationHash(hashAlgorithm) ?? 'SHA-256')
    hasher.update(salt)
    hashTarget(hasher, target, version)
    if (version === 4) running.set(hashAlgorithm, hasher)
    return hasher.copy()
  }
}

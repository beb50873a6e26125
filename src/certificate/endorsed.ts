/** The endorsements that a certificate carries, and whether the key that they name made them. */

import type { PublicKey } from '../packet/public-key.ts'
import type { Signature } from '../packet/signature.ts'
import type { UserId } from '../packet/user-id.ts'
import { formObjection } from '../policy/form.ts'
import { ask } from '../policy/policy.ts'
import type { Objection, Policy } from '../policy/policy.ts'
import * as signatureType from '../registry/signature-type.ts'
import { checkedHash } from '../signature/hasher.ts'
import { isTheirs, notBy } from './binding.ts'
import type { Checking } from './binding.ts'
import { hasherOver } from './check.ts'
import type { CertificateParts } from './copies.ts'
import { domainOf, readEndorsement, successorNotation } from './endorsement.ts'
import type { Endorsement } from './endorsement.ts'
import { mayBeBy } from './issuer.ts'

/** An endorsement and the User ID that it stands on. */
export interface CarriedEndorsement extends Endorsement {
  readonly userId: UserId
}

/**
 * Every signature of a certificate that has the form of an endorsement of it. The name space is
 * `domain`, or that of the address in each User ID. Whose they are is not checked here.
 */
export function endorsementsOn(
  certificate: Pick<CertificateParts, 'fingerprint' | 'userIds'>,
  domain?: string,
): CarriedEndorsement[] {
  return certificate.userIds.flatMap(({ userId, signatures }) => {
    const space = domain ?? domainOf(userId)
    if (space === undefined) return []
    return signatures.flatMap((signature) => {
      const read = readEndorsement(signature, space)
      return read?.new === certificate.fingerprint ? [{ ...read, userId }] : []
    })
  })
}

/** Why an endorsement is not one by this primary key; undefined when it is. */
export async function endorsementObjection(
  endorsement: CarriedEndorsement,
  { by, of }: { readonly by: PublicKey; readonly of: PublicKey },
  checking: Checking,
): Promise<Objection | undefined> {
  const { signature, domain, userId, old } = endorsement
  if (old !== by.fingerprint) return notBy(by)
  const { now } = checking
  const policy = heeding(checking.policy, successorNotation(domain))
  const malformed = formObjection(signature, policy)
  if (malformed) return malformed
  if (endorsement.created < by.created) {
    return { code: 'signature-bad', reason: 'it is older than its key' }
  }
  const target = { kind: 'user-id', primary: of, userId } as const
  const question = { key: by, signature, target, hashName: checkedHash }
  if (!(await isTheirs(question, hasherOver(target, checking.primitives), checking))) {
    return notBy(by)
  }
  return ask(() => policy.signature(signature, { use: 'certificate', at: now }))
}

/**
 * The certification revocation (RFC 9580 §5.2.1.13) by which the endorser took back what it certified
 * on this User ID: of any date, for good, and whatever else may be odd about it.
 */
export async function findWithdrawal(
  { userId }: CarriedEndorsement,
  { by, of }: { readonly by: PublicKey; readonly of: CertificateParts },
  checking: Checking,
): Promise<Signature | undefined> {
  const target = { kind: 'user-id', primary: of.primary.key, userId } as const
  const over = hasherOver(target, checking.primitives)
  for (const signature of of.userIds.flatMap(({ signatures }) => signatures)) {
    if (signature.type !== signatureType.certificationRevocation) continue
    if (!mayBeBy(by, signature)) continue
    const question = { key: by, signature, target, hashName: checkedHash }
    if (await isTheirs(question, over, checking)) return signature
  }
  return undefined
}

/** The policy of somebody who acts on this critical notation. */
function heeding(policy: Policy, name: string): Policy {
  return {
    criticalNotations: [name],
    signature: (signature, context) => policy.signature(signature, context),
    key: (key, context) => policy.key(key, context),
  }
}

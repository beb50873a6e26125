/** What endorsers took back, on whatever certificate it stands. */

import { hasherOver } from '../certificate/check.ts'
import { isTheirs } from '../certificate/binding.ts'
import type { Checking } from '../certificate/binding.ts'
import type { CertificateParts } from '../certificate/copies.ts'
import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import type { PublicKey } from '../packet/public-key.ts'
import { nameOfSignature } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import type { UserId } from '../packet/user-id.ts'
import * as signatureType from '../registry/signature-type.ts'
import { checkedHash } from '../signature/hasher.ts'
import { bareSignature } from './signatures.ts'

/** A certification revocation (RFC 9580 §5.2.1.13) by another key than the certificate's own. */
export interface Withdrawal {
  readonly of: CertificateParts
  readonly userId: UserId
  /** Fingerprint of the key that took its word back. */
  readonly by: string
  readonly signature: Signature
}

/**
 * Every one that these keys made on a User ID of the certificate, wherever it stands there: of any date,
 * for good, whatever else may be odd about it, and whether the endorsement was seen or not. `limit` where
 * more would have to be tried than signatures on a component are.
 */
export async function findWithdrawals(
  of: CertificateParts,
  endorsers: readonly PublicKey[],
  checking: Checking,
): Promise<Withdrawal[]> {
  const found: Withdrawal[] = []
  const keys = endorsers.filter(({ fingerprint }) => fingerprint !== of.fingerprint)
  const pairs = revocationsIn(of).flatMap((signature) =>
    keys
      .filter(({ algorithm }) => algorithm === signature.publicKeyAlgorithm)
      .map((key) => ({ key, signature })),
  )
  let tried = 0
  for (const { userId } of of.userIds) {
    const target = { kind: 'user-id', primary: of.primary.key, userId } as const
    const over = hasherOver(target, checking.primitives)
    for (const { key, signature } of pairs) {
      tried += 1
      if (tried > limits.signaturesPerComponent) throw flooded(of)
      const question = { key, signature, target, hashName: checkedHash }
      if (!(await isTheirs(question, over, checking))) continue
      found.push({ of, userId, by: key.fingerprint, signature })
    }
  }
  return found
}

/** Each once, without what would tell copies apart. */
function revocationsIn({ primary, userIds, subkeys }: CertificateParts): Signature[] {
  const all = [primary, ...userIds, ...subkeys].flatMap(({ signatures }) => signatures)
  const certification = all.filter(({ type }) => type === signatureType.certificationRevocation)
  const distinct = new Map(certification.map((each) => [nameOfSignature(each), each]))
  return [...distinct.values()].map((each) => bareSignature(each))
}

function flooded({ fingerprint }: CertificateParts): OpenPGPError {
  return new OpenPGPError('limit', `revocations of certifications flood ${fingerprint}`)
}

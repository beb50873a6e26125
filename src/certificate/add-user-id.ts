/** Another User ID for a certificate. RFC 9580 §5.11. */

import { OpenPGPError } from '../errors.ts'
import { findValue, subpacket } from '../packet/subpacket.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import { createUserId } from '../packet/user-id.ts'
import * as signatureType from '../registry/signature-type.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import type { Certificate } from './certificate.ts'
import { openChange, requireNewer, requireUsable } from './change.ts'
import type { Change, ChangeOptions } from './change.ts'
import { componentPacket } from './component-packet.ts'
import { findUserId, speakingBinding } from './find.ts'
import { renew } from './renew.ts'
import { currentBinding, softRevocation } from './self-signature.ts'

export interface AddUserIdOptions extends ChangeOptions {
  readonly name: string
  readonly email: string
  /** Whether programs show this one first from now on. RFC 9580 §5.2.3.27. */
  readonly primary?: boolean
}

/**
 * Adds a User ID with a positive certification (0x13) by the primary key, one call of its signer; in
 * version 4 that repeats what the present ones say of the key, its expiry too (RFC 9580 §5.2.3.10). One
 * that was revoked is put in force again. Checked: that the signer holds the primary key and the
 * certificate is valid at `created`, the User ID's form, the answer. Not checked: whose the address
 * is. Throws `usage` also for a User ID that is valid already, `key-mismatch`, `time-invalid`,
 * `certificate-expired`, `certificate-revoked`, `certificate-invalid`, `signer-answer` and what the
 * signer throws.
 */
export async function addUserId(
  certificate: Certificate,
  signer: RemoteSigner,
  options: AddUserIdOptions,
): Promise<Certificate> {
  const userId = createUserId(options.name, options.email)
  const change = await openChange(certificate, signer, options)
  requireUsable(change)
  const { primary, created } = change
  const there = findUserId(change, userId)
  if (there) {
    const { bindings, revocations } = there.checked
    const binding = currentBinding(bindings, created)
    if (binding && !softRevocation(revocations, binding, created)) {
      throw new OpenPGPError('usage', `the certificate has the User ID ${userId.text} already`)
    }
    requireNewer(there, change)
  }
  const target = { kind: 'user-id', primary, userId } as const
  const flag = subpacket({ type: subpacketType.primaryUserId, value: true })
  const hashed = [...saidOfKey(change), ...(options.primary ? [flag] : [])]
  const type = signatureType.positiveCertification
  return change.addPackets([
    ...componentPacket(target),
    await change.certify({ type, target, hashed }),
  ])
}

/** What the User IDs say of the primary key: in version 6 nothing, RFC 9580 §10.1.1. */
function saidOfKey(change: Change): RawSubpacket[] {
  if (change.primary.version === 6) return []
  const speaking = speakingBinding(change)
  if (!speaking) return []
  const expiration = findValue(speaking.signature.hashed, subpacketType.keyExpirationTime)
  return renew(speaking.signature, expiration ? [subpacket(expiration)] : []).filter(
    ({ type }) => type !== subpacketType.primaryUserId,
  )
}

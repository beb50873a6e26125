/** Revocations by the key itself. RFC 9580 §5.2.1.11 to §5.2.1.13. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { utf8 } from '../octets.ts'
import { subpacket } from '../packet/subpacket.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import { revocationReason } from '../registry.ts'
import * as signatureType from '../registry/signature-type.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import type { Certificate } from './certificate.ts'
import { openChange, requireNewer } from './change.ts'
import type { Change, ChangeOptions } from './change.ts'
import { componentPacket } from './component-packet.ts'
import type { CheckedComponent } from './components.ts'
import { findSubkey } from './find.ts'
import { judgeUserId } from './judge.ts'

/** Why a key is revoked. Hard ones, `noReason` and `compromised`, void all that it ever signed. */
export type KeyRevocationReason = 'noReason' | 'superseded' | 'compromised' | 'retired'
export type UserIdRevocationReason = 'noReason' | 'userIdInvalid'

export interface RevokeKeyOptions extends ChangeOptions {
  /** RFC 9580 §5.2.3.31. There is no default: it decides what becomes of old signatures. */
  readonly reason: KeyRevocationReason
  /** One line for people. */
  readonly text?: string
}

export interface RevokeUserIdOptions extends ChangeOptions {
  readonly reason?: UserIdRevocationReason
  readonly text?: string
}

/**
 * Revokes a certificate: a key revocation signature (0x20) by its primary key, RFC 9580 §5.2.1.11.
 * `superseded` and `retired` count from `created` on, and what was signed before stays good;
 * `noReason` and `compromised` void everything, whatever times are claimed. It can not be taken back.
 * Checked: that the signer holds the primary key, and its answer; for the first two also that every
 * self-signature on the key and its User IDs is older than `created`, for a newer one would stand. A
 * certificate that has expired or is revoked already is no hindrance. Throws `key-mismatch`,
 * `time-invalid`, `usage`, `signer-answer` and what the signer throws.
 */
export async function revokeCertificate(
  certificate: Certificate,
  signer: RemoteSigner,
  options: RevokeKeyOptions,
): Promise<Certificate> {
  const change = await openChange(certificate, signer, options)
  const vouching = change.components.filter(({ target }) => target.kind !== 'subkey')
  if (isSoft(options)) requireTakesBack(vouching, change)
  return change.addPackets([await keyRevocation(change, options)])
}

/** A key revocation signature, framed. */
export function keyRevocation(change: Change, options: RevokeKeyOptions): Promise<Uint8Array> {
  const target = { kind: 'key', primary: change.primary } as const
  return change.certify({ type: signatureType.keyRevocation, target, hashed: [said(options)] })
}

/**
 * Revokes a subkey: a subkey revocation signature (0x28) by the primary key, RFC 9580 §5.2.1.12; the
 * reasons mean what they do for a certificate. Checked: as by `revokeCertificate`. Throws the same,
 * and `key-missing` when the certificate has no subkey of that fingerprint.
 */
export async function revokeSubkey(
  certificate: Certificate,
  signer: RemoteSigner,
  options: RevokeKeyOptions & { readonly subkey: string },
): Promise<Certificate> {
  const change = await openChange(certificate, signer, options)
  const component = findSubkey(change, options.subkey.toUpperCase())
  if (isSoft(options)) requireTakesBack([component], change)
  const { target } = component
  const type = signatureType.subkeyRevocation
  const revocation = await change.certify({ type, target, hashed: [said(options)] })
  return change.addPackets([...componentPacket(target), revocation])
}

/**
 * Revokes a User ID: a certification revocation signature (0x30) by the primary key, RFC 9580
 * §5.2.1.13; `userIdInvalid` unless said otherwise. It counts from `created` on whatever the reason, so
 * what it takes back has to be older. `addUserId` puts it in force again. Checked: as by
 * `revokeCertificate`. Throws the same, `user-id-missing` when no User ID is exactly that text, and
 * `usage` for the only valid one: a certificate without any is of no use to most programs.
 */
export async function revokeUserId(
  certificate: Certificate,
  signer: RemoteSigner,
  options: RevokeUserIdOptions & { readonly userId: string },
): Promise<Certificate> {
  const change = await openChange(certificate, signer, options)
  const { components, created, primary } = change
  const userIds = components.filter(({ target }) => target.kind === 'user-id')
  const isMeant = ({ target }: (typeof userIds)[number]): boolean =>
    target.kind === 'user-id' && target.userId.text === options.userId
  const meant = userIds.find(isMeant)
  if (!meant) {
    const { fingerprint } = primary
    throw new OpenPGPError('user-id-missing', `${fingerprint} has no User ID ${options.userId}`, {
      hint: 'write it as longhand keys show does, the name and the address',
    })
  }
  const isValid = ({ target, checked }: (typeof userIds)[number]): boolean =>
    target.kind === 'user-id' && !judgeUserId(target.userId, checked, created).objection
  if (!userIds.some((each) => !isMeant(each) && isValid(each))) {
    throw new OpenPGPError('usage', 'it is the only valid User ID of the certificate', {
      hint: 'add another one first, or revoke the certificate',
    })
  }
  requireTakesBack([meant], change)
  const { target } = meant
  const { reason = 'userIdInvalid', ...others } = options
  const type = signatureType.certificationRevocation
  const hashed = [said({ ...others, reason })]
  const revocation = await change.certify({ type, target, hashed })
  return change.addPackets([...componentPacket(target), revocation])
}

function isSoft({ reason }: RevokeKeyOptions): boolean {
  return reason === 'superseded' || reason === 'retired'
}

/** A revocation that counts from its date on takes back only what is older, RFC 9580 §5.2.3.31. */
function requireTakesBack(components: readonly CheckedComponent[], change: Change): void {
  for (const { checked } of components) {
    requireNewer({ checked: { bindings: checked.bindings, revocations: [] } }, change)
  }
}

/** RFC 9580 §5.2.3.31. */
function said({
  reason,
  text = '',
}: {
  readonly reason: keyof typeof revocationReason
  readonly text?: string
}): RawSubpacket {
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text) || utf8(text).length > limits.userIdOctets) {
    throw new OpenPGPError('usage', 'the text of a revocation is one short line of plain text')
  }
  return subpacket({
    type: subpacketType.reasonForRevocation,
    reason: revocationReason[reason],
    text,
  })
}

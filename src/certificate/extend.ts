/** Another expiry for the keys of a certificate. RFC 9580 §5.2.3.13. */

import { OpenPGPError } from '../errors.ts'
import { expirationTime } from '../packet/signature.ts'
import { subpacket } from '../packet/subpacket.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { isoTime, toSeconds } from '../signature/time.ts'
import { findBackSignature } from './binding.ts'
import type { Certificate } from './certificate.ts'
import type { Certification } from './certify.ts'
import { openChange, requireNewer, requireUsable } from './change.ts'
import type { Change, ChangeOptions } from './change.ts'
import { componentPacket } from './component-packet.ts'
import { hasherOver } from './check.ts'
import type { CheckedComponent } from './components.ts'
import { findSubkey, requireUnrevoked } from './find.ts'
import { keyExpiration, renew } from './renew.ts'
import type { Expiry } from './renew.ts'
import { allowsSigning, currentBinding, newest, softRevocation } from './self-signature.ts'
import type { SelfSignature } from './self-signature.ts'

export interface ExtendExpiryOptions extends ChangeOptions {
  readonly expires: Expiry
  /** Fingerprints of the keys that then expire; the primary key alone unless said otherwise. */
  readonly keys?: readonly string[]
}

/**
 * Gives keys of a certificate another expiry, later or sooner, by new self-signatures that repeat all
 * else the present ones say (RFC 9580 §5.2.3.10, §5.2.3.13); the old ones stay, and no fingerprint
 * changes. In version 4 the primary key's expiry is said anew on every valid User ID, one call of the
 * signer each, and on the direct key signature if there is one; in version 6 on the latter. A subkey's
 * needs the primary key's signer alone: its own signature on the primary key is used again. Checked:
 * that the signer holds the primary key, that nothing but expiry stands against it or the subkeys,
 * that the new signatures are the newest. Throws `key-mismatch`, `time-invalid`, `certificate-revoked`,
 * `certificate-invalid`, `key-weak`, `usage`, `signer-answer` and what the signer throws.
 */
export async function extendExpiry(
  certificate: Certificate,
  signer: RemoteSigner,
  options: ExtendExpiryOptions,
): Promise<Certificate> {
  const change = await openChange(certificate, signer, options)
  requireUsable(change, { evenExpired: true })
  const { fingerprint } = change.primary
  const keys = new Set((options.keys ?? [fingerprint]).map((key) => key.toUpperCase()))
  if (keys.size === 0) throw new OpenPGPError('usage', 'no key is named whose expiry changes')
  const renewals = [...keys].flatMap((key) =>
    key === fingerprint ? ofPrimary(change) : [findSubkey(change, key)],
  )
  // Everything that can be refused is, before the signer is asked for the first signature.
  const drafts = []
  for (const component of renewals) drafts.push(await renewal(component, change, options.expires))
  const packets: Uint8Array[] = []
  for (const { target, ...said } of drafts) {
    packets.push(...componentPacket(target), await change.certify({ target, ...said }))
  }
  return change.addPackets(packets)
}

/** What says when the primary key expires. RFC 9580 §5.2.3.10. */
function ofPrimary({ components, created, primary }: Change): CheckedComponent[] {
  const saying = components.filter(({ target, checked }) => {
    const binding = currentBinding(checked.bindings, created)
    if (target.kind === 'subkey' || !binding) return false
    if (softRevocation(checked.revocations, binding, created)) return false
    return primary.version === 4 || target.kind === 'key' || binding.keyExpiration !== undefined
  })
  if (saying.length > 0) return saying
  throw new OpenPGPError(
    'certificate-invalid',
    `nothing says when ${primary.fingerprint} expires`,
    {
      hint: 'it has no valid User ID at that time',
    },
  )
}

async function renewal(
  component: CheckedComponent,
  change: Change,
  expires: Expiry,
): Promise<Certification> {
  const { target, checked } = component
  const key = target.kind === 'subkey' ? target.subkey : target.primary
  if (target.kind === 'subkey') requireUnrevoked(change, target.subkey)
  requireNewer(component, change)
  const binding = currentBinding(checked.bindings, change.created) ?? newest(checked.bindings)
  if (!binding) {
    throw new OpenPGPError('certificate-invalid', `no valid signature binds ${key.fingerprint}`, {
      hint: 'bind it: longhand keys bind-subkey',
    })
  }
  const { type } = binding.signature
  const expiration = keyExpiration(key, expires, change.created)
  const back = await backSignature(component, binding, change, expires)
  return { target, type, hashed: [...renew(binding.signature, expiration), ...back] }
}

/** The subkey's own signature on its primary key, RFC 9580 §5.2.3.34, as the binding that is renewed has it. */
async function backSignature(
  { target }: CheckedComponent,
  { signature }: SelfSignature,
  { checking }: Change,
  expires: Expiry,
): Promise<RawSubpacket[]> {
  if (target.kind !== 'subkey' || !allowsSigning(signature)) return []
  const over = hasherOver(target, checking.primitives)
  const back = await findBackSignature(signature, target, over, checking)
  const end = back && expirationTime(back)
  if (!back || (end !== undefined && (expires === 'never' || end < toSeconds(expires)))) {
    const until = end === undefined ? 'is none' : `lasts until ${isoTime(end)} only`
    throw new OpenPGPError(
      'usage',
      `the own signature of subkey ${target.subkey.fingerprint} ${until}`,
      { hint: 'bind it anew with its own key: longhand keys bind-subkey' },
    )
  }
  return [subpacket({ type: subpacketType.embeddedSignature, octets: back.body })]
}

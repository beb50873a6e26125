/** Binding a signing subkey, whose key is somewhere else than the primary key. RFC 9580 §5.2.1.8. */

import { OpenPGPError } from '../errors.ts'
import { sameKeyMaterial } from '../packet/key-material.ts'
import type { KeyMaterial } from '../packet/key-material.ts'
import { createPublicKey } from '../packet/public-key.ts'
import { subpacket } from '../packet/subpacket.ts'
import { keyFlag } from '../registry.ts'
import * as signatureType from '../registry/signature-type.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import { fingerprintHash } from '../signature/hasher.ts'
import type { RemoteSigner } from '../signature/signer.ts'
import { isoTime, toSeconds } from '../signature/time.ts'
import { readPackets } from '../wire/packet.ts'
import type { Certificate } from './certificate.ts'
import { certifyTarget } from './certify.ts'
import { openChange, requireNewer, requireUsable } from './change.ts'
import type { Change, ChangeOptions } from './change.ts'
import { componentPacket } from './component-packet.ts'
import type { CheckedComponent } from './components.ts'
import { checkSize } from './create.ts'
import { requireUnrevoked } from './find.ts'
import { keyExpiration } from './renew.ts'
import type { Expiry } from './renew.ts'
import { newest } from './self-signature.ts'

export interface BindSubkeyOptions extends ChangeOptions {
  /** When the subkey says that it was made, part of its fingerprint; `created` unless said. */
  readonly subkeyCreated?: Date
  /**
   * 365 days after `created` unless said otherwise: a copy that nobody renews then runs out. What is
   * bound anew keeps the expiry that it has.
   */
  readonly expires?: Expiry
  /** An RSA subkey of 2048 bits is bound only when this says so. */
  readonly allowRsa2048?: boolean
}

/** How long a subkey lasts when nothing is said: 365 days, in seconds. */
const subkeyValidity = 365 * 86_400

/**
 * Binds a subkey that signs data: a primary key binding signature (0x19) by the subkey's own signer,
 * embedded in a subkey binding signature (0x18) by the primary key's, one call each, RFC 9580
 * §5.2.1.8, §5.2.1.9. A subkey that is there already, by key and creation time, is bound anew. With
 * RSA or Ed25519 in version 4 the same inputs give the same octets. Checked: that the signer holds the
 * primary key and the certificate is valid at `created`, the subkey's size and times, both answers.
 * Not checked: that the two keys are kept apart. Throws `key-mismatch`, `key-weak`, `time-invalid`,
 * `certificate-expired`, `certificate-revoked`, `certificate-invalid`, `usage`, `signer-answer` and
 * what the signers throw.
 *
 * @example
 * import { bindSubkey } from 'longhand'
 * import type { Certificate, RemoteSigner } from 'longhand'
 *
 * // The primary key in an HSM binds a key in a KMS, for a year from now.
 * export function bindForCi(certificate: Certificate, hsm: RemoteSigner, kms: RemoteSigner) {
 *   return bindSubkey(certificate, hsm, kms, { created: new Date() })
 * }
 */
export async function bindSubkey(
  certificate: Certificate,
  signer: RemoteSigner,
  subkeySigner: RemoteSigner,
  options: BindSubkeyOptions,
): Promise<Certificate> {
  const change = await openChange(certificate, signer, options)
  requireUsable(change)
  const { primary, created, checking } = change
  const { primitives } = checking
  const material = await subkeySigner.publicKey(options)
  checkSize(material, subkeySigner.id, options)
  const subkeyCreated = toSeconds(options.subkeyCreated ?? options.created)
  const subkey = createPublicKey(
    { material, created: subkeyCreated, version: primary.version },
    fingerprintHash(primitives),
  )
  const before = requireApart(change, material, subkey.fingerprint)
  const target = { kind: 'subkey', primary, subkey } as const
  const expires = options.expires ?? expiryOf(before, change)
  const expiration = keyExpiration(subkey, expires, created)
  const back = await certifyTarget(
    { type: signatureType.primaryKeyBinding, target, hashed: [] },
    { ...options, key: subkey, signer: subkeySigner, created, primitives },
  )
  const binding = await change.certify({
    type: signatureType.subkeyBinding,
    target,
    hashed: [
      // RFC 9580 §5.2.3.29
      subpacket({ type: subpacketType.keyFlags, octets: Uint8Array.of(keyFlag.sign) }),
      ...expiration,
      // RFC 9580 §5.2.3.34. Hashed, so that nobody takes it out and the primary key has vouched for it.
      subpacket({ type: subpacketType.embeddedSignature, octets: bodyOf(back) }),
    ],
  })
  return change.addPackets([...componentPacket(target), binding])
}

/** When a subkey expires, as its newest binding has it, RFC 9580 §5.2.3.13; in a year where it is new. */
function expiryOf(bound: CheckedComponent | undefined, { created }: Change): Expiry {
  const binding = bound && newest(bound.checked.bindings)
  if (!binding || bound.target.kind !== 'subkey') return new Date((created + subkeyValidity) * 1000)
  if (!binding.keyExpiration) return 'never'
  const end = bound.target.subkey.created + binding.keyExpiration
  if (end > created) return new Date(end * 1000)
  const reason = `subkey ${bound.target.subkey.fingerprint} expired ${isoTime(end)}`
  throw new OpenPGPError('time-invalid', reason, { hint: 'say until when it is bound: --expires' })
}

/**
 * Refuses the primary key itself, and the key of a subkey under another fingerprint or revoked; gives
 * the subkey where it is bound anew.
 */
function requireApart(
  change: Change,
  material: KeyMaterial,
  fingerprint: string,
): CheckedComponent | undefined {
  const { primary, components } = change
  const isSame = (other: { readonly material: KeyMaterial | { readonly kind: 'opaque' } }) =>
    other.material.kind !== 'opaque' && sameKeyMaterial(other.material, material)
  if (isSame(primary)) {
    throw new OpenPGPError('usage', 'the subkey is the primary key itself', {
      hint: 'a subkey has a key of its own, so that who may use it cannot certify',
    })
  }
  let found: CheckedComponent | undefined
  for (const component of components) {
    const { target } = component
    if (target.kind !== 'subkey' || !isSame(target.subkey)) continue
    found = component
    requireUnrevoked(change, target.subkey)
    if (target.subkey.fingerprint === fingerprint) requireNewer(component, change)
    else {
      const made = isoTime(target.subkey.created)
      const reason = `the key is subkey ${target.subkey.fingerprint} already, made ${made}`
      throw new OpenPGPError('usage', reason, {
        hint: `extend that one, or bind it anew by giving its creation time, ${made}`,
      })
    }
  }
  return found
}

function bodyOf(packet: Uint8Array): Uint8Array {
  const [read] = readPackets(packet)
  return read?.body ?? new Uint8Array()
}

/** What every change of a certificate has in common: a new self-signature, beside those that are there. */

import { OpenPGPError } from '../errors.ts'
import { join } from '../octets.ts'
import { sameKeyMaterial } from '../packet/key-material.ts'
import type { PublicKey } from '../packet/public-key.ts'
import type { Policy } from '../policy/policy.ts'
import { standardPolicy } from '../policy/standard.ts'
import * as packetType from '../registry/packet-type.ts'
import { fingerprintHash } from '../signature/hasher.ts'
import type { DigestName, Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import type { CallOptions, RemoteSigner } from '../signature/signer.ts'
import { isoTime, toSeconds } from '../signature/time.ts'
import { readPackets, writePacket } from '../wire/packet.ts'
import type { Checking } from './binding.ts'
import { readCertificate } from './certificate.ts'
import type { Certificate } from './certificate.ts'
import { certifyTarget } from './certify.ts'
import type { Certification } from './certify.ts'
import type { CheckedSignatures } from './check.ts'
import { checkComponents } from './components.ts'
import type { CheckedComponents } from './components.ts'
import { evaluateChecked } from './evaluate.ts'
import type { EvaluatedCertificate } from './evaluate.ts'
import { mergeCopies } from './merge.ts'

export interface ChangeOptions extends CallOptions {
  /** The time that the new self-signatures state, and by which the certificate is judged. */
  readonly created: Date
  /** By default SHA-256, or what the curve of the key that signs asks for: see `defaultHash`. */
  readonly hash?: DigestName | undefined
  readonly policy?: Policy
  readonly primitives?: Primitives
}

/** A certificate that is about to be changed, as it stands at that time. */
export interface Change {
  readonly primary: PublicKey
  /** Whole seconds since 1970. */
  readonly created: number
  /** The copies joined; in the order of `mergeCertificates`. */
  readonly certificate: Certificate
  readonly components: CheckedComponents
  readonly evaluated: Omit<EvaluatedCertificate, 'certificate'>
  readonly checking: Checking
  /** A Signature packet by the primary key; one call of its signer. */
  certify(certification: Certification): Promise<Uint8Array>
  /** The certificate with these packets besides: components, each with its signatures behind it. */
  addPackets(packets: readonly Uint8Array[]): Certificate
}

/**
 * Judges the certificate and sees that the signer holds its primary key; throws `key-mismatch`, and
 * what the signer throws.
 */
export async function openChange(
  given: Certificate,
  signer: RemoteSigner,
  options: ChangeOptions,
): Promise<Change> {
  const { policy = standardPolicy(), primitives = portable } = options
  const created = toSeconds(options.created)
  const certificate = mergeCopies([given], primitives)
  const { key: primary } = certificate.primary
  const checking = { now: created, policy, primitives }
  const components = await checkComponents(certificate, checking)
  const evaluated = evaluateChecked(certificate, components, checking).evaluateAt(created)
  await requireHeld(signer, primary, options)
  return {
    primary,
    created,
    certificate,
    components,
    evaluated,
    checking,
    certify: (certification) =>
      certifyTarget(certification, { ...options, key: primary, signer, created, primitives }),
    addPackets: (packets) =>
      mergeCopies([certificate, assemble(primary, packets, primitives)], primitives),
  }
}

/** Throws `key-mismatch` unless the signer holds the primary key, which alone does what `does` says. */
export async function requireHeld(
  signer: RemoteSigner,
  { material, fingerprint }: PublicKey,
  options: CallOptions,
  does = 'changes its certificate',
): Promise<void> {
  const held = await signer.publicKey(options)
  if (material.kind !== 'opaque' && sameKeyMaterial(held, material)) return
  throw new OpenPGPError('key-mismatch', `${signer.id} is not the primary key of ${fingerprint}`, {
    hint: `only the primary key ${does}: name that one`,
  })
}

/** Throws what stands against the primary key; that it has expired does not if `evenExpired`. */
export function requireUsable(
  { primary, evaluated }: Change,
  { evenExpired = false }: { readonly evenExpired?: boolean } = {},
): void {
  const { objection } = evaluated.primary
  if (!objection || (evenExpired && objection.code === 'certificate-expired')) return
  const reason = `certificate ${primary.fingerprint} cannot be added to: ${objection.reason}`
  throw new OpenPGPError(objection.code, reason, {
    hint:
      objection.code === 'certificate-expired'
        ? 'extend its primary key first: longhand keys extend'
        : 'a certificate that is valid at the time of the change is needed',
  })
}

/**
 * Only a newer self-signature takes the place of one that is there, and puts in force again what a
 * revocation took back: RFC 9580 §5.2.3.10.
 */
export function requireNewer(
  { checked }: { readonly checked: Pick<CheckedSignatures, 'bindings' | 'revocations'> },
  { created }: Pick<Change, 'created'>,
): void {
  const { bindings, revocations } = checked
  const before = Math.max(-1, ...[...bindings, ...revocations].map((each) => each.created))
  if (created > before) return
  throw new OpenPGPError(
    'time-invalid',
    `a signature of ${isoTime(before)} is there, and one of ${isoTime(created)} would not count`,
    { hint: `give a time after ${isoTime(before)}` },
  )
}

/** A primary key and what stands behind it, read as a certificate in the order of `mergeCertificates`. */
export function assemble(
  primary: PublicKey,
  packets: readonly Uint8Array[],
  primitives: Primitives,
): Certificate {
  const octets = join([writePacket(packetType.publicKey, primary.body), ...packets])
  const read = readCertificate([...readPackets(octets)], fingerprintHash(primitives))
  return mergeCopies([read], primitives)
}

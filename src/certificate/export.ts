/** What of a certificate is given to others: all of it, or as little as serves. */

import { isOpenPGPError } from '../errors.ts'
import { readSignature, signaturePacket } from '../packet/signature.ts'
import { findValue } from '../packet/subpacket.ts'
import type { Policy } from '../policy/policy.ts'
import { standardPolicy } from '../policy/standard.ts'
import * as packetType from '../registry/packet-type.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import { fingerprintHash } from '../signature/hasher.ts'
import type { Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import { toSeconds } from '../signature/time.ts'
import type { Packet } from '../wire/packet.ts'
import type { Checking } from './binding.ts'
import { readCertificate } from './certificate.ts'
import type { Certificate } from './certificate.ts'
import { assemble } from './change.ts'
import { componentPacket } from './component-packet.ts'
import { checkComponents } from './components.ts'
import type { CheckedComponent } from './components.ts'
import { evaluateChecked } from './evaluate.ts'
import { mergeCopies } from './merge.ts'
import { currentBinding, newest } from './self-signature.ts'

export interface ExportOptions {
  /** The moment that a minimal copy is for; whole seconds. */
  readonly at: Date
  readonly minimal?: boolean
  readonly policy?: Policy
  readonly primitives?: Primitives
}

/**
 * A certificate as it is given to others. In full that is everything but signatures that say they are
 * not to be exported (RFC 9580 §5.2.3.19). A minimal one has, of what counts at `at`, each User ID and
 * subkey with its present self-signature, and every revocation that counts; it lacks older
 * self-signatures, subkeys that have expired, without which what they signed cannot be checked any
 * more, and signatures by others, endorsements among them. Checked for a minimal one: as by
 * `evaluateCertificate`. Throws `limit`.
 */
export async function exportCertificate(
  certificate: Certificate,
  options: ExportOptions,
): Promise<Certificate> {
  const { policy = standardPolicy(), primitives = portable } = options
  const merged = mergeCopies([certificate], primitives)
  if (!options.minimal) {
    const packets = merged.packets.filter((packet) => !isLocal(packet))
    return readCertificate(packets, fingerprintHash(primitives))
  }
  const at = toSeconds(options.at)
  const checking: Checking = { now: at, policy, primitives }
  const components = await checkComponents(merged, checking)
  const { subkeys } = evaluateChecked(merged, components, checking).evaluateAt(at)
  const expired = new Set(
    subkeys
      .filter(({ expires = Infinity, revocation }) => expires <= at && !revocation)
      .map(({ key }) => key.fingerprint),
  )
  const packets = components
    .filter(({ target }) => target.kind !== 'subkey' || !expired.has(target.subkey.fingerprint))
    .flatMap((component) => minimalPackets(component, at))
  return assemble(merged.primary.key, packets, primitives)
}

/** A component with what of its own signatures counts; nothing where nothing does. */
function minimalPackets({ target, checked }: CheckedComponent, at: number): Uint8Array[] {
  const { bindings, revocations } = checked
  const binding = currentBinding(bindings, at) ?? newest(bindings)
  const signatures = [...revocations, ...(binding ? [binding] : [])].map((each) =>
    signaturePacket(each.signature),
  )
  return signatures.length === 0 ? [] : [...componentPacket(target), ...signatures]
}

/** RFC 9580 §5.2.3.19: whether a signature says that it stays where it is. */
function isLocal({ type, body }: Packet): boolean {
  if (type !== packetType.signature) return false
  try {
    const exportable = findValue(readSignature(body).hashed, subpacketType.exportableCertification)
    return exportable?.value === false
  } catch (error) {
    if (isOpenPGPError(error)) return false
    throw error
  }
}

/** Endorsing: the owner's old certificate says which new one follows it. */

import { OpenPGPError } from '../errors.ts'
import type { UserId } from '../packet/user-id.ts'
import type { Policy } from '../policy/policy.ts'
import { standardPolicy } from '../policy/standard.ts'
import { keyFlag } from '../registry.ts'
import * as signatureType from '../registry/signature-type.ts'
import type { DigestName, Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import type { CallOptions, RemoteSigner } from '../signature/signer.ts'
import { isoTime, lastTime, toSeconds } from '../signature/time.ts'
import { isRotationAuthority } from './authority.ts'
import type { Certificate } from './certificate.ts'
import { certifyTarget } from './certify.ts'
import { assemble, requireHeld } from './change.ts'
import { componentPacket } from './component-packet.ts'
import { checkComponents } from './components.ts'
import { domainOf, endorsementSubpackets, lastSerial } from './endorsement.ts'
import type { EndorsementClaim, Replacement } from './endorsement.ts'
import { evaluateCertificate, evaluateChecked } from './evaluate.ts'
import { mainUserId } from './find.ts'
import { mergeCopies } from './merge.ts'

/** Two years, in seconds: how long an endorsement counts unless said otherwise. */
export const endorsementSeconds: number = 2 * 365 * 86_400

export interface EndorseOptions extends CallOptions {
  /** The certificate that endorses, and the signer of its primary key. */
  readonly endorser: { readonly certificate: Certificate; readonly signer: RemoteSigner }
  /** The how-manieth certificate of its owner the new one is: more than the endorser's own. */
  readonly serial: number
  /** When it is made; both certificates must be valid then. Whole seconds are kept. */
  readonly created: Date
  /** Seconds until it stops to count; two years unless said. */
  readonly expiresAfter?: number | undefined
  /** The name space of the notation; that of the User ID's address unless said. */
  readonly domain?: string | undefined
  /** Only a rotation authority's word counts here. */
  readonly replaces?: Replacement | undefined
  /** By default SHA-256, or what the key's curve asks for: see `defaultHash`. */
  readonly hash?: DigestName | undefined
  readonly policy?: Policy
  readonly primitives?: Primitives
}

/**
 * Endorses a certificate as the successor of another one: a certification (0x13, RFC 9580 §5.2.1.7)
 * over its primary User ID with the critical notation `successor@DOMAIN`, made by one call of the
 * endorser's primary key and carried in what is given back. Checked: that both are valid at
 * `created`, that the primary may certify, and the signer's answer. Not checked: that clients trust
 * the endorser. Throws `usage`, `certificate-…`, `time-invalid`, `user-id-missing`, `key-mismatch`,
 * `signer-answer` and what the signer throws. With RSA or Ed25519 the same inputs give the same octets,
 * and an endorsement that is there already is not added twice.
 */
export async function endorse(
  certificate: Certificate,
  options: EndorseOptions,
): Promise<Certificate> {
  const { endorser, primitives = portable, policy = standardPolicy(), replaces } = options
  const key = endorser.certificate.primary.key
  const at = options.created
  const userId = await primaryUserId(certificate, { at, policy, primitives })
  await requireEndorser(endorser.certificate, { at, policy, primitives, replaces })
  // The subkey of a CI role cannot endorse; its answer would be refused too, but this says why.
  await requireHeld(endorser.signer, key, options, 'endorses')
  const claim = checkClaim({
    old: endorser.certificate.fingerprint,
    new: certificate.fingerprint,
    serial: options.serial,
    replaces,
  })
  const domain = checkDomain(options.domain ?? domainOf(userId))
  const created = toSeconds(at)
  const expiresAfter = checkExpiry(created, options.expiresAfter ?? endorsementSeconds)
  const primary = certificate.primary.key
  const target = { kind: 'user-id', primary, userId } as const
  const certification = {
    type: signatureType.positiveCertification,
    target,
    hashed: endorsementSubpackets(claim, domain, expiresAfter),
  }
  const certifier = { ...options, key, signer: endorser.signer, created, primitives }
  const signature = await certifyTarget(certification, certifier)
  const carrying = assemble(primary, [...componentPacket(target), signature], primitives)
  return mergeCopies([certificate, carrying], primitives)
}

type Judging = { readonly at: Date; readonly policy: Policy; readonly primitives: Primitives }

/** The User ID that the endorsement stands on, RFC 9580 §5.2.3.27; the certificate has to be valid. */
async function primaryUserId(
  certificate: Certificate,
  { at, policy, primitives }: Judging,
): Promise<UserId> {
  const { fingerprint } = certificate
  const created = toSeconds(at)
  const checking = { now: created, policy, primitives }
  const parts = mergeCopies([certificate], primitives)
  const components = await checkComponents(parts, checking)
  const { objection } = evaluateChecked(parts, components, checking).evaluateAt(created).primary
  if (objection) {
    throw new OpenPGPError(objection.code, `${fingerprint} cannot be endorsed: ${objection.reason}`)
  }
  const chosen = mainUserId({ components, created })
  if (chosen?.target.kind === 'user-id') return chosen.target.userId
  throw new OpenPGPError('user-id-missing', `${fingerprint} has no valid User ID to endorse`)
}

async function requireEndorser(
  certificate: Certificate,
  { replaces, ...judging }: Judging & Pick<EndorseOptions, 'replaces'>,
): Promise<void> {
  const { fingerprint } = certificate
  const { primary } = await evaluateCertificate(certificate, judging)
  if (primary.objection) {
    const { code, reason } = primary.objection
    throw new OpenPGPError(code, `${fingerprint} cannot endorse: ${reason}`)
  }
  if ((primary.keyFlags & keyFlag.certify) === 0) {
    throw new OpenPGPError('certificate-invalid', `${fingerprint} may not certify`, {
      hint: 'only a primary key whose flags say so endorses',
    })
  }
  if (!replaces || (await isRotationAuthority(certificate, judging))) return
  throw new OpenPGPError('usage', `${fingerprint} is no rotation authority, and replaces nothing`, {
    hint: 'a key that is yours to use is revoked by itself: longhand keys revoke',
  })
}

function checkClaim(claim: EndorsementClaim): EndorsementClaim {
  const { serial, replaces } = claim
  if (claim.old === claim.new) {
    throw new OpenPGPError('usage', `${claim.new} cannot endorse itself`)
  }
  if (!Number.isInteger(serial) || serial < 1 || serial > lastSerial) {
    throw new OpenPGPError('usage', `a serial is a whole number from 1 to ${lastSerial}`)
  }
  if (!replaces) return claim
  const { fingerprint } = replaces
  if (!/^(?:[0-9A-F]{40}|[0-9A-F]{64})$/.test(fingerprint)) {
    throw new OpenPGPError('usage', `${JSON.stringify(fingerprint)} is not a fingerprint`, {
      hint: 'a fingerprint has 40 hexadecimal digits, or 64 in version 6',
    })
  }
  if (fingerprint !== claim.old && fingerprint !== claim.new) return claim
  throw new OpenPGPError('usage', `${fingerprint} cannot be replaced by this endorsement`, {
    hint: 'name the certificate that was lost or stolen',
  })
}

/** A name in lower case, as readers ask for it. */
function checkDomain(domain: string | undefined): string {
  const hint = 'say whose name space the endorsement stands in: --domain example.org'
  if (domain === undefined) {
    throw new OpenPGPError('usage', 'the User ID to endorse has no address', { hint })
  }
  if (/^[^\s@\p{Cc}\p{Cf}]+$/u.test(domain) && domain === domain.toLowerCase()) return domain
  throw new OpenPGPError('usage', `${JSON.stringify(domain)} is no name space`, { hint })
}

function checkExpiry(created: number, expiresAfter: number): number {
  if (!Number.isInteger(expiresAfter) || expiresAfter < 1) {
    throw new OpenPGPError('time-invalid', 'an endorsement lasts a whole number of seconds')
  }
  if (created + expiresAfter <= lastTime) return expiresAfter
  throw new OpenPGPError('time-invalid', `it would expire after ${isoTime(lastTime)}`)
}

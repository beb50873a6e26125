/** Minting: a certificate around a key that is somewhere else. RFC 9580 §10.1.1. */

import { OpenPGPError } from '../errors.ts'
import { join } from '../octets.ts'
import { keyBits } from '../packet/key-material.ts'
import type { KeyMaterial } from '../packet/key-material.ts'
import { createPublicKey } from '../packet/public-key.ts'
import type { KeyVersion } from '../packet/public-key.ts'
import { subpacket } from '../packet/subpacket.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import { createUserId } from '../packet/user-id.ts'
import type { UserId } from '../packet/user-id.ts'
import { rsaBitsToMint, rsaBitsToVerify } from '../policy/standard.ts'
import { hashAlgorithm, keyFlag } from '../registry.ts'
import * as packetType from '../registry/packet-type.ts'
import * as signatureType from '../registry/signature-type.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import { fingerprintHash } from '../signature/hasher.ts'
import type { DigestName, Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import type { CallOptions, RemoteSigner } from '../signature/signer.ts'
import { isoTime, lastTime, toSeconds } from '../signature/time.ts'
import { writePacket } from '../wire/packet.ts'
import { authoritySubpacket } from './authority.ts'
import { parseCertificates } from './certificate.ts'
import type { Certificate } from './certificate.ts'
import { certifyTarget } from './certify.ts'
import type { Certification } from './certify.ts'
import { domainOf } from './endorsement.ts'

export interface MintOptions extends CallOptions {
  /** Part of the fingerprint, and the self-signatures' time too; whole seconds are kept. */
  readonly created: Date
  /** Seconds from `created` until the key expires; without it, it never does. */
  readonly expiresAfter?: number
  /** By default SHA-256, or what the key's curve asks for: see `defaultHash`. */
  readonly hash?: DigestName | undefined
  /** RSA of 2048 bits is minted only when this says so. */
  readonly allowRsa2048?: boolean
  /** The key only certifies: signatures over data are for subkeys, see `bindSubkey`. */
  readonly certifyOnly?: boolean
  /** 4 unless said otherwise: GnuPG and rpm 4 cannot read 6. */
  readonly version?: KeyVersion
  /** A rotation authority: it certifies, signs nothing, and endorses successors. */
  readonly rotationAuthority?: boolean
  readonly primitives?: Primitives
}

export interface CreateCertificateOptions extends MintOptions {
  readonly name: string
  readonly email: string
}

/**
 * Mints a certificate: a primary key that certifies and, unless `certifyOnly`, signs; one User ID;
 * and a positive certification (0x13) that the signer computes by one call; in version 6 a direct key
 * signature by another call carries what is said of the key. In version 4, with RSA or Ed25519, the
 * same inputs give the same octets. Checked: the key's size, the times, the User ID, and the signer's
 * answers under the key. Throws `usage`, `key-weak`, `time-invalid`, `unsupported`, `signer-answer` and what
 * the signer throws.
 */
export async function createCertificate(
  signer: RemoteSigner,
  options: CreateCertificateOptions,
): Promise<Certificate> {
  return mintCertificate(signer, [createUserId(options.name, options.email)], options)
}

/** The same for any User IDs, the primary one first; without one, a direct key signature speaks. */
export async function mintCertificate(
  signer: RemoteSigner,
  userIds: readonly UserId[],
  options: MintOptions,
): Promise<Certificate> {
  const { primitives = portable, version = 4, expiresAfter } = options
  const created = checkTimes(toSeconds(options.created), expiresAfter)
  const material = await signer.publicKey(options)
  checkSize(material, signer.id, options)
  const key = createPublicKey({ material, created, version }, fingerprintHash(primitives))
  const certify = (certification: Certification): Promise<Uint8Array> =>
    certifyTarget(certification, { ...options, key, signer, created, primitives })
  // RFC 9580 §10.1.1: in version 6 the direct key signature says what the key may do.
  const direct = version === 6 || userIds.length === 0
  const said = keySubpackets(options, authorityMark(userIds, options))
  const parts = [writePacket(packetType.publicKey, key.body)]
  if (direct) {
    const target = { kind: 'key', primary: key } as const
    parts.push(await certify({ type: signatureType.directKey, target, hashed: said }))
  }
  for (const [index, userId] of userIds.entries()) {
    const primary = subpacket({ type: subpacketType.primaryUserId, value: true })
    const hashed = [...(direct ? [] : said), ...(index === 0 ? [primary] : [])]
    const target = { kind: 'user-id', primary: key, userId } as const
    parts.push(writePacket(packetType.userId, userId.body))
    parts.push(await certify({ type: signatureType.positiveCertification, target, hashed }))
  }
  const [certificate] = parseCertificates(join(parts), { primitives })
  if (!certificate) throw new OpenPGPError('certificate-missing', 'nothing was minted')
  return certificate
}

/** Throws `key-weak` for an RSA key that is too short to make a certificate of. */
export function checkSize(
  material: KeyMaterial,
  id: string,
  { allowRsa2048 }: Pick<MintOptions, 'allowRsa2048'>,
): void {
  const bits = keyBits(material) ?? 0
  if (material.kind !== 'rsa' || bits >= (allowRsa2048 ? rsaBitsToVerify : rsaBitsToMint)) return
  throw new OpenPGPError('key-weak', `${id} is an RSA key of ${bits} bits`, {
    hint: `use ${rsaBitsToMint} bits or more; 2048 only with --allow-rsa-2048`,
  })
}

function checkTimes(created: number, expiresAfter: number | undefined): number {
  if (created < 0 || created > lastTime) {
    throw new OpenPGPError(
      'time-invalid',
      'the creation time is outside of what OpenPGP can write',
      {
        hint: `it lies between ${isoTime(0)} and ${isoTime(lastTime)}`,
      },
    )
  }
  if (expiresAfter === undefined) return created
  if (!Number.isInteger(expiresAfter) || expiresAfter < 1) {
    throw new OpenPGPError('time-invalid', 'a key expires a whole number of seconds after creation')
  }
  if (created + expiresAfter > lastTime) {
    throw new OpenPGPError('time-invalid', `the key would expire after ${isoTime(lastTime)}`, {
      hint: 'OpenPGP has no later times; choose an earlier expiry or none',
    })
  }
  return created
}

/** What marks a rotation authority, in the name space of its address. */
function authorityMark(
  [userId]: readonly UserId[],
  { rotationAuthority }: MintOptions,
): RawSubpacket | undefined {
  if (rotationAuthority !== true) return undefined
  const domain = userId && domainOf(userId)
  if (domain !== undefined) return authoritySubpacket(domain)
  throw new OpenPGPError('usage', 'a rotation authority needs an address, for its name space')
}

/** What verifiers ask of a self-signature; without key flags sqv and openpgp.js refuse the key. */
function keySubpackets(
  { expiresAfter, certifyOnly = false }: MintOptions,
  authority: RawSubpacket | undefined,
): RawSubpacket[] {
  const { 'SHA-512': sha512, 'SHA-384': sha384, 'SHA-256': sha256 } = hashAlgorithm
  const flags = certifyOnly || authority ? keyFlag.certify : keyFlag.certify | keyFlag.sign
  return [
    subpacket({ type: subpacketType.keyFlags, octets: Uint8Array.of(flags) }),
    ...(authority ? [authority] : []),
    ...(expiresAfter === undefined
      ? []
      : [subpacket({ type: subpacketType.keyExpirationTime, seconds: expiresAfter })]),
    subpacket({
      type: subpacketType.preferredHashAlgorithms,
      octets: Uint8Array.of(sha512, sha384, sha256),
    }),
    // RFC 9580 §5.2.3.32: version 1 of the integrity protected data packet.
    subpacket({ type: subpacketType.features, octets: Uint8Array.of(0x01) }),
  ]
}

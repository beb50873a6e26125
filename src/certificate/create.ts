/** Minting: a certificate around a key that is somewhere else. RFC 9580 §10.1.1. */

import { OpenPGPError } from '../errors.ts'
import { concat } from '../octets.ts'
import { keyBits } from '../packet/key-material.ts'
import { createPublicKey } from '../packet/public-key.ts'
import { signaturePacket } from '../packet/signature.ts'
import { subpacket } from '../packet/subpacket.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import { createUserId } from '../packet/user-id.ts'
import { rsaBitsToMint, rsaBitsToVerify } from '../policy/standard.ts'
import { hashAlgorithm, keyFlag, packetType, signatureType, subpacketType } from '../registry.ts'
import { defaultHash } from '../signature/hasher.ts'
import type { DigestName, Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import { digestTarget, draftSignature, signDraft } from '../signature/draft.ts'
import type { CallOptions, RemoteSigner } from '../signature/signer.ts'
import { isoTime, lastTime, toSeconds } from '../signature/time.ts'
import { writePacket } from '../wire/packet.ts'
import { fingerprintHash, parseCertificates } from './certificate.ts'
import type { Certificate } from './certificate.ts'

export interface CreateCertificateOptions extends CallOptions {
  readonly name: string
  readonly email: string
  /** Part of the fingerprint, and the self-signature's time too; whole seconds are kept. */
  readonly created: Date
  /** Seconds from `created` until the key expires; without it, it never does. */
  readonly expiresAfter?: number
  /** SHA-256 unless said otherwise; SHA-384 for P-384 and SHA-512 for P-521. */
  readonly hash?: DigestName
  /** RSA of 2048 bits is minted only when this says so. */
  readonly allowRsa2048?: boolean
  readonly primitives?: Primitives
}

/**
 * Mints a version 4 certificate: a primary key that certifies and signs, one User ID, and a positive
 * certification (0x13) that the signer computes by one call. The same inputs give the same octets.
 * Checked: the key's size, the times, the User ID, and the signer's answer under the key. Throws
 * `usage`, `key-weak`, `time-invalid`, `unsupported`, `signer-answer` and what the signer throws.
 */
export async function createCertificate(
  signer: RemoteSigner,
  options: CreateCertificateOptions,
): Promise<Certificate> {
  const { primitives = portable } = options
  const userId = createUserId(options.name, options.email)
  const created = checkTimes(toSeconds(options.created), options.expiresAfter)
  const material = await signer.publicKey(options)
  const bits = keyBits(material) ?? 0
  const least = options.allowRsa2048 ? rsaBitsToVerify : rsaBitsToMint
  if (material.kind === 'rsa' && bits < least) {
    throw new OpenPGPError('key-weak', `${signer.id} is an RSA key of ${bits} bits`, {
      hint: `use ${rsaBitsToMint} bits or more; 2048 only with --allow-rsa-2048`,
    })
  }
  const key = createPublicKey({ material, created }, fingerprintHash(primitives))
  const draft = draftSignature({
    type: signatureType.positiveCertification,
    hash: options.hash ?? defaultHash(material),
    key,
    created,
    random: (octets) => primitives.random(octets),
    hashed: selfCertificationSubpackets(options.expiresAfter),
  })
  const digest = digestTarget(draft, { kind: 'user-id', primary: key, userId }, primitives)
  const signature = await signDraft(draft, digest, signer, { ...options, primitives })
  const octets = concat(
    writePacket(packetType.publicKey, key.body),
    writePacket(packetType.userId, userId.body),
    signaturePacket(signature),
  )
  const [certificate] = parseCertificates(octets, { primitives })
  if (!certificate) throw new OpenPGPError('certificate-missing', 'nothing was minted')
  return certificate
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

/** What verifiers ask of a self-signature; without key flags sqv and openpgp.js refuse the key. */
function selfCertificationSubpackets(expiresAfter: number | undefined): RawSubpacket[] {
  const { 'SHA-512': sha512, 'SHA-384': sha384, 'SHA-256': sha256 } = hashAlgorithm
  return [
    subpacket({
      type: subpacketType.keyFlags,
      octets: Uint8Array.of(keyFlag.certify | keyFlag.sign),
    }),
    ...(expiresAfter === undefined
      ? []
      : [subpacket({ type: subpacketType.keyExpirationTime, seconds: expiresAfter })]),
    subpacket({
      type: subpacketType.preferredHashAlgorithms,
      octets: Uint8Array.of(sha512, sha384, sha256),
    }),
    // RFC 9580 §5.2.3.32: version 1 of the integrity protected data packet.
    subpacket({ type: subpacketType.features, octets: Uint8Array.of(0x01) }),
    subpacket({ type: subpacketType.primaryUserId, value: true }),
  ]
}

/** Keys on curves and certificates of both versions around them, for tests: the secrets are public. */

import { createHash, createPrivateKey, createPublicKey as nodePublicKey, sign } from 'node:crypto'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { fingerprintHash } from '../../src/signature/hasher.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import type { KeyMaterial } from '../../src/packet/key-material.ts'
import { createPublicKey } from '../../src/packet/public-key.ts'
import type { KeyVersion, PublicKey } from '../../src/packet/public-key.ts'
import { signaturePacket, writeSignature } from '../../src/packet/signature.ts'
import type { SignatureValue } from '../../src/packet/signature-value.ts'
import { subpacket } from '../../src/packet/subpacket.ts'
import type { RawSubpacket } from '../../src/packet/subpacket.ts'
import { readUserId } from '../../src/packet/user-id.ts'
import { hashAlgorithm, packetType, signatureType, subpacketType } from '../../src/registry.ts'
import { digestDraft, digestTarget, draftSignature, signDraft } from '../../src/signature/draft.ts'
import type { SignatureDraft } from '../../src/signature/draft.ts'
import { defaultHash } from '../../src/signature/hasher.ts'
import type { DigestName } from '../../src/signature/hasher.ts'
import type { Target } from '../../src/signature/preimage.ts'
import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'
import { writePacket } from '../../src/wire/packet.ts'

export type CurveName = 'P-256' | 'P-384' | 'P-521' | 'Ed25519'
export const curveNames: readonly CurveName[] = ['P-256', 'P-384', 'P-521', 'Ed25519']

export interface CurveKey {
  readonly signer: RemoteSigner
  readonly key: PublicKey
}

/** 2026-01-01T00:00:00Z. */
export const curveKeysCreated: number = Date.UTC(2026, 0, 1) / 1000
export const curveUserId = 'Curve Key <curve@longhand.example>'

/** Octets that a name always gives: secrets and salts of tests. */
function octetsOf(name: string, octets: number): Uint8Array {
  return new Uint8Array(createHash('shake256', { outputLength: octets }).update(name).digest())
}

/** A signer whose secret is a name's; the same name gives the same key. */
export function curveSigner(curve: CurveName, name = 'curve'): RemoteSigner {
  const { material, signDigest } = curve === 'Ed25519' ? edwards(name) : nist(curve, name)
  return {
    id: `${curve} of a test`,
    publicKey: () => Promise.resolve(material),
    sign: ({ octets }) => Promise.resolve(signDigest(octets)),
  }
}

interface Secret {
  readonly material: KeyMaterial
  readonly signDigest: (digest: Uint8Array) => Uint8Array
}

function edwards(name: string): Secret {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex')
  const der = Buffer.concat([head, octetsOf(`Ed25519 ${name}`, 32)])
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const { x = '' } = nodePublicKey(secret).export({ format: 'jwk' })
  const point = new Uint8Array(Buffer.from(x, 'base64url'))
  // The digest is the message: nothing is hashed twice, RFC 9580 §5.2.3.4.
  return {
    material: { kind: 'ed25519', point },
    signDigest: (digest) => new Uint8Array(sign(null, digest, secret)),
  }
}

function nist(curve: Exclude<CurveName, 'Ed25519'>, name: string): Secret {
  const ecdsa = { 'P-256': p256, 'P-384': p384, 'P-521': p521 }[curve]
  const secret = ecdsa.utils.randomSecretKey(octetsOf(name, ecdsa.lengths.seed ?? 0))
  return {
    material: { kind: 'ecdsa', curve, point: ecdsa.getPublicKey(secret, false) },
    signDigest: (digest) => ecdsa.sign(digest, secret, { prehash: false, lowS: false }),
  }
}

export interface CurveKeyOptions {
  readonly version?: KeyVersion
  readonly name?: string
  readonly created?: number
}

export async function curveKey(curve: CurveName, options: CurveKeyOptions = {}): Promise<CurveKey> {
  const { version = 4, name, created = curveKeysCreated } = options
  const signer = curveSigner(curve, name)
  const material = await signer.publicKey()
  return {
    signer,
    key: createPublicKey({ material, created, version }, fingerprintHash(primitives)),
  }
}

/** The draft of a signature by a key; the salt is always the same. */
export function draftBy(
  { key }: CurveKey,
  fields: { type: number; created?: number; hash?: DigestName; hashed?: readonly RawSubpacket[] },
): SignatureDraft {
  return draftSignature({
    key,
    created: curveKeysCreated,
    hash: defaultHash(key.material),
    random: (octets) => octetsOf('salt', octets),
    ...fields,
  })
}

/** A framed signature over a part of a certificate. */
export async function signTarget(
  by: CurveKey,
  target: Target,
  fields: Parameters<typeof draftBy>[1],
): Promise<Uint8Array> {
  const draft = draftBy(by, fields)
  const digest = digestTarget(draft, target, primitives)
  return signaturePacket(await signDraft(draft, digest, by.signer, { primitives }))
}

/** The digest of a document for a draft. */
export function digestDocument(draft: SignatureDraft, data: Uint8Array): Digest {
  const hasher = primitives.hasher(draft.hash)
  hasher.update(draft.salt)
  hasher.update(data)
  return digestDraft(draft, hasher)
}

/** A framed signature over a document, a day after the key unless said. */
export async function signData(
  by: CurveKey,
  data: Uint8Array,
  fields: Partial<Parameters<typeof draftBy>[1]> = {},
): Promise<Uint8Array> {
  const created = curveKeysCreated + 86_400
  const draft = draftBy(by, { type: signatureType.binary, created, ...fields })
  const digest = digestDocument(draft, data)
  return signaturePacket(await signDraft(draft, digest, by.signer, { primitives }))
}

/** A framed signature whose value nobody has checked. */
export function sealUnchecked(
  draft: SignatureDraft,
  digest: Digest,
  value: SignatureValue,
): Uint8Array {
  const digestPrefix = digest.octets.subarray(0, 2)
  return writePacket(packetType.signature, writeSignature({ ...draft, digestPrefix, value }))
}

export const mayCertifyAndSign: RawSubpacket = keyFlags(0x03)

export function keyFlags(octet: number): RawSubpacket {
  return subpacket({ type: subpacketType.keyFlags, octets: Uint8Array.of(octet) })
}

/**
 * The packets of a certificate, by name: its properties stand in the User ID's certification in
 * version 4 and in the direct key signature in version 6 (RFC 9580 §5.2.3.10).
 */
export async function certificateParts(
  by: CurveKey,
): Promise<Record<'primary' | 'direct' | 'userId' | 'certification', Uint8Array>> {
  const { key } = by
  const userId = readUserId(utf8(curveUserId))
  const properties = [
    mayCertifyAndSign,
    subpacket({
      type: subpacketType.preferredHashAlgorithms,
      octets: Uint8Array.of(hashAlgorithm['SHA-512'], hashAlgorithm['SHA-256']),
    }),
    subpacket({ type: subpacketType.features, octets: Uint8Array.of(0x01) }),
  ]
  const inVersion = (version: KeyVersion): RawSubpacket[] =>
    key.version === version ? properties : []
  return {
    primary: writePacket(packetType.publicKey, key.body),
    direct: await signTarget(
      by,
      { kind: 'key', primary: key },
      { type: signatureType.directKey, hashed: inVersion(6) },
    ),
    userId: writePacket(packetType.userId, userId.body),
    certification: await signTarget(
      by,
      { kind: 'user-id', primary: key, userId },
      { type: signatureType.positiveCertification, hashed: inVersion(4) },
    ),
  }
}

/** The octets of a whole certificate. */
export async function curveCertificate(by: CurveKey): Promise<Uint8Array> {
  const { primary, direct, userId, certification } = await certificateParts(by)
  const head = by.key.version === 6 ? [primary, direct] : [primary]
  return concat(...head, userId, certification)
}

/** A subkey that signs, with its back signature. */
export async function subkeyParts(primary: CurveKey, subkey: CurveKey): Promise<Uint8Array> {
  const target = { kind: 'subkey', primary: primary.key, subkey: subkey.key } as const
  const draft = draftBy(subkey, { type: signatureType.primaryKeyBinding })
  const digest = digestTarget(draft, target, primitives)
  const { body } = await signDraft(draft, digest, subkey.signer, { primitives })
  const hashed = [
    keyFlags(0x02),
    subpacket({ type: subpacketType.embeddedSignature, octets: body }),
  ]
  const binding = await signTarget(primary, target, { type: signatureType.subkeyBinding, hashed })
  return concat(writePacket(packetType.publicSubkey, subkey.key.body), binding)
}

export function onlyCertificate(octets: Uint8Array): Certificate {
  const [certificate, ...others] = parseCertificates(octets, { primitives })
  if (!certificate || others.length > 0) throw new Error('not one certificate')
  return certificate
}

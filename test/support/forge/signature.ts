/** Signatures of any kind, right or wrong, written part by part. */

import { constants, createHash, privateEncrypt } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { concat, uint16, uint32 } from '../../../src/octets.ts'
import { readPublicKey } from '../../../src/packet/public-key.ts'
import type { PublicKey } from '../../../src/packet/public-key.ts'
import { subpacket, writeSubpackets } from '../../../src/packet/subpacket.ts'
import type { RawSubpacket } from '../../../src/packet/subpacket.ts'
import { hashAlgorithm, publicKeyAlgorithm, subpacketType } from '../../../src/registry.ts'
import type { Hasher } from '../../../src/signature/hasher.ts'
import { hashTarget } from '../../../src/signature/preimage.ts'
import type { Target } from '../../../src/signature/preimage.ts'
import { writeMpi } from '../../../src/wire/mpi.ts'
import { rsaNumbers } from './keys.ts'
import type { KeyName, RsaNumbers } from './keys.ts'

export const day = 86_400
/** When the keys of the tests were made: 2024-01-01T00:00:00Z. All that happens is before 2026. */
export const madeAt = Date.UTC(2024, 0, 1) / 1000

export interface ForgedKey {
  readonly numbers: RsaNumbers
  readonly key: PublicKey
}

export interface KeyOptions {
  readonly created?: number
  /** Public-key algorithm ID; RSA unless said. */
  readonly algorithm?: number
}

/** A key as an OpenPGP key; another time or algorithm makes another fingerprint. */
export function forgeKey(
  name: KeyName,
  { created = madeAt, algorithm = publicKeyAlgorithm.rsa }: KeyOptions = {},
): ForgedKey {
  const numbers = rsaNumbers(name)
  const head = concat(Uint8Array.of(4), uint32(created), Uint8Array.of(algorithm))
  const body = concat(head, writeMpi(numbers.n), writeMpi(numbers.e))
  const sha1 = (_name: string, octets: Uint8Array): Uint8Array =>
    createHash('sha1').update(octets).digest()
  return { numbers, key: readPublicKey(body, sha1) }
}

export type HashName = 'MD5' | 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

export interface SignatureParts {
  readonly by: ForgedKey
  readonly type: number
  readonly over: Target | { readonly kind: 'document'; readonly data: Uint8Array }
  readonly hash?: HashName
  /** Stated in the hashed area; null for nowhere. A day after the keys unless said. */
  readonly created?: number | null
  /** Hashed subpackets between the creation time and the issuer fingerprint. */
  readonly hashed?: readonly RawSubpacket[]
  /** Unhashed subpackets; the issuer's key ID unless said. */
  readonly unhashed?: readonly RawSubpacket[]
  /** Whether the hashed area names the issuer; it does unless said. */
  readonly named?: boolean
  /** Whether every subpacket's length takes five octets. */
  readonly longLengths?: boolean
  /** Public-key algorithm ID to state; the key's unless said. */
  readonly algorithm?: number
  /** The block that is raised to the secret exponent; the proper one unless said. */
  readonly block?: (digest: Uint8Array, octets: number) => Uint8Array
  /** The number itself, for those who have no secret. */
  readonly value?: (digest: Uint8Array, octets: number) => Uint8Array
}

/** The body of a Signature packet. */
export function forgeSignature(parts: SignatureParts): Uint8Array {
  const { by, type, over, hash = 'SHA-256', created = madeAt + day, named = true } = parts
  const { key } = by
  const writeArea = parts.longLengths ? writeLongSubpackets : writeSubpackets
  const hashedArea = writeArea([
    ...(created === null ? [] : [time(created)]),
    ...(parts.hashed ?? []),
    ...(named ? [issuer(key)] : []),
  ])
  const unhashedArea = writeArea(parts.unhashed ?? [issuerKeyId(key)])
  const algorithm = parts.algorithm ?? key.algorithm
  const head = Uint8Array.of(4, type, algorithm, hashAlgorithm[hash])
  const signedPart = concat(head, uint16(hashedArea.length), hashedArea)
  const running = createHash(hash.replace('-', ''))
  if (over.kind === 'document') running.update(over.data)
  else hashTarget(asHasher(running), over, 4)
  running.update(signedPart)
  running.update(concat(Uint8Array.of(4, 0xff), uint32(signedPart.length)))
  const digest = running.digest()
  const octets = by.numbers.n.length
  const block = parts.block?.(digest, octets) ?? paddedBlock(infos[hash], digest, octets)
  const options = { key: by.numbers.secret, padding: constants.RSA_NO_PADDING }
  const value = writeMpi(parts.value?.(digest, octets) ?? privateEncrypt(options, block))
  const areas = concat(uint16(unhashedArea.length), unhashedArea)
  return concat(signedPart, areas, digest.subarray(0, 2), value)
}

/** 00 01 FF… 00 prefix digest, as long as the modulus. RFC 8017 §9.2. */
export function paddedBlock(prefix: Uint8Array, digest: Uint8Array, octets: number): Uint8Array {
  const tail = concat(Uint8Array.of(0), prefix, digest)
  const padding = new Uint8Array(octets - 2 - tail.length).fill(0xff)
  return concat(Uint8Array.of(0, 1), padding, tail)
}

/** What stands before the digest in a DigestInfo, RFC 8017 §9.2 note 1. */
export const infos: Readonly<Record<HashName, Uint8Array>> = {
  MD5: Buffer.from('3020300c06082a864886f70d020505000410', 'hex'),
  'SHA-1': Buffer.from('3021300906052b0e03021a05000414', 'hex'),
  'SHA-256': Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  'SHA-384': Buffer.from('3041300d060960864801650304020205000430', 'hex'),
  'SHA-512': Buffer.from('3051300d060960864801650304020305000440', 'hex'),
}

export function time(seconds: number): RawSubpacket {
  return subpacket({ type: subpacketType.signatureCreationTime, time: seconds })
}

export function issuer({ fingerprint }: PublicKey): RawSubpacket {
  return subpacket({ type: subpacketType.issuerFingerprint, version: 4, fingerprint })
}

export function issuerKeyId({ keyId }: Pick<PublicKey, 'keyId'>): RawSubpacket {
  return subpacket({ type: subpacketType.issuerKeyId, keyId })
}

function writeLongSubpackets(subpackets: readonly RawSubpacket[]): Uint8Array {
  return concat(
    ...subpackets.map(({ type, body }) =>
      concat(Uint8Array.of(0xff), uint32(body.length + 1), Uint8Array.of(type), body),
    ),
  )
}

function asHasher(hash: Hash): Hasher {
  return {
    update: (octets) => void hash.update(octets),
    copy: () => asHasher(hash.copy()),
    digest: () => hash.digest(),
  }
}

/**
 * The registries of RFC 9580 that Longhand reads or writes; the numbers are the wire's. The large ones
 * are modules, and the engine imports those: a bundler then writes the number for the name.
 */

export * as packetType from './registry/packet-type.ts'
export * as signatureType from './registry/signature-type.ts'
export * as subpacketType from './registry/subpacket-type.ts'
export * as publicKeyAlgorithm from './registry/public-key-algorithm.ts'

/** Hash algorithm IDs, RFC 9580 §9.5. */
export const hashAlgorithm = {
  MD5: 1,
  'SHA-1': 2,
  'RIPEMD-160': 3,
  'SHA-256': 8,
  'SHA-384': 9,
  'SHA-512': 10,
  'SHA-224': 11,
  'SHA3-256': 12,
  'SHA3-512': 14,
} as const

/** Compression algorithm IDs, RFC 9580 §9.4. */
export const compressionAlgorithm = {
  Uncompressed: 0,
  ZIP: 1,
  ZLIB: 2,
  BZip2: 3,
} as const

/** Bits of the first octet of the key flags, RFC 9580 §5.2.3.29. */
export const keyFlag = {
  certify: 0x01,
  sign: 0x02,
  encryptCommunications: 0x04,
  encryptStorage: 0x08,
  split: 0x10,
  authenticate: 0x20,
  group: 0x80,
} as const

/** Reasons for revocation, RFC 9580 §5.2.3.31. */
export const revocationReason = {
  noReason: 0,
  superseded: 1,
  compromised: 2,
  retired: 3,
  userIdInvalid: 32,
} as const

/** The registry's name for a number; undefined when it has none. */
export function nameOf<Name extends string>(
  registry: Readonly<Record<Name, number>>,
  value: number,
): Name | undefined {
  return (Object.keys(registry) as Name[]).find((name) => registry[name] === value)
}

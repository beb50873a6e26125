/** The registries of RFC 9580 that Longhand reads or writes; the numbers are the wire's. */

/** Packet type IDs, RFC 9580 §5. */
export const packetType = {
  publicKeyEncryptedSessionKey: 1,
  signature: 2,
  symmetricKeyEncryptedSessionKey: 3,
  onePassSignature: 4,
  secretKey: 5,
  publicKey: 6,
  secretSubkey: 7,
  compressedData: 8,
  symmetricallyEncryptedData: 9,
  marker: 10,
  literalData: 11,
  trust: 12,
  userId: 13,
  publicSubkey: 14,
  userAttribute: 17,
  symmetricallyEncryptedIntegrityProtectedData: 18,
  padding: 21,
} as const

/** Signature type IDs, RFC 9580 §5.2.1. */
export const signatureType = {
  binary: 0x00,
  text: 0x01,
  standalone: 0x02,
  genericCertification: 0x10,
  personaCertification: 0x11,
  casualCertification: 0x12,
  positiveCertification: 0x13,
  subkeyBinding: 0x18,
  primaryKeyBinding: 0x19,
  directKey: 0x1f,
  keyRevocation: 0x20,
  subkeyRevocation: 0x28,
  certificationRevocation: 0x30,
  timestamp: 0x40,
  thirdPartyConfirmation: 0x50,
} as const

/** Signature subpacket type IDs, RFC 9580 §5.2.3.7. */
export const subpacketType = {
  signatureCreationTime: 2,
  signatureExpirationTime: 3,
  exportableCertification: 4,
  trustSignature: 5,
  regularExpression: 6,
  revocable: 7,
  keyExpirationTime: 9,
  preferredSymmetricCiphers: 11,
  revocationKey: 12,
  issuerKeyId: 16,
  notationData: 20,
  preferredHashAlgorithms: 21,
  preferredCompressionAlgorithms: 22,
  keyServerPreferences: 23,
  preferredKeyServer: 24,
  primaryUserId: 25,
  policyUri: 26,
  keyFlags: 27,
  signersUserId: 28,
  reasonForRevocation: 29,
  features: 30,
  signatureTarget: 31,
  embeddedSignature: 32,
  issuerFingerprint: 33,
  intendedRecipientFingerprint: 35,
  preferredAeadCiphersuites: 39,
} as const

/** Public-key algorithm IDs, RFC 9580 §9.1. */
export const publicKeyAlgorithm = {
  rsa: 1,
  rsaEncryptOnly: 2,
  rsaSignOnly: 3,
  elgamal: 16,
  dsa: 17,
  ecdh: 18,
  ecdsa: 19,
  eddsaLegacy: 22,
  x25519: 25,
  x448: 26,
  ed25519: 27,
  ed448: 28,
} as const

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

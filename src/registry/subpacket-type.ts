/** Signature subpacket type IDs, RFC 9580 §5.2.3.7. */

export const signatureCreationTime = 2
export const signatureExpirationTime = 3
export const exportableCertification = 4
export const trustSignature = 5
export const regularExpression = 6
export const revocable = 7
export const keyExpirationTime = 9
export const preferredSymmetricCiphers = 11
export const revocationKey = 12
export const issuerKeyId = 16
export const notationData = 20
export const preferredHashAlgorithms = 21
export const preferredCompressionAlgorithms = 22
export const keyServerPreferences = 23
export const preferredKeyServer = 24
export const primaryUserId = 25
export const policyUri = 26
export const keyFlags = 27
export const signersUserId = 28
export const reasonForRevocation = 29
export const features = 30
export const signatureTarget = 31
export const embeddedSignature = 32
export const issuerFingerprint = 33
export const intendedRecipientFingerprint = 35
export const preferredAeadCiphersuites = 39

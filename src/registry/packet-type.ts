/** Packet type IDs, RFC 9580 §5. */

export const publicKeyEncryptedSessionKey = 1
export const signature = 2
export const symmetricKeyEncryptedSessionKey = 3
export const onePassSignature = 4
export const secretKey = 5
export const publicKey = 6
export const secretSubkey = 7
export const compressedData = 8
export const symmetricallyEncryptedData = 9
export const marker = 10
export const literalData = 11
export const trust = 12
export const userId = 13
export const publicSubkey = 14
export const userAttribute = 17
export const symmetricallyEncryptedIntegrityProtectedData = 18
export const padding = 21

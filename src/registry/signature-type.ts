/** Signature type IDs, RFC 9580 §5.2.1. */

export const binary = 0x00
export const text = 0x01
export const standalone = 0x02
export const genericCertification = 0x10
export const personaCertification = 0x11
export const casualCertification = 0x12
export const positiveCertification = 0x13
export const subkeyBinding = 0x18
export const primaryKeyBinding = 0x19
export const directKey = 0x1f
export const keyRevocation = 0x20
export const subkeyRevocation = 0x28
export const certificationRevocation = 0x30
export const timestamp = 0x40
export const thirdPartyConfirmation = 0x50

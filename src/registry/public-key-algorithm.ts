/** Public-key algorithm IDs, RFC 9580 §9.1. */

export const rsa = 1
export const rsaEncryptOnly = 2
export const rsaSignOnly = 3
export const elgamal = 16
export const dsa = 17
export const ecdh = 18
export const ecdsa = 19
export const eddsaLegacy = 22
export const x25519 = 25
export const x448 = 26
export const ed25519 = 27
export const ed448 = 28

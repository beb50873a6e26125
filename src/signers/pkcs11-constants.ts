/** The numbers of PKCS#11 that a signer needs, OASIS PKCS #11 v3.1; the package has only v2.40's. */

import { endianness } from 'node:os'

/** A CK_ULONG as this machine lays it out. */
export function readUlong(octets: Uint8Array): bigint {
  const big = endianness() === 'LE' ? [...octets].reverse() : [...octets]
  return big.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n)
}

/** Flags of a call, and of what C_GetTokenInfo answers. */
export const flag = {
  osLockingOk: 0x2,
  serialSession: 0x4,
  loginRequired: 0x4,
  userPinInitialized: 0x8,
  tokenInitialized: 0x400,
  userPinFinalTry: 0x2_0000,
  userPinLocked: 0x4_0000,
} as const

/** CKU_: who logs in. */
export const user = { normal: 1, contextSpecific: 2 } as const

/** CKS_: the states of a session in which the user is logged in. */
export const loggedIn: readonly number[] = [1, 3]

/** CKO_ */
export const objectClass = { publicKey: 2, privateKey: 3 } as const

/** CKK_ */
export const keyType = { rsa: 0x0n, ec: 0x3n, ecEdwards: 0x40n } as const

/** CKA_ */
export const attribute = {
  class: 0x0,
  label: 0x3,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  sign: 0x108,
  modulus: 0x120,
  publicExponent: 0x122,
  extractable: 0x162,
  ecParams: 0x180,
  ecPoint: 0x181,
  alwaysAuthenticate: 0x202,
} as const

/** CKM_ */
export const mechanism = { rsaPkcs: 0x1, ecdsa: 0x1041, eddsa: 0x1057 } as const

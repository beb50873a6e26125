/** Points of edwards25519 by which nobody in particular signs, RFC 8032 §5.1. */

import { toHex } from '../octets.ts'

const prime = 2n ** 255n - 19n

/** y of a point of order 8; the other such points have p - y. */
const orderEight = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n

/** y of the points whose order divides 8; x and -x share it. */
const smallOrder: readonly bigint[] = [0n, 1n, prime - 1n, orderEight, prime - orderEight]

/** Whether 32 octets spell a point of small order, or spell y as p or more (RFC 8032 §5.1.3). */
export function isSmallOrOdd(point: Uint8Array): boolean {
  const y = BigInt(`0x${toHex(Uint8Array.from(point).reverse())}`) & (2n ** 255n - 1n) // less x's sign
  return y >= prime || smallOrder.includes(y)
}

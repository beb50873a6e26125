/** Primitives that count what they are asked to do: a cost that no machine changes. */

import type { Hasher, Primitives } from '../../src/signature/hasher.ts'

export interface Count {
  /** RSA operations. */
  rsa: number
  /** Octets that went into hashers. */
  hashed: number
}

/** The same primitives, and how much they were asked to do. */
export function counting(primitives: Primitives): { primitives: Primitives; count: Count } {
  const count = { rsa: 0, hashed: 0 }
  const wrap = (hasher: Hasher): Hasher => ({
    update(octets) {
      count.hashed += octets.length
      hasher.update(octets)
    },
    copy: () => wrap(hasher.copy()),
    digest: () => hasher.digest(),
  })
  const counted: Primitives = {
    ...primitives,
    hasher: (name) => wrap(primitives.hasher(name)),
    rsaPublic(key, value) {
      count.rsa += 1
      return primitives.rsaPublic(key, value)
    },
  }
  return { primitives: counted, count }
}

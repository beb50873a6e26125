/** What an input cost, counted: reads of octets, hashed octets, public-key operations. */

import { nodePrimitives } from '../../src/node/primitives.ts'
import type { Hasher, Primitives } from '../../src/signature/hasher.ts'
import { Cursor } from '../../src/wire/cursor.ts'

export interface Cost {
  /** Calls of Cursor's `take`. */
  reads: number
  hashed: number
  /** Hashes begun or copied. */
  hashes: number
  publicKeyOperations: number
}

/** Primitives that count, and what they counted. */
export function countPrimitives(cost: Cost): Primitives {
  const wrap = (hasher: Hasher): Hasher => {
    cost.hashes += 1
    return {
      update(octets) {
        cost.hashed += octets.length
        hasher.update(octets)
      },
      copy: () => wrap(hasher.copy()),
      digest: () => hasher.digest(),
    }
  }
  const hasher: Primitives['hasher'] = (name) => wrap(nodePrimitives.hasher(name))
  return new Proxy(nodePrimitives, {
    get(target, name, receiver) {
      if (name === 'hasher') return hasher
      // All others but `random` are public-key operations.
      if (name !== 'random') cost.publicKeyOperations += 1
      return Reflect.get(target, name, receiver) as unknown
    },
  })
}

export function noCost(): Cost {
  return { reads: 0, hashed: 0, hashes: 0, publicKeyOperations: 0 }
}

/** What is given back and how many reads it took. */
export function countReads<Value>(call: () => Value): { value: Value; reads: number } {
  const { prototype } = Cursor
  const take = Object.getOwnPropertyDescriptor(prototype, 'take') ?? {}
  const original = take.value as (this: Cursor, length: number) => Uint8Array
  let reads = 0
  Object.defineProperty(prototype, 'take', {
    ...take,
    value(this: Cursor, length: number) {
      reads += 1
      return original.call(this, length)
    },
  })
  try {
    return { value: call(), reads }
  } finally {
    Object.defineProperty(prototype, 'take', take)
  }
}

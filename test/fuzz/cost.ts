/** What an input cost, counted: reads of octets, hashed octets, public-key operations. */

import { nodePrimitives } from '../../src/node/primitives.ts'
import type { Hasher, Primitives } from '../../src/signature/hasher.ts'
import { Cursor } from '../../src/wire/cursor.ts'

export interface Cost {
  /** Calls of Cursor's methods that read. */
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
      const operations = ['rsaPublic', 'verifyEcdsa', 'verifyEd25519']
      if (operations.includes(String(name))) cost.publicKeyOperations += 1
      return Reflect.get(target, name, receiver) as unknown
    },
  })
}

export function noCost(): Cost {
  return { reads: 0, hashed: 0, hashes: 0, publicKeyOperations: 0 }
}

/** The methods of a cursor that read octets; `rest` is by `take`. */
const reading = ['take', 'octet', 'uint16', 'uint32'] as const

/** What is given back and how many reads it took. */
export function countReads<Value>(call: () => Value): { value: Value; reads: number } {
  const { prototype } = Cursor
  const originals = reading.map((name) => ({ name, read: prototype[name] }))
  let reads = 0
  for (const { name, read } of originals) {
    const counted = function (this: Cursor, length: number): unknown {
      reads += 1
      return Reflect.apply(read, this, [length])
    }
    Object.defineProperty(prototype, name, { value: counted, configurable: true, writable: true })
  }
  try {
    return { value: call(), reads }
  } finally {
    for (const { name, read } of originals) {
      Object.defineProperty(prototype, name, { value: read, configurable: true, writable: true })
    }
  }
}

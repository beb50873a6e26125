/** Primitives that import each RSA key once. */

import type { RsaKeyMaterial } from '../packet/key-material.ts'
import type { Primitives } from './hasher.ts'

/** The same primitives; what `importRsa` made of a key is kept for as long as the key's record is. */
export function importOnce(primitives: Primitives): Primitives {
  if (!primitives.importRsa) return primitives
  const imported = new WeakMap<RsaKeyMaterial, RsaKeyMaterial>()
  const importKey = (key: RsaKeyMaterial): RsaKeyMaterial => {
    const known = imported.get(key) ?? primitives.importRsa?.(key) ?? key
    imported.set(key, known)
    return known
  }
  return {
    hasher: (name) => primitives.hasher(name),
    rsaPublic: (key, value) => primitives.rsaPublic(importKey(key), value),
    verifyEcdsa: (key, digest, rs) => primitives.verifyEcdsa(key, digest, rs),
    verifyEd25519: (key, message, rs) => primitives.verifyEd25519(key, message, rs),
    random: (octets) => primitives.random(octets),
  }
}

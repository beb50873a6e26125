/** Elliptic curves by @noble/curves, which is loaded when a key on one is met. */

import type { EcdsaKeyMaterial } from '../packet/key-material.ts'
import type { Primitives } from './hasher.ts'

type Curves = Pick<Primitives, 'verifyEcdsa' | 'verifyEd25519'>

/** Runs anywhere. No runtime has a call of its own that takes a ready ECDSA digest. */
export const curves: Curves = {
  async verifyEcdsa({ curve, point }, digest, rs) {
    const ecdsa = await loadCurve(curve)
    return answer(() => ecdsa.verify(rs, digest, point, { prehash: false, lowS: false }))
  },
  async verifyEd25519({ point }, message, rs) {
    const { ed25519 } = await import('@noble/curves/ed25519.js')
    return answer(() => ed25519.verify(rs, message, point, { zip215: false }))
  },
}

async function loadCurve(curve: EcdsaKeyMaterial['curve']) {
  const { p256, p384, p521 } = await import('@noble/curves/nist.js')
  return { 'P-256': p256, 'P-384': p384, 'P-521': p521 }[curve]
}

/** A point that is not on its curve, or a number out of range, verifies nothing. */
function answer(verify: () => boolean): boolean {
  try {
    return verify()
  } catch {
    return false
  }
}

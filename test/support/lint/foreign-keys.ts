/** Throw-away keys of other algorithms than RSA, whose signatures are the same at every run. */

import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { concat, fromHex, uint32 } from '../../../src/octets.ts'
import { createPublicKey as createKey, readPublicKey } from '../../../src/packet/public-key.ts'
import type { FingerprintHash, PublicKey } from '../../../src/packet/public-key.ts'
import type { SignatureValue } from '../../../src/packet/signature-value.ts'
import { publicKeyAlgorithm } from '../../../src/registry.ts'
import { writeMpi } from '../../../src/wire/mpi.ts'
import { inverse, toOctets } from '../forge/keys.ts'
import { madeAt } from '../forge/signature.ts'

export interface ForeignKey {
  readonly key: PublicKey
  readonly sign: (digest: Uint8Array) => SignatureValue
}

const hash: FingerprintHash = (name, octets) =>
  createHash(name.replace('-', '')).update(octets).digest()

const secret: Uint8Array = createHash('sha256').update('a secret that everybody knows').digest()

/** Version 4 writes it as EdDSALegacy (22), version 6 as Ed25519 (27). */
export function ed25519Key(version: 4 | 6): ForeignKey {
  const der = concat(fromHex('302e020100300506032b657004220420') ?? secret, secret)
  const own = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(own).export({ format: 'jwk' })
  const material = { kind: 'ed25519', point: Buffer.from(x, 'base64url') } as const
  return {
    key: createKey({ material, created: madeAt, version }, hash),
    sign: (digest) => ({ kind: 'ed25519', octets: sign(null, digest, own) }),
  }
}

export function p256Key(): ForeignKey {
  const point = p256.getPublicKey(secret, false)
  const material = { kind: 'ecdsa', curve: 'P-256', point } as const
  return {
    key: createKey({ material, created: madeAt }, hash),
    sign(digest) {
      const rs = p256.sign(digest, secret, { prehash: false, lowS: false })
      return { kind: 'ecdsa', r: rs.subarray(0, 32), s: rs.subarray(32) }
    },
  }
}

/** A curve that RFC 9580 §9.2 does not list. */
export function secp256k1Key(): ForeignKey {
  const oid = fromHex('052B8104000A') ?? secret
  const point = secp256k1.getPublicKey(secret, false)
  return {
    key: keyOf(publicKeyAlgorithm.ecdsa, concat(oid, writeMpi(point))),
    sign(digest) {
      const rs = secp256k1.sign(digest, secret, { prehash: false, lowS: false })
      return opaque(rs.subarray(0, 32), rs.subarray(32))
    },
  }
}

/** DSA of 2048 and 256 bits; y is g^x mod p. */
export function dsaKey(): ForeignKey {
  const [p, q, g] = [domain.p, domain.q, domain.g].map(toBigInt) as [bigint, bigint, bigint]
  const x = toBigInt(Buffer.from(secret).toString('base64url')) % q
  const numbers = [p, q, g, power(g, x, p)].map((number) => writeMpi(toOctets(number)))
  return {
    key: keyOf(publicKeyAlgorithm.dsa, concat(...numbers)),
    sign(digest) {
      const z = BigInt(`0x${Buffer.from(digest).toString('hex')}`)
      const k = z % q
      const r = power(g, k, p) % q
      return opaque(toOctets(r), toOctets((inverse(k, q) * (z + x * r)) % q))
    },
  }
}

/** A version 3 key, RFC 9580 §5.5.2.1, which has no fingerprint that is worth one. */
export function version3Body(n: Uint8Array, e: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(3), uint32(madeAt), Uint8Array.of(0, 0, 1), writeMpi(n), writeMpi(e))
}

function keyOf(algorithm: number, material: Uint8Array): PublicKey {
  const head = concat(Uint8Array.of(4), uint32(madeAt), Uint8Array.of(algorithm))
  return readPublicKey(concat(head, material), hash)
}

function opaque(r: Uint8Array, s: Uint8Array): SignatureValue {
  return { kind: 'opaque', octets: concat(writeMpi(r), writeMpi(s)) }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

function toBigInt(base64: string): bigint {
  return BigInt(`0x${Buffer.from(base64, 'base64url').toString('hex')}`)
}

const domain = {
  p: [
    '0Aj6Lwyk13bcELofTUM0lsbIQbf3aOi_Xa0bveJOU_Zl2Q08NypXSGfB-QIt5cwT6_qoHwGZqY2pjHWFlCOsH9',
    'DkOBqyEsQcxNaUfkoYpBDtxwuSmv5xlN8YfnT2Qyn93Qvco7_Lisr6UfmznrnHeCaMtRdG36OiZjupRelwdgFe',
    'XrlD3R2SGmTF_QKd58rfcul8LlyA53bQedaFnFwT5gANhKAtxFdf2-166m4ybaNg_-IY9oY8DYWViPMYNYAqVJ',
    'wX1F-1r9Hb1Q5JzyxFEEXI7XYiyEHEQHP2K43m-RYiJsLJCsHzEtJfiF9onBFDInJKUDOConsQvFfAbnB3ow',
  ].join(''),
  q: '6kRqFchiV3dp9TK0jJfOnxxW9IkdJTOsfF2d2SjcqJE',
  g: [
    'xR7OhFKuZpPhZ2sVlV-9FiQzB1BSbCgTLNErFznlZZplXugc-w8mU6NctUN4mFMkjFoDjB8voRNeCOqP3AcDMJ',
    'JRjBVZiGpuq66uRP7q2ltf1ElXWek6qKPnT1XyTBOEMATOduVJQRbp2U2x16raY2200NiA66LoF_cNvy3qEFIK',
    'yYStJv6_trkFlIKwH82WQdmprP0-BVIYWR3wcMDD18TBnypvz3WJx2c1hemns_wQZxJobo_kAoWdqlz-Smiqgr',
    'hGsJdFPlRReHawBCDF32n0xLEIJFMJKLbGavAcmin15lVkoP4BBpZ3q2rzMjjIhnjHPAXFIjPkC1BFHF0dgg',
  ].join(''),
} as const

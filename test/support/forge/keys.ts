/** RSA keys of the tests, as their primes: made once, for tests alone, and worth nothing. */

import { createPrivateKey } from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'

/** Base64url of the two primes. 2048 bits, but for `weak` (1024) and `strong` (3072); `cube` has e = 3. */
const primes = {
  alice: {
    p: [
      '_3taSQC29dtzDssEeTUfKoQw9mWFyLVE1pQ_Z7JlEbPXUCxHXtfRRF6yhh80i-ga5WO1jTstc1OQ_77G0J4T_d',
      'TIcAKJW5FlEGIlanzx0eGib6I77WuUSRdEIdQeO6eYfzpvn5mY13HuqMVBXMv83YmIrRLhLTC1mvxH7JmylH0',
    ].join(''),
    q: [
      'zuZvTYeAimV_D4A6N0gI47dmk2Lz2E71dcEkb0YwRJAgJFqR2RnGNJ7olAsoaiRAxXIwl3lBcFKY0TNHTOz9V8',
      'nLGlEY1sHGWdCaUypi96i2IzZApJApCz9GquuonOLmprdHiAawDZFU-H9A8yBkPicrOIY2lu4J9YDPo4T-bK0',
    ].join(''),
  },
  aliceSubkey: {
    p: [
      'v31jtJnfPhlLNI90qP6Shb0-fXi_YlVzKQ-vBUevwq_sTY8K3v9hf7n5LeNJnRFCnuZVrZ8RBHTU4RWZGySP1O',
      '0MPuqVDyR4FrjJ-pVW90T_wUAlf46MvJHO0zWmGUtJAjYYZsIgBEmHrvqz8_4AXndcPr8Fl8z4Fdx5D2mX3qU',
    ].join(''),
    q: [
      'uJQCvklNzG9hEjy_cN0Z6fbx1qgm9mdIqXPZETPZKUj1Np_Y89G1OejZB1F8AmACGRK7apQNf2a7CUyJqW3M3s',
      'TRQUP3fTUltjP_neU03rRMyGYG1HBroTdWzx0Fn7HW1ZEkjBM7Sb4t62BJ46qqFrrB6S8unZqdMp_VUy16TH0',
    ].join(''),
  },
  mallory: {
    p: [
      '8cHf8HG_dr86eHURjynRv7dQGaP3JBRYcYtceyRR3i9hsDSvDdLs_HnlIxY3WJQix5jRN52YZ2O9m2FBEimtiC',
      '7pEhWhphZBrwGcSYqjyD8M7NuBD_TAF537yDWLl5QxpZQcfBsmsLVm_yjBq7mpJZoKY6SqN94b20QFlmT5RwE',
    ].join(''),
    q: [
      'xnc7yetBkFtb4Di_AU3MLeN2K-yrUHfsALJAZzSleclU0vdF-v0WFVefx1YVNTBwjrOI3GqDav9qFzpChXkdFy',
      '7-zJmJDq7Mvjm5zHi5oo_3ow2n9plF_pNuy5XZ5lNeKQTo9onQ8pBue49MTFKWfoT1UHazfzWq09IJsabrxrk',
    ].join(''),
  },
  mallorySubkey: {
    p: [
      '-jsyHz_sFwbigoqYrizfGLWMVbDrdGLjJVkWkih6MemBXw7K-GPi7s0ZReW11uHqNOZKJNe66tJttRoJKgSEEq',
      'W6UYgspZhGcPInTWuws-viwiE6jB3138zovJJqG7p1BN51yRfaPhz4yr0UborQkEfcMP8MOOcxGjCvcM9WPZs',
    ].join(''),
    q: [
      '6H6KGNO5eS1NTVPrxW-KfmZY9bkrJ76vp7WUQHYw_Gn4XzPOA9kQDUEIxN0C33U2pZsS-0iTtZJsBc33smmnU4',
      'JxSFD6ZlIl3A1M8WTmVLV_REtEAF8RPJ1NKGwnhpcbPaqL9lbW2odLy_toJoj-VGxJhORva_mgXF3e0mpnXoE',
    ].join(''),
  },
  weak: {
    p: [
      '7ZLcdzR_NniNGoWS-Xy9vNTeSXWmiWjmAlZuysVzUJhUHI1HET_RZyH6PSWuh4vIZoorVICEsZVItFnGPrhB7Q',
    ].join(''),
    q: [
      'ycraW3_D1HLNJ7Ej1sfs_GOmCzfxCIe4X5vCVh2LStnlB-jNg8ANIic_95mutqiotlC0uupJWHfX5kgnttYBoQ',
    ].join(''),
  },
  strong: {
    p: [
      '587yB6h_ER8DjGNlj03jUVbZMTjuO_viAsb8GlISTGrG0BHQwIg7CoypE6GwNq40JeiV497-5u6q_7gWa2l5Px',
      'YXBkl-REmU1bz2CS4VPi3zRVXATY_T9rLXeKR6m8bX241BXDagYbKrtH7za1pCxUPMgOuWYJonWuRRaDzUWH_m',
      'oU8X3M696gU_sMclxJjX3yd3Xe2M3FT9amSFT0lOhcYXR6MiLLIvNiXh_XYEkwJwGfflXmbwC3fJxqvS75YN',
    ].join(''),
    q: [
      'toHIJrdtt4F4SDKJ-Y9lMp2mjR1Wi5PQ5JdacEbHONbosoCtNvhN15SwqAbx48x0dNmcixBurDVDCZJXZPh2k4',
      'TphoEKDtsi9wjglMjKOJoPH76H5PNe29-__JSp2FyqpKn06BBMNMUkhC1awpF2PyUUZyseTrLrpLtAQHt9_vjW',
      'sQk1xrq_Y_s9OR6H4_UH3kOKUG5tEyeJ6Z8vLG6zup4VH1fmbAdeqGvThrKwuCoZtXvT1UaGH0fmrwqqNCVx',
    ].join(''),
  },
  cube: {
    p: [
      '-88usFU1ikcoE33oYqidtcpir6LbgT_sh0P1_xqYO_9wbKLs5SZ-wsC3dJ6RxQXSAMc62rCrc4z6tEtc0Go158',
      '5XMdNGizZvD72k-GcShpGIoNQGbnYq-tdxFBD3iiPcdembHMYApaEMOA1JkBTu4pG3pn8H0cH1VZcSkpRkZUE',
    ].join(''),
    q: [
      '6Zv-I8wM3TG-XcDllcViJV61nG2UuZqcClBAHuwlCxJALnsIM7vOqfd4G-4bUYcK0ZJfYRN6xwED2rGgO3bnlY',
      'mIN5JGeshWT2Wk2nCx043kjWvXwhPb177E5JAioOoiPKH1-YMOjpjAkrWPHvfxx5IQrqwayGnH-0vWwLfqP8k',
    ].join(''),
  },
} as const

export type KeyName = keyof typeof primes

export interface RsaNumbers {
  readonly secret: KeyObject
  readonly n: Uint8Array
  readonly e: Uint8Array
}

/** The key with this name; every call gives the same one. */
export function rsaNumbers(name: KeyName): RsaNumbers {
  const p = toNumber(primes[name].p)
  const q = toNumber(primes[name].q)
  const e = name === 'cube' ? 3n : 65537n
  const d = inverse(e, (p - 1n) * (q - 1n))
  const numbers = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  const fields = Object.entries(numbers).map(([field, number]) => [field, toBase64(number)])
  const jwk = { kty: 'RSA', ...(Object.fromEntries(fields) as JsonWebKey) }
  const secret = createPrivateKey({ format: 'jwk', key: jwk })
  return { secret, n: toOctets(p * q), e: toOctets(e) }
}

/** The inverse of a number modulo another, by Euclid's algorithm. */
export function inverse(number: bigint, modulus: bigint): bigint {
  let [rest, next, factor, nextFactor] = [modulus, number % modulus, 0n, 1n]
  while (next > 0n) {
    const quotient = rest / next
    ;[rest, next] = [next, rest - quotient * next]
    ;[factor, nextFactor] = [nextFactor, factor - quotient * nextFactor]
  }
  return ((factor % modulus) + modulus) % modulus
}

/** The least number whose cube is not less. */
export function cubeRoot(number: bigint): bigint {
  let low = 0n
  let high = 1n << BigInt(Math.ceil(number.toString(2).length / 3) + 1)
  while (low < high) {
    const middle = (low + high) / 2n
    if (middle ** 3n < number) low = middle + 1n
    else high = middle
  }
  return low
}

export function toOctets(number: bigint): Uint8Array {
  const hex = number.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}

export function toNumber(base64: string): bigint {
  return BigInt(`0x${Buffer.from(base64, 'base64url').toString('hex')}`)
}

function toBase64(number: bigint): string {
  return Buffer.from(toOctets(number)).toString('base64url')
}

/** Signers whose answers are wrong, each in one way. */

import type { Digest, RemoteSigner } from '../../src/signature/signer.ts'

/** A signer that answers what `change` makes of the right answer. */
export function answering(
  signer: RemoteSigner,
  change: (value: Uint8Array, digest: Digest) => unknown,
): RemoteSigner {
  return {
    ...signer,
    sign: async (digest, options) =>
      change(await signer.sign(digest, options), digest) as Uint8Array,
  }
}

/** Counts its calls, and keeps what it was asked to sign. */
export function counting(signer: RemoteSigner): { signer: RemoteSigner; asked: Digest[] } {
  const asked: Digest[] = []
  return {
    asked,
    signer: {
      ...signer,
      sign: (digest, options) => {
        asked.push(digest)
        return signer.sign(digest, options)
      },
    },
  }
}

/** Every wrong answer: its name, and the signer that gives it. `other` has another key. */
export function faultySigners(signer: RemoteSigner, other: RemoteSigner): [string, RemoteSigner][] {
  const flip = (bit: number) => (value: Uint8Array) =>
    value.map((octet, index) => (index === bit >> 3 ? octet ^ (0x80 >> (bit & 7)) : octet))
  const wrongHash: RemoteSigner = {
    ...signer,
    sign: ({ octets }, options) => {
      const digest = {
        algorithm: 'SHA-512',
        octets: new Uint8Array(64).fill(octets[0] ?? 0),
      } as const
      return signer.sign(digest, options)
    },
  }
  return [
    ['the first bit flipped', answering(signer, flip(0))],
    ['a bit in the middle flipped', answering(signer, flip(1234))],
    ['the last bit flipped', answering(signer, (value) => flip(8 * value.length - 1)(value))],
    ['the last octet missing', answering(signer, (value) => value.subarray(0, -1))],
    ['an octet too many', answering(signer, (value) => Uint8Array.of(0, ...value))],
    ['an octet behind', answering(signer, (value) => Uint8Array.of(...value, 0))],
    ['nothing', answering(signer, () => new Uint8Array())],
    ['all zero', answering(signer, (value) => new Uint8Array(value.length))],
    ['all ones', answering(signer, (value) => new Uint8Array(value.length).fill(0xff))],
    ['the digest itself', answering(signer, (_, digest) => digest.octets)],
    ['undefined', answering(signer, () => undefined)],
    ['base64 text', answering(signer, (value) => Buffer.from(value).toString('base64'))],
    ['a list of numbers', answering(signer, (value) => [...value])],
    ['the same number, reversed', answering(signer, (value) => value.toReversed())],
    ['over another hash', wrongHash],
    ['by another key', other],
  ]
}

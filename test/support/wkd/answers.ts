/** Certificates of alice@example.org, sound and not, and a fetch that answers what a test says. */

import { concat } from '../../../src/octets.ts'
import type { WkdFetch, WkdRequest, WkdResponse } from '../../../src/wkd/get.ts'
import { certify, primaryPacket, revokeKey, userIdPacket } from '../forge/certificate.ts'
import { forgeKey } from '../forge/signature.ts'

export const alice = forgeKey('alice')
export const mallory = forgeKey('mallory')

/** The certificates are made in 2024; this is when they are asked for. */
export const at = new Date('2025-01-01T00:00:00Z')
export const address = 'alice@example.org'
export const otherName = 'Mallory <mallory@example.org>'

export const sound = concat(primaryPacket(alice), userIdPacket(), certify(alice))
export const revoked = concat(
  primaryPacket(alice),
  revokeKey(alice),
  userIdPacket(),
  certify(alice),
)
/** Of another address. */
export const foreign = concat(
  primaryPacket(mallory),
  userIdPacket(otherName),
  certify(mallory, {}, otherName),
)
/** Mallory's key under Alice's name, with a self-signature that Alice's key is said to have made. */
export const forged = concat(
  primaryPacket(mallory),
  userIdPacket(),
  certify(alice, {}, undefined, mallory),
)

export interface Asked {
  readonly url: string
  readonly request: WkdRequest
}

/** A fetch without a network; `asked` is what it was asked. */
export function fetchOf(
  answer: (asked: Asked) => WkdResponse | Promise<WkdResponse>,
): WkdFetch & { readonly asked: Asked[] } {
  const asked: Asked[] = []
  const fetch: WkdFetch = async (url, request) => {
    asked.push({ url, request })
    return answer({ url, request })
  }
  return Object.assign(fetch, { asked })
}

/** A body of a Response is an ArrayBuffer's. */
export function body(octets: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(octets)
}

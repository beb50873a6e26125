/**
 * Every octet of a signature, a certificate and a document, flipped one at a time: never an accept
 * where something signed or signing changed; elsewhere a refusal or the very same verdict.
 */

import { expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { isOpenPGPError } from '../../src/errors.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat } from '../../src/octets.ts'
import { readSignature } from '../../src/packet/signature.ts'
import { packetType } from '../../src/registry.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import type { Verdict } from '../../src/verify/verdict.ts'
import { readPackets } from '../../src/wire/packet.ts'
import { document, judgedAt } from '../support/forge/cases.ts'
import {
  bind,
  certify,
  primaryPacket,
  signDocument,
  subkeyPacket,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { forgeKey } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const self = [primaryPacket(alice), userIdPacket(), certify(alice)]
const certificate = concat(...self, subkeyPacket(subkey), bind(alice, subkey))
const signature = signDocument(subkey, document)

async function verdictOn(
  data: Uint8Array,
  signed: Uint8Array,
  keys: Uint8Array,
): Promise<Verdict | undefined> {
  try {
    const certificates = parseCertificates(keys, { primitives })
    return await evaluateDetached(data, signed, { certificates, at: judgedAt, primitives })
  } catch (error) {
    if (!isOpenPGPError(error)) throw error
    return undefined
  }
}

/** Where a flip of one bit left the verdict good; fails where a good verdict is another one. */
async function survivors(
  octets: Uint8Array,
  judge: (flipped: Uint8Array) => Promise<Verdict | undefined>,
  bits: readonly number[] = [0x01, 0x80],
): Promise<number[]> {
  const original = await judge(octets)
  expect(original?.good).toBe(true)
  const offsets: number[] = []
  for (let offset = 0; offset < octets.length; offset += 1) {
    for (const bit of bits) {
      const flipped = Uint8Array.from(octets)
      flipped[offset] = (octets[offset] ?? 0) ^ bit
      const verdict = await judge(flipped)
      if (!verdict?.good) continue
      expect(verdict, `offset ${offset}`).toEqual(original)
      offsets.push(offset)
    }
  }
  return [...new Set(offsets)]
}

/** The offsets of a view within what it is a view of. */
function within(whole: Uint8Array, part: Uint8Array): number[] {
  const start = part.byteOffset - whole.byteOffset
  return Array.from({ length: part.length }, (_, index) => start + index)
}

test('the document', async () => {
  const left = await survivors(document, (data) => verdictOn(data, signature, certificate))
  expect(left).toEqual([])
})

test('the signature: only its unhashed area and the digest’s prefix say nothing', async () => {
  const left = await survivors(signature, (signed) => verdictOn(document, signed, certificate))
  const [packet] = [...readPackets(signature)]
  const { signedPart, digestPrefix } = readSignature(packet?.body ?? new Uint8Array())
  const unhashedFrom = signedPart.byteOffset + signedPart.length - signature.byteOffset
  const prefixTo = digestPrefix.byteOffset + digestPrefix.length - signature.byteOffset
  expect(left.filter((offset) => offset < unhashedFrom || offset >= prefixTo)).toEqual([])
  expect(left).toEqual(expect.arrayContaining(within(signature, digestPrefix)))
})

test('the certificate: no key and no self-signature that matters', async () => {
  const left = new Set(
    await survivors(certificate, (keys) => verdictOn(document, signature, keys), [0x01]),
  )
  const signing = [...readPackets(certificate)].flatMap(({ type, body }) => {
    if (type !== packetType.signature) return within(certificate, body)
    const { signedPart, value } = readSignature(body)
    return [
      ...within(certificate, signedPart),
      ...(value.kind === 'rsa' ? within(certificate, value.s) : []),
    ]
  })
  expect(signing.filter((offset) => left.has(offset))).toEqual([])
})

test('a signature cut short at any octet', async () => {
  for (let length = 0; length < signature.length; length += 1) {
    const verdict = await verdictOn(document, signature.subarray(0, length), certificate)
    expect(verdict?.good ?? false, `${length} octets`).toBe(false)
  }
})

/** SHA-1 revokes RSA keys and does nothing else, in every place where a signature could count. */

import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { evaluateCertificate } from '../../src/certificate/evaluate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat, uint16, uint32, utf8 } from '../../src/octets.ts'
import { writeLiteral } from '../../src/packet/literal.ts'
import { keyPreimage } from '../../src/packet/public-key.ts'
import { writeSignature } from '../../src/packet/signature.ts'
import { writeSubpackets } from '../../src/packet/subpacket.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { hashAlgorithm, packetType } from '../../src/registry.ts'
import { evaluateCleartext } from '../../src/verify/cleartext.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { evaluateInline } from '../../src/verify/inline.ts'
import { writeCleartext } from '../../src/wire/cleartext-write.ts'
import { writePacket } from '../../src/wire/packet.ts'
import {
  certificateParts,
  curveKey,
  curveKeysCreated,
  onlyCertificate,
} from '../support/curve-keys.ts'
import { certify, primaryPacket, signDocument, userIdPacket } from '../support/forge/certificate.ts'
import { forgeKey, issuer, time } from '../support/forge/signature.ts'
import type { HashName } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const data = utf8('what was agreed')
const mute: Policy = { signature: () => undefined, key: () => undefined }
const options = {
  certificates: [onlyCertificate(concat(primaryPacket(alice), userIdPacket(), certify(alice)))],
  primitives,
  policy: mute,
}
const signed = (hash: HashName, type = 0): Uint8Array => signDocument(alice, data, { hash, type })

describe.each([
  ['SHA-256', 'good'],
  ['SHA-224', 'good'],
  ['SHA-1', 'signature-weak'],
] as const)('%s over a document, with a policy that minds nothing: %s', (hash, expected) => {
  const codesOf = ({ signatures }: Awaited<ReturnType<typeof evaluateDetached>>): string[] =>
    signatures.map((each) => (each.good ? 'good' : each.code))

  test('detached', async () => {
    expect(codesOf(await evaluateDetached(data, signed(hash), options))).toEqual([expected])
  })

  test('inline', async () => {
    const literal = writePacket(packetType.literalData, writeLiteral({ format: 'binary', data }))
    const verdict = await evaluateInline(concat(signed(hash), literal), options)
    expect(codesOf(verdict)).toEqual([expected])
    expect(verdict.data === undefined).toBe(expected !== 'good')
  })

  test('cleartext', async () => {
    const message = writeCleartext(data, ['SHA256'], signed(hash, 1))
    const verdict = await evaluateCleartext(message, options)
    expect(codesOf(verdict)).toEqual([expected])
    expect(verdict.text === undefined).toBe(expected !== 'good')
  })
})

/** RFC 9580 §5.2.3.2 and §5.2.3.3: a digest that is narrower than the curve is to be refused. */
test.each(['P-256', 'Ed25519'] as const)('%s: a revocation by SHA-1 is none', async (curve) => {
  const { key, signer } = await curveKey(curve)
  const { primary, userId, certification } = await certificateParts({ key, signer })
  const revocation = async (hash: 'SHA-1' | 'SHA-512'): Promise<Uint8Array> => {
    const area = writeSubpackets([time(curveKeysCreated), issuer(key)])
    const head = Uint8Array.of(4, 0x20, key.algorithm, hashAlgorithm[hash])
    const signedPart = concat(head, uint16(area.length), area)
    const trailer = concat(signedPart, Uint8Array.of(4, 0xff), uint32(signedPart.length))
    const octets = new Uint8Array(
      createHash(hash.replace('-', ''))
        .update(concat(keyPreimage(key.body, 4), trailer))
        .digest(),
    )
    const answer = await signer.sign({ algorithm: 'SHA-256', octets })
    const [r, s] = [answer.subarray(0, 32), answer.subarray(32)]
    const value =
      curve === 'P-256'
        ? ({ kind: 'ecdsa', r, s } as const)
        : ({ kind: 'ed25519', octets: answer } as const)
    const parts = { signedPart, unhashedArea: new Uint8Array(), salt: new Uint8Array(), value }
    const body = writeSignature({ ...parts, digestPrefix: octets.subarray(0, 2) })
    return writePacket(packetType.signature, body)
  }
  const objection = async (hash: 'SHA-1' | 'SHA-512'): Promise<string | undefined> => {
    const certificate = concat(primary, await revocation(hash), userId, certification)
    const at = new Date((curveKeysCreated + 60) * 1000)
    const context = { at, policy: mute, primitives }
    const evaluated = await evaluateCertificate(onlyCertificate(certificate), context)
    return evaluated.primary.objection?.code
  }
  expect(await objection('SHA-512')).toBe('certificate-revoked')
  expect(await objection('SHA-1')).toBeUndefined()
})

/** A buffer that a certificate was read from is written to again: the certificate stays what it was. */

import { expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { concat, utf8 } from '../../src/octets.ts'
import { portable } from '../../src/signature/portable.ts'
import { evaluateDetached } from '../../src/verify/detached.ts'
import { openKeyring } from '../../src/verify/keyring.ts'
import { certify, primaryPacket, signDocument, userIdPacket } from '../support/forge/certificate.ts'
import { forgeKey } from '../support/forge/signature.ts'
import type { ForgedKey } from '../support/forge/signature.ts'

const at = new Date('2026-01-01')
const alice = forgeKey('alice')
const mallory = forgeKey('mallory')
const document = utf8('a document')
const certificateOf = (key: ForgedKey): Uint8Array =>
  concat(primaryPacket(key), userIdPacket(), certify(key))
/** Names Alice's key; made by Mallory's. */
const forgery = signDocument({ ...alice, numbers: mallory.numbers }, document)

test.each([
  ['portable', portable],
  ['node', nodePrimitives],
] as const)('the next certificate of a reader that keeps one buffer: %s', async (_, primitives) => {
  for (const buffer of [new Uint8Array(4096), Buffer.alloc(4096)]) {
    const read = (certificate: Uint8Array): Uint8Array => {
      buffer.fill(0).set(certificate)
      return buffer.subarray(0, certificate.length)
    }
    const certificates = parseCertificates(read(certificateOf(alice)), { primitives })
    const keyring = openKeyring(certificates, { primitives })
    const good = async (signature: Uint8Array): Promise<boolean[]> => [
      (await evaluateDetached(document, signature, { certificates, at, primitives })).good,
      (await evaluateDetached(document, signature, { keyring, at })).good,
    ]
    expect(await good(signDocument(alice, document))).toEqual([true, true])
    read(certificateOf(mallory))
    expect(await good(forgery)).toEqual([false, false])
    expect(await good(signDocument(alice, document))).toEqual([true, true])
  }
})

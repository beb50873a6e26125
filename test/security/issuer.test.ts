/** Who signed: found by the number, never by a hint; key IDs collide and hints are forged. */

import { describe, expect, test } from 'vitest'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import type { Certificate } from '../../src/certificate/certificate.ts'
import { nodePrimitives as primitives } from '../../src/node/primitives.ts'
import { concat } from '../../src/octets.ts'
import { verifyDetached } from '../../src/verify/detached.ts'
import { document, judgedAt, testCases } from '../support/forge/cases.ts'
import {
  bind,
  certify,
  primaryPacket,
  signDocument,
  subkeyPacket,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { forgeKey, issuer, issuerKeyId } from '../support/forge/signature.ts'
import type { ForgedKey } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const mallory = forgeKey('mallory')
const certificate = of(alice)
const both = [...of(mallory), ...certificate]

function of(key: ForgedKey): Uint8Array[] {
  return [primaryPacket(key), userIdPacket(), certify(key)]
}

testCases({
  'named by fingerprint only': () => {
    const signature = signDocument(alice, document, { unhashed: [] })
    return { certificate, signature, verdict: 'good' }
  },
  'named by key ID only': () => {
    const signature = signDocument(alice, document, { named: false })
    return { certificate, signature, verdict: 'good' }
  },
  'not named': () => {
    const signature = signDocument(alice, document, { named: false, unhashed: [] })
    const reason = /does not say whose/
    return { certificate, signature, verdict: 'signer-unknown', reason }
  },
  'a forged key ID before the real one, unhashed': () => {
    const unhashed = [issuerKeyId(mallory.key), issuerKeyId(alice.key)]
    const signature = signDocument(alice, document, { unhashed })
    return { certificate: both, signature, verdict: 'good' }
  },
  'a forged fingerprint beside the real one, unhashed': () => {
    const unhashed = [issuer(mallory.key)]
    const signature = signDocument(alice, document, { unhashed })
    return { certificate: both, signature, verdict: 'good' }
  },
  'only a forged hint': () => {
    const signature = signDocument(alice, document, {
      ...{ named: false, unhashed: [issuer(mallory.key)] },
    })
    return { certificate: both, signature, verdict: 'signature-bad' }
  },
  'by Mallory, named as Alice’s': () => {
    const asAlice = { numbers: mallory.numbers, key: alice.key }
    const signature = signDocument(asAlice, document)
    return {
      certificate,
      signature,
      verdict: 'signature-bad',
      reason: new RegExp(alice.key.fingerprint),
    }
  },
  'by Mallory, named as both’s, and only Alice is trusted': () => {
    const signature = signDocument(mallory, document, { unhashed: [issuer(alice.key)] })
    return { certificate, signature, verdict: 'signature-bad' }
  },
  'by someone whose certificate is not given': () => {
    const signature = signDocument(mallory, document)
    return {
      certificate,
      signature,
      verdict: 'signer-unknown',
      reason: new RegExp(mallory.key.fingerprint),
    }
  },
  'the key ID of the primary key, and a subkey signed': () => {
    const unhashed = [issuerKeyId(alice.key)]
    const signature = signDocument(subkey, document, { named: false, unhashed })
    const withSubkey = [...certificate, subkeyPacket(subkey), bind(alice, subkey)]
    return { certificate: withSubkey, signature, verdict: 'signature-bad' }
  },
})

describe('two keys with one key ID', () => {
  /** Mallory's certificate, as if she had found a key with Alice's key ID. */
  function colliding(): Certificate[] {
    const [theirs, ours] = parseCertificates(concat(...both), { primitives })
    if (!theirs || !ours) throw new Error('two certificates were written')
    const key = { ...theirs.primary.key, keyId: alice.key.keyId }
    return [{ ...theirs, primary: { ...theirs.primary, key } }, ours]
  }
  const options = { at: judgedAt, primitives }

  test('each is tried, and the one that signed is reported by its fingerprint', async () => {
    const signature = signDocument(alice, document, { named: false })
    const evidence = await verifyDetached(document, signature, {
      ...options,
      certificates: colliding(),
    })
    const { fingerprint } = alice.key
    expect(evidence.signatures[0].signer).toEqual({ certificate: fingerprint, key: fingerprint })
  })

  test('a signature by the other is the other’s', async () => {
    const signature = signDocument(mallory, document, {
      ...{ named: false, unhashed: [issuerKeyId(alice.key)] },
    })
    const evidence = await verifyDetached(document, signature, {
      ...options,
      certificates: colliding(),
    })
    expect(evidence.signatures[0].signer.key).toBe(mallory.key.fingerprint)
  })
})

test('the signing component and its primary are both reported', async () => {
  const octets = concat(...certificate, subkeyPacket(subkey), bind(alice, subkey))
  const certificates = parseCertificates(octets, { primitives })
  const signature = signDocument(subkey, document)
  const evidence = await verifyDetached(document, signature, {
    certificates,
    at: judgedAt,
    primitives,
  })
  const { fingerprint } = alice.key
  expect(evidence.signatures[0].signer).toEqual({
    certificate: fingerprint,
    key: subkey.key.fingerprint,
  })
})

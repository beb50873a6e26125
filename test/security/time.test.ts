/** Times: the key must have been valid when the signature says it was made, and that time be past. */

import { subpacket } from '../../src/packet/subpacket.ts'
import { subpacketType } from '../../src/registry.ts'
import { document, judgedAt, testCases } from '../support/forge/cases.ts'
import {
  certify,
  primaryPacket,
  signatureExpires,
  signDocument,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { day, forgeKey, madeAt, time } from '../support/forge/signature.ts'
import type { ForgedKey } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const old = forgeKey('alice', { created: 0 })
const certificate = of(alice)
const now = judgedAt.getTime() / 1000
const bad = 'signature-bad'

function of(key: ForgedKey, created = madeAt): Uint8Array[] {
  return [primaryPacket(key), userIdPacket(), certify(key, { created })]
}

testCases({
  'signed the moment the key was made': () => {
    const signature = signDocument(alice, document, { created: madeAt })
    return { certificate, signature, verdict: 'good' }
  },
  'older than the key': () => {
    const signature = signDocument(alice, document, { created: madeAt - 1 })
    return { certificate, signature, verdict: 'time-invalid' }
  },
  'from a far future': () => {
    const signature = signDocument(alice, document, { created: 0xf0000000 })
    return { certificate, signature, verdict: 'time-invalid', reason: /from the future/ }
  },
  'from 300 seconds ahead, as clocks differ': () => {
    const signature = signDocument(alice, document, { created: now + 300 })
    return { certificate, signature, verdict: 'good' }
  },
  'from 301 seconds ahead': () => {
    const signature = signDocument(alice, document, { created: now + 301 })
    return {
      ...{ certificate, signature, verdict: 'time-invalid' },
      sqvDiffers: 'it goes by its own clock, which is later',
    }
  },
  'with its time only in the unhashed area': () => {
    const parts = { created: null, unhashed: [time(madeAt + day)] }
    return { certificate, signature: signDocument(alice, document, parts), verdict: bad }
  },
  'without a time': () => {
    const signature = signDocument(alice, document, { created: null })
    return { certificate, signature, verdict: bad, reason: /no hashed creation time/ }
  },
  'with another time in the unhashed area: the hashed one counts': () => {
    const parts = { unhashed: [time(0xf0000000)] }
    return { certificate, signature: signDocument(alice, document, parts), verdict: 'good' }
  },
  'with the same hashed time twice: RFC 9580 §5.2.3.9 allows it': () => {
    const parts = { hashed: [time(madeAt + day)] }
    return { certificate, signature: signDocument(alice, document, parts), verdict: 'good' }
  },
  'with two hashed times that differ': () => {
    const parts = { created: 0xf0000000, hashed: [time(madeAt + day)] }
    return {
      ...{ certificate, signature: signDocument(alice, document, parts), verdict: bad },
      sqvDiffers: 'it goes by the last; RFC 9580 §5.2.3.9 leaves the choice, others take the first',
    }
  },
  'with a time of three octets': () => {
    const short = { type: subpacketType.signatureCreationTime, critical: false }
    const parts = { created: null, hashed: [{ ...short, body: Uint8Array.of(1, 2, 3) }] }
    return { certificate, signature: signDocument(alice, document, parts), verdict: 'malformed' }
  },
  'expired itself': () => {
    const parts = { hashed: [signatureExpires(day)] }
    const signature = signDocument(alice, document, parts)
    return { certificate, signature, verdict: bad, reason: /itself expired 2024-01-03T/ }
  },
  'expires this very second': () => {
    const parts = { created: now - day, hashed: [signatureExpires(day)] }
    return { certificate, signature: signDocument(alice, document, parts), verdict: bad }
  },
  'expires in a hundred years': () => {
    const parts = { hashed: [signatureExpires(36_500 * day)] }
    return { certificate, signature: signDocument(alice, document, parts), verdict: 'good' }
  },
  'an expiry of zero seconds is none': () => {
    const parts = { hashed: [signatureExpires(0)] }
    return { certificate, signature: signDocument(alice, document, parts), verdict: 'good' }
  },
  'an expiry in the unhashed area is none': () => {
    const parts = { unhashed: [signatureExpires(day)] }
    return { certificate, signature: signDocument(alice, document, parts), verdict: 'good' }
  },
  'a key made at epoch 0': () => {
    const signature = signDocument(old, document)
    return { certificate: of(old), signature, verdict: 'good' }
  },
  'a key made at epoch 0, and all its signatures too': () => {
    const signature = signDocument(old, document, { created: 0 })
    return {
      ...{ certificate: of(old, 0), signature, verdict: 'good' },
    }
  },
  'a key from the future': () => {
    const young = forgeKey('alice', { created: 0xf0000000 })
    const signature = signDocument(young, document)
    return { certificate: of(young, 0xf0000000), signature, verdict: 'time-invalid' }
  },
  'judged at a time before the signature': () => {
    const signature = signDocument(alice, document)
    const options = { at: new Date(madeAt * 1000) }
    return {
      ...{ certificate, signature, options, verdict: 'time-invalid' },
      sqvDiffers: 'it goes by its own clock, which is later',
    }
  },
  'a key expiry in the unhashed area of a document’s signature': () => {
    const odd = subpacket({ type: subpacketType.keyExpirationTime, seconds: 1 })
    const signature = signDocument(alice, document, { unhashed: [odd] })
    return { certificate, signature, verdict: 'good' }
  },
})

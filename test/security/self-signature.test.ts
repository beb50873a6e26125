/** Self-signatures: only the primary key's own count, the newest of those in force. */

import { keyFlag } from '../../src/registry.ts'
import { document, testCases } from '../support/forge/cases.ts'
import type { Case } from '../support/forge/cases.ts'
import {
  certify,
  direct,
  flags,
  keyExpires,
  primaryPacket,
  signatureExpires,
  signDocument,
  signs,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { day, forgeKey, madeAt } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const mallory = forgeKey('mallory')
const asAlice = { numbers: mallory.numbers, key: alice.key }
const signature = signDocument(alice, document, { created: madeAt + 30 * day })
const bad = 'certificate-invalid'

function withSelf(...packets: readonly Uint8Array[]): Pick<Case, 'certificate' | 'signature'> {
  return { certificate: [primaryPacket(alice), userIdPacket(), ...packets], signature }
}

testCases({
  'a proper one': () => ({ ...withSelf(certify(alice)), verdict: 'good' }),
  'of type 0x10': () => ({ ...withSelf(certify(alice, { type: 0x10 })), verdict: 'good' }),
  'of type 0x11': () => ({ ...withSelf(certify(alice, { type: 0x11 })), verdict: 'good' }),
  'of type 0x12': () => ({ ...withSelf(certify(alice, { type: 0x12 })), verdict: 'good' }),
  'none at all': () => ({ ...withSelf(), verdict: bad }),
  'by another key': () => {
    return { ...withSelf(certify(mallory, {}, undefined, alice)), verdict: bad }
  },
  'by another key that names Alice as the issuer': () => {
    return { ...withSelf(certify(asAlice, {}, undefined, alice)), verdict: bad }
  },
  'over another User ID': () => {
    return { ...withSelf(certify(alice, {}, 'Bob <bob@example.org>')), verdict: bad }
  },
  'without a User ID, by a direct key signature alone': () => {
    const certificate = [primaryPacket(alice), direct(alice, { hashed: [signs] })]
    return { certificate, signature, verdict: 'good' }
  },
  'a direct key signature by another key': () => {
    const forged = direct(mallory, { hashed: [signs] }, alice)
    return { certificate: [primaryPacket(alice), forged], signature, verdict: bad }
  },
  'without key flags': () => {
    return { ...withSelf(certify(alice, { hashed: [] })), verdict: bad, reason: /key flags/ }
  },
  'that may only certify': () => {
    const hashed = [flags(keyFlag.certify)]
    return { ...withSelf(certify(alice, { hashed })), verdict: bad, reason: /key flags/ }
  },
  'that may only encrypt': () => {
    const hashed = [flags(keyFlag.encryptCommunications | keyFlag.encryptStorage)]
    return { ...withSelf(certify(alice, { hashed })), verdict: bad, reason: /key flags/ }
  },
  'with no octet of key flags': () => {
    return { ...withSelf(certify(alice, { hashed: [flags()] })), verdict: bad }
  },
  'with the flag for signing in a second octet, where it means something else': () => {
    return { ...withSelf(certify(alice, { hashed: [flags(0, 2)] })), verdict: bad }
  },
  'with key flags of two octets': () => {
    return { ...withSelf(certify(alice, { hashed: [flags(3, 0)] })), verdict: 'good' }
  },
  'with key flags only in the unhashed area': () => {
    return { ...withSelf(certify(alice, { hashed: [], unhashed: [signs] })), verdict: bad }
  },
  'with key flags only in the direct key signature': () => {
    const certificate = [primaryPacket(alice), direct(alice, { hashed: [signs] }), userIdPacket()]
    const bare = certify(alice, { hashed: [] })
    return { certificate: [...certificate, bare], signature, verdict: 'good' }
  },
  'older than its key': () => {
    return { ...withSelf(certify(alice, { created: madeAt - 1 })), verdict: bad }
  },
  'made after the signature': () => {
    return { ...withSelf(certify(alice, { created: madeAt + 31 * day })), verdict: bad }
  },
  'expired when the signature was made': () => {
    const hashed = [signs, signatureExpires(10 * day)]
    return { ...withSelf(certify(alice, { hashed })), verdict: bad }
  },
  'expired, and an older one stands': () => {
    const hashed = [signs, signatureExpires(day)]
    const expired = certify(alice, { created: madeAt + 10 * day, hashed })
    return { ...withSelf(certify(alice), expired), verdict: 'good' }
  },
  'expired, and an older one that may not sign stands': () => {
    const hashed = [signs, signatureExpires(day)]
    const expired = certify(alice, { created: madeAt + 10 * day, hashed })
    const older = certify(alice, { hashed: [flags(keyFlag.certify)] })
    return { ...withSelf(older, expired), verdict: bad }
  },
  'a newer one takes the right to sign away': () => {
    const newer = certify(alice, { created: madeAt + 9 * day, hashed: [flags(keyFlag.certify)] })
    return { ...withSelf(newer, certify(alice)), verdict: bad }
  },
  'a newer one that is forged takes nothing away': () => {
    const hashed = [flags(keyFlag.certify)]
    const newer = certify(asAlice, { created: madeAt + 9 * day, hashed }, undefined, alice)
    return { ...withSelf(certify(alice), newer), verdict: 'good' }
  },
  'by SHA-1': () => ({ ...withSelf(certify(alice, { hash: 'SHA-1' })), verdict: bad }),
  'by MD5': () => ({ ...withSelf(certify(alice, { hash: 'MD5' })), verdict: bad }),
  'the key had expired when the signature was made': () => {
    const hashed = [signs, keyExpires(20 * day)]
    return { ...withSelf(certify(alice, { hashed })), verdict: 'certificate-expired' }
  },
  'the key expired at that very second': () => {
    const hashed = [signs, keyExpires(30 * day)]
    return { ...withSelf(certify(alice, { hashed })), verdict: 'certificate-expired' }
  },
  'the key expired later: what was signed before stays good': () => {
    const hashed = [signs, keyExpires(31 * day)]
    return { ...withSelf(certify(alice, { hashed })), verdict: 'good' }
  },
  'the key had expired and was extended before the signature': () => {
    const short = certify(alice, { hashed: [signs, keyExpires(20 * day)] })
    const longer = certify(alice, {
      created: madeAt + 25 * day,
      hashed: [signs, keyExpires(400 * day)],
    })
    return { ...withSelf(short, longer), verdict: 'good' }
  },
  'the key had expired and was extended after the signature': () => {
    const short = certify(alice, { hashed: [signs, keyExpires(20 * day)] })
    const longer = certify(alice, {
      created: madeAt + 35 * day,
      hashed: [signs, keyExpires(400 * day)],
    })
    return { ...withSelf(short, longer), verdict: 'certificate-expired' }
  },
  'an expiry of zero seconds is none': () => {
    return { ...withSelf(certify(alice, { hashed: [signs, keyExpires(0)] })), verdict: 'good' }
  },
  'an expiry of zero on the User ID goes before that of the direct key signature': () => {
    const certificate = [
      primaryPacket(alice),
      direct(alice, { hashed: [signs, keyExpires(day)] }),
      userIdPacket(),
      certify(alice, { hashed: [signs, keyExpires(0)] }),
    ]
    return { certificate, signature, verdict: 'good' }
  },
  'an expiry of the direct key signature counts where the User ID has none': () => {
    const certificate = [
      primaryPacket(alice),
      direct(alice, { hashed: [keyExpires(day)] }),
      userIdPacket(),
      certify(alice),
    ]
    return { certificate, signature, verdict: 'certificate-expired' }
  },
  'an expiry only in the unhashed area is none': () => {
    const unhashed = [keyExpires(day)]
    return { ...withSelf(certify(alice, { unhashed })), verdict: 'good' }
  },
})

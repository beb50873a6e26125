/** Subkeys: bound by the primary key, and a signing one by itself too (CVE-2021-3521 and its kin). */

import { keyFlag, subpacketType } from '../../src/registry.ts'
import { subpacket } from '../../src/packet/subpacket.ts'
import { document, testCases } from '../support/forge/cases.ts'
import type { Case } from '../support/forge/cases.ts'
import {
  back,
  bind,
  certify,
  embedded,
  flags,
  keyExpires,
  mayOnlySign,
  primaryPacket,
  revokeSubkey,
  signatureExpires,
  signDocument,
  signs,
  subkeyPacket,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { day, forgeKey, madeAt } from '../support/forge/signature.ts'
import type { ForgedKey } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const subkey = forgeKey('aliceSubkey')
const mallory = forgeKey('mallory')
const stolen = forgeKey('mallorySubkey')
const signature = signDocument(subkey, document, { created: madeAt + 30 * day })
const bad = 'certificate-invalid'
const backless = { verdict: bad, reason: /has no valid self-signature/ } as const

function of(key: ForgedKey): Uint8Array[] {
  return [primaryPacket(key), userIdPacket(), certify(key)]
}

function bound(...bindings: readonly Uint8Array[]): Pick<Case, 'certificate' | 'signature'> {
  return { certificate: [...of(alice), subkeyPacket(subkey), ...bindings], signature }
}

const goodBack = embedded(back(subkey, alice))

testCases({
  'bound both ways': () => ({ ...bound(bind(alice, subkey)), verdict: 'good' }),
  'not bound at all': () => ({ ...bound(), verdict: bad }),
  'bound by another key': () => {
    return { ...bound(bind(mallory, subkey, { primary: alice })), verdict: bad }
  },
  'bound by itself': () => {
    return { ...bound(bind(subkey, subkey, { primary: alice })), verdict: bad }
  },
  'without a back signature': () => {
    return { ...bound(bind(alice, subkey, { hashed: [mayOnlySign] })), ...backless }
  },
  'with a back signature by the primary key': () => {
    const wrong = back({ numbers: alice.numbers, key: subkey.key }, alice)
    const hashed = [mayOnlySign, embedded(wrong)]
    return { ...bound(bind(alice, subkey, { hashed })), ...backless }
  },
  'with a back signature by a third key': () => {
    const hashed = [mayOnlySign, embedded(back(mallory, alice))]
    return { ...bound(bind(alice, subkey, { hashed })), ...backless }
  },
  'with a back signature for another primary key': () => {
    const hashed = [mayOnlySign, embedded(back(subkey, mallory))]
    return { ...bound(bind(alice, subkey, { hashed })), ...backless }
  },
  'with a subkey binding signature in the place of the back signature': () => {
    const hashed = [mayOnlySign, embedded(back(subkey, alice, { type: 0x18 }))]
    return { ...bound(bind(alice, subkey, { hashed })), ...backless }
  },
  'with half a back signature': () => {
    const hashed = [mayOnlySign, embedded(back(subkey, alice).subarray(0, 40))]
    return { ...bound(bind(alice, subkey, { hashed })), ...backless }
  },
  'with an empty back signature': () => {
    const hashed = [mayOnlySign, embedded(new Uint8Array())]
    return { ...bound(bind(alice, subkey, { hashed })), ...backless }
  },
  'with a back signature without a hashed time': () => {
    const hashed = [mayOnlySign, embedded(back(subkey, alice, { created: null }))]
    return { ...bound(bind(alice, subkey, { hashed })), ...backless }
  },
  'with a back signature by SHA-1': () => {
    const hashed = [mayOnlySign, embedded(back(subkey, alice, { hash: 'SHA-1' }))]
    return { ...bound(bind(alice, subkey, { hashed })), ...backless }
  },
  'with a back signature that had expired': () => {
    const expired = back(subkey, alice, { hashed: [signatureExpires(10 * day)] })
    return {
      ...bound(bind(alice, subkey, { hashed: [mayOnlySign, embedded(expired)] })),
      ...backless,
    }
  },
  'with a back signature that expired after the signature': () => {
    const later = back(subkey, alice, { hashed: [signatureExpires(100 * day)] })
    const hashed = [mayOnlySign, embedded(later)]
    return { ...bound(bind(alice, subkey, { hashed })), verdict: 'good' }
  },
  'with the back signature in the unhashed area': () => {
    const parts = { hashed: [mayOnlySign], unhashed: [goodBack] }
    return { ...bound(bind(alice, subkey, parts)), verdict: 'good' }
  },
  'with a forged back signature before the good one': () => {
    const hashed = [mayOnlySign, embedded(back(mallory, alice)), goodBack]
    return { ...bound(bind(alice, subkey, { hashed })), verdict: 'good' }
  },
  'with two back signatures, the first expired': () => {
    const expired = embedded(back(subkey, alice, { hashed: [signatureExpires(day)] }))
    return {
      ...bound(bind(alice, subkey, { hashed: [mayOnlySign, expired, goodBack] })),
      verdict: 'good',
    }
  },
  'without key flags, so that no back signature is asked for (CVE-2026-42784)': () => {
    return { ...bound(bind(alice, subkey, { hashed: [] })), verdict: bad, reason: /key flags/ }
  },
  'with key flags in the unhashed area': () => {
    const parts = { hashed: [], unhashed: [mayOnlySign, goodBack] }
    return { ...bound(bind(alice, subkey, parts)), verdict: bad, reason: /key flags/ }
  },
  'that may only encrypt': () => {
    const hashed = [flags(keyFlag.encryptCommunications | keyFlag.encryptStorage)]
    return { ...bound(bind(alice, subkey, { hashed })), verdict: bad, reason: /key flags/ }
  },
  'that may only authenticate': () => {
    const hashed = [flags(keyFlag.authenticate)]
    return { ...bound(bind(alice, subkey, { hashed })), verdict: bad, reason: /key flags/ }
  },
  'two key flags subpackets: the last one counts, RFC 9580 §5.2.3.9': () => {
    const hashed = [mayOnlySign, goodBack, flags(keyFlag.encryptStorage)]
    return { ...bound(bind(alice, subkey, { hashed })), verdict: bad, reason: /key flags/ }
  },
  'bound after the signature': () => {
    return { ...bound(bind(alice, subkey, { created: madeAt + 31 * day })), verdict: bad }
  },
  'bound anew for encryption only': () => {
    const hashed = [flags(keyFlag.encryptStorage)]
    const newer = bind(alice, subkey, { created: madeAt + 20 * day, hashed })
    return { ...bound(bind(alice, subkey), newer), verdict: bad, reason: /key flags/ }
  },
  'expired when the signature was made': () => {
    const hashed = [mayOnlySign, goodBack, keyExpires(20 * day)]
    return { ...bound(bind(alice, subkey, { hashed })), verdict: 'certificate-expired' }
  },
  'expired later': () => {
    const hashed = [mayOnlySign, goodBack, keyExpires(40 * day)]
    return { ...bound(bind(alice, subkey, { hashed })), verdict: 'good' }
  },
  'its primary key had expired': () => {
    const self = certify(alice, { hashed: [signs, keyExpires(20 * day)] })
    const primary = [primaryPacket(alice), userIdPacket(), self]
    const certificate = [...primary, subkeyPacket(subkey), bind(alice, subkey)]
    return { certificate, signature, verdict: 'certificate-expired' }
  },
  'its primary key may only certify, as it should be': () => {
    const self = certify(alice, { hashed: [flags(keyFlag.certify)] })
    const primary = [primaryPacket(alice), userIdPacket(), self]
    const certificate = [...primary, subkeyPacket(subkey), bind(alice, subkey)]
    return { certificate, signature, verdict: 'good' }
  },
  'its primary key has no valid self-signature': () => {
    const primary = [primaryPacket(alice), userIdPacket()]
    const certificate = [...primary, subkeyPacket(subkey), bind(alice, subkey)]
    return { certificate, signature, verdict: bad }
  },
  'Alice’s own, taken by Mallory into her certificate without a back signature': () => {
    const taken = bind(mallory, subkey, { hashed: [mayOnlySign] })
    const certificate = [...of(mallory), subkeyPacket(subkey), taken]
    return { certificate, signature, verdict: bad }
  },
  'Mallory’s certificate stands first, and Alice’s after it': () => {
    const taken = bind(mallory, subkey, { hashed: [mayOnlySign] })
    const theirs = [...of(mallory), subkeyPacket(subkey), taken]
    const ours = [...of(alice), subkeyPacket(subkey), bind(alice, subkey)]
    return { certificate: [...theirs, ...ours], signature, verdict: 'good' }
  },
  'a binding of another subkey, copied in': () => {
    const copied = bind(alice, stolen)
    return { ...bound(copied), verdict: bad }
  },
  'a certificate of Alice’s, certified by a subkey that may sign (CVE-2026-71886)': () => {
    const forged = certify(subkey, { hashed: [signs] }, undefined, alice)
    const certificate = [primaryPacket(alice), userIdPacket(), forged]
    const rest = [subkeyPacket(subkey), bind(alice, subkey)]
    return { certificate: [...certificate, ...rest], signature, verdict: bad }
  },
  'the primary key once more as a subkey, and revoked as that': () => {
    const again = [subkeyPacket(alice), bind(alice, alice), revokeSubkey(alice, alice)]
    return {
      certificate: [...of(alice), ...again],
      signature: signDocument(alice, document, { created: madeAt + 30 * day }),
      verdict: 'certificate-revoked',
      sqvDiffers:
        'it judges the primary key alone; what its owner revoked for good (RFC 9580 §5.2.3.31) ' +
        'is lost in every place',
    }
  },
  'by an issuer key ID alone': () => {
    const unhashed = [subpacket({ type: subpacketType.issuerKeyId, keyId: alice.key.keyId })]
    return { ...bound(bind(alice, subkey, { named: false, unhashed })), verdict: 'good' }
  },
  'without any issuer': () => {
    return {
      ...bound(bind(alice, subkey, { named: false, unhashed: [] })),
      verdict: 'good',
      sqvDiffers: 'it wants a hint; RFC 9580 §5.2.3.12 and §5.2.3.35 do not demand one',
    }
  },
})

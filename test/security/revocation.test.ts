/** Revoked keys: hard at any time, soft from their date on, and only by the key itself. */

import { concat } from '../../src/octets.ts'
import { critical, subpacket } from '../../src/packet/subpacket.ts'
import { revocationReason as reason, subpacketType } from '../../src/registry.ts'
import { document, testCases } from '../support/forge/cases.ts'
import {
  because,
  bind,
  certify,
  direct,
  name,
  primaryPacket,
  revokeKey,
  revokeSubkey,
  revokeUserId,
  signatureExpires,
  signDocument,
  signs,
  subkeyPacket,
  unknown,
  userIdPacket,
} from '../support/forge/certificate.ts'
import { day, forgeKey, madeAt } from '../support/forge/signature.ts'

const alice = forgeKey('alice')
const mallory = forgeKey('mallory')
const subkey = forgeKey('aliceSubkey')

const revokedAt = madeAt + 100 * day
const before = signDocument(alice, document, { created: revokedAt - day })
const after = signDocument(alice, document, { created: revokedAt + day })
const bySubkey = signDocument(subkey, document, { created: revokedAt - day })
const bySubkeyAfter = signDocument(subkey, document, { created: revokedAt + day })

const revoked = (code?: number): Uint8Array =>
  revokeKey(alice, { created: revokedAt, hashed: code === undefined ? [] : [because(code)] })

/** Alice's certificate with more packets after the primary key. */
function withKey(...packets: readonly Uint8Array[]): Uint8Array[] {
  return [primaryPacket(alice), ...packets, userIdPacket(), certify(alice)]
}

function withSubkey(...packets: readonly Uint8Array[]): Uint8Array[] {
  return [...withKey(), subkeyPacket(subkey), bind(alice, subkey), ...packets]
}

const bad = 'certificate-revoked'

testCases({
  'hard, without a reason: a signature made before it is void': () => {
    return { certificate: withKey(revoked()), signature: before, verdict: bad }
  },
  'hard, reason 0: a signature made before it is void': () => {
    return { certificate: withKey(revoked(reason.noReason)), signature: before, verdict: bad }
  },
  'hard, compromised: a signature made before it is void': () => {
    return { certificate: withKey(revoked(reason.compromised)), signature: before, verdict: bad }
  },
  'hard, of a reason that nobody knows': () => {
    return { certificate: withKey(revoked(99)), signature: before, verdict: bad }
  },
  'hard: a later self-signature does not undo it': () => {
    const later = certify(alice, { created: revokedAt + day })
    const signature = signDocument(alice, document, { created: revokedAt + 2 * day })
    return { certificate: [...withKey(revoked()), later], signature, verdict: bad }
  },
  'hard, dated in the future': () => {
    const future = revokeKey(alice, { created: 0xf0000000 })
    return { certificate: withKey(future), signature: before, verdict: bad }
  },
  'hard, of the primary key: its subkeys fall with it': () => {
    const certificate = [...withKey(revoked()), subkeyPacket(subkey), bind(alice, subkey)]
    return { certificate, signature: bySubkey, verdict: bad }
  },
  'soft, superseded: a signature made before it stays good': () => {
    return { certificate: withKey(revoked(reason.superseded)), signature: before, verdict: 'good' }
  },
  'soft, retired: a signature made before it stays good': () => {
    return { certificate: withKey(revoked(reason.retired)), signature: before, verdict: 'good' }
  },
  'soft, superseded: a signature made after it is void': () => {
    return { certificate: withKey(revoked(reason.superseded)), signature: after, verdict: bad }
  },
  'soft, retired: a signature made at that very second is void': () => {
    const signature = signDocument(alice, document, { created: revokedAt })
    return { certificate: withKey(revoked(reason.retired)), signature, verdict: bad }
  },
  'soft: a later self-signature takes the key back in': () => {
    const later = certify(alice, { created: revokedAt + day })
    const signature = signDocument(alice, document, { created: revokedAt + 2 * day })
    const certificate = [...withKey(revoked(reason.retired)), later]
    return { certificate, signature, verdict: 'good' }
  },
  'soft: a later direct key signature takes the key back in': () => {
    const later = direct(alice, { created: revokedAt + day })
    const signature = signDocument(alice, document, { created: revokedAt + 2 * day })
    return { certificate: withKey(revoked(reason.retired), later), signature, verdict: 'good' }
  },
  'soft, and expired itself': () => {
    const hashed = [because(reason.retired), signatureExpires(day)]
    const passing = revokeKey(alice, { created: revokedAt, hashed })
    const signature = signDocument(alice, document, { created: revokedAt + 2 * day })
    return { certificate: withKey(passing), signature, verdict: 'good' }
  },
  'hard, and expired itself: void all the same': () => {
    const passing = revokeKey(alice, { created: revokedAt, hashed: [signatureExpires(day)] })
    const signature = signDocument(alice, document, { created: revokedAt + 2 * day })
    return { certificate: withKey(passing), signature, verdict: bad }
  },
  'by another key: it counts for nothing': () => {
    const foreign = revokeKey(mallory, { created: revokedAt }, alice)
    return { certificate: withKey(foreign), signature: before, verdict: 'good' }
  },
  'by another key that names Alice as the issuer: it counts for nothing': () => {
    const forged = revokeKey(
      { numbers: mallory.numbers, key: alice.key },
      { created: revokedAt },
      alice,
    )
    return { certificate: withKey(forged), signature: before, verdict: 'good' }
  },
  'a forged one lies beside a real one': () => {
    const forged = revokeKey({ numbers: mallory.numbers, key: alice.key }, {}, alice)
    return { certificate: withKey(forged, revoked()), signature: before, verdict: bad }
  },
  'a revocation of another certificate, copied in': () => {
    return { certificate: withKey(revokeKey(mallory)), signature: before, verdict: 'good' }
  },
  'a key revocation that stands after the User ID': () => {
    const certificate = [...withKey(), revoked()]
    return { certificate, signature: before, verdict: bad }
  },
  'a key revocation that stands after a subkey': () => {
    return { certificate: withSubkey(revoked()), signature: before, verdict: bad }
  },
  'a subkey revocation that stands before the subkey': () => {
    const astray = withKey(revokeSubkey(alice, subkey))
    const certificate = [...astray, subkeyPacket(subkey), bind(alice, subkey)]
    return { certificate, signature: bySubkey, verdict: bad }
  },
  'a subkey revocation that stands after another subkey': () => {
    const other = forgeKey('mallorySubkey')
    const astray = [subkeyPacket(other), bind(alice, other), revokeSubkey(alice, subkey)]
    return { certificate: withSubkey(...astray), signature: bySubkey, verdict: bad }
  },
  'a subkey revocation does not strike another subkey': () => {
    const other = forgeKey('mallorySubkey')
    const astray = [subkeyPacket(other), bind(alice, other), revokeSubkey(alice, other)]
    return { certificate: withSubkey(...astray), signature: bySubkey, verdict: 'good' }
  },
  'a User ID’s revocation that stands after a subkey: the other User ID speaks': () => {
    const second = 'Alice <alice@example.com>'
    const certificate = [
      ...[...withKey(), userIdPacket(second), certify(alice, { hashed: [] }, second)],
      ...[subkeyPacket(subkey), bind(alice, subkey), revokeUserId(alice, { created: revokedAt })],
    ]
    const verdict = 'certificate-invalid'
    return { certificate, signature: after, verdict, reason: /key flags/ }
  },
  'the certificate twice, the revocation only in the second copy': () => {
    const certificate = [...withKey(), ...withKey(revoked())]
    return { certificate, signature: before, verdict: bad }
  },
  'the subkey twice, the revocation only after the second': () => {
    const again = [subkeyPacket(subkey), bind(alice, subkey), revokeSubkey(alice, subkey)]
    return { certificate: [...withSubkey(), ...again], signature: bySubkey, verdict: bad }
  },
  'a subkey, hard: a signature made before it is void': () => {
    const certificate = withSubkey(revokeSubkey(alice, subkey, { created: revokedAt }))
    return { certificate, signature: bySubkey, verdict: bad }
  },
  'a subkey, soft: a signature made before it stays good': () => {
    const hashed = [because(reason.superseded)]
    const certificate = withSubkey(revokeSubkey(alice, subkey, { created: revokedAt, hashed }))
    return { certificate, signature: bySubkey, verdict: 'good' }
  },
  'a subkey, soft: a signature made after it is void': () => {
    const hashed = [because(reason.superseded)]
    const certificate = withSubkey(revokeSubkey(alice, subkey, { created: revokedAt, hashed }))
    return { certificate, signature: bySubkeyAfter, verdict: bad }
  },
  'a subkey, by itself: it counts for nothing': () => {
    const own = bind(subkey, subkey, { primary: alice, type: 0x28, hashed: [] })
    return { certificate: withSubkey(own), signature: bySubkey, verdict: 'good' }
  },
  'a subkey: the primary key is as good as before': () => {
    const certificate = withSubkey(revokeSubkey(alice, subkey, { created: revokedAt }))
    return { certificate, signature: before, verdict: 'good' }
  },
  'a User ID, and a second one stands': () => {
    const second = 'Alice <alice@example.com>'
    const certificate = [
      ...withKey(),
      revokeUserId(alice, { created: revokedAt }),
      userIdPacket(second),
      certify(alice, {}, second),
    ]
    return { certificate, signature: after, verdict: 'good' }
  },
  'the only User ID, from then on': () => {
    const certificate = [...withKey(), revokeUserId(alice, { created: revokedAt })]
    return {
      ...{ certificate, signature: after, verdict: 'certificate-invalid' },
      sqvDiffers:
        'it lets a User ID that is revoked speak for the key; RFC 9580 §5.2.1.13 revokes the ' +
        'self-signature itself, and nothing else says what the key may do',
    }
  },
  'the only User ID: what was signed before stays good': () => {
    const certificate = [...withKey(), revokeUserId(alice, { created: revokedAt })]
    return { certificate, signature: before, verdict: 'good' }
  },
  'a direct key signature, by a certification revocation': () => {
    const flagged = direct(alice, { hashed: [signs] })
    const taken = direct(alice, { type: 0x30, created: revokedAt })
    const bare = [userIdPacket(name), certify(alice, { hashed: [] })]
    return {
      certificate: [primaryPacket(alice), flagged, taken, ...bare],
      ...{ signature: after, verdict: 'certificate-invalid', reason: /key flags/ },
      sqvDiffers: 'it does not know of RFC 9580 §5.2.1.13, by which 0x30 revokes 0x1F as well',
    }
  },
  'with a critical subpacket that nobody knows: still the owner’s word': () => {
    const odd = revokeKey(alice, { created: revokedAt, hashed: [critical(unknown)] })
    return {
      ...{ certificate: withKey(odd), signature: before, verdict: bad },
      sqvDiffers:
        'it drops the revocation as one in error; RFC 9580 §5.2.3.7 says SHOULD, and to drop a ' +
        'revocation is to trust more',
    }
  },
  'with its time only in the unhashed area: still the owner’s word': () => {
    const unhashed = [subpacket({ type: subpacketType.signatureCreationTime, time: revokedAt })]
    const odd = revokeKey(alice, { created: null, hashed: [because(reason.retired)], unhashed })
    return {
      ...{ certificate: withKey(odd), signature: before, verdict: bad },
      sqvDiffers:
        'a revocation without a hashed time (RFC 9580 §5.2.3.11) is none to it; to pass it over ' +
        'is to trust more',
    }
  },
  'older than the key itself: still the owner’s word': () => {
    const odd = revokeKey(alice, { created: madeAt - day })
    return {
      ...{ certificate: withKey(odd), signature: before, verdict: bad },
      sqvDiffers:
        'a revocation older than its key is none to it; no section of RFC 9580 says so, and a ' +
        'hard one (§5.2.3.31) holds at any time',
    }
  },
  'by SHA-1, hard': () => {
    const old = revokeKey(alice, { created: revokedAt, hash: 'SHA-1' })
    return { certificate: withKey(old), signature: before, verdict: bad }
  },
  'a subkey, by SHA-1': () => {
    const old = revokeSubkey(alice, subkey, { created: revokedAt, hash: 'SHA-1' })
    return { certificate: withSubkey(old), signature: bySubkey, verdict: bad }
  },
  'by SHA-1, forged': () => {
    const forged = { numbers: mallory.numbers, key: alice.key }
    const old = revokeKey(forged, { hash: 'SHA-1' }, alice)
    return { certificate: withKey(old), signature: before, verdict: 'good' }
  },
  'by MD5: it counts for nothing': () => {
    const old = revokeKey(alice, { created: revokedAt, hash: 'MD5' })
    return { certificate: withKey(old), signature: before, verdict: 'good' }
  },
  'critical things that nobody knows in its unhashed area': () => {
    const odd = revokeKey(alice, { created: revokedAt, unhashed: [unknown, critical(unknown)] })
    return { certificate: withKey(odd), signature: before, verdict: bad }
  },
  'two signatures, by a revoked key and by a good one': () => {
    const other = [primaryPacket(mallory), userIdPacket(), certify(mallory)]
    const signature = concat(before, signDocument(mallory, document))
    return { certificate: [...withKey(revoked()), ...other], signature, verdict: 'good' }
  },
})

/** Vectors of the primary key. */

import { concat } from '../../../src/octets.ts'
import { packetType } from '../../../src/registry.ts'
import { writePacket } from '../../../src/wire/packet.ts'
import { certify, primaryPacket, userIdPacket } from '../forge/certificate.ts'
import { forgeKey } from '../forge/signature.ts'
import type { ForgedKey } from '../forge/signature.ts'
import { foreignCertificate, version6Certificate } from './foreign-certificates.ts'
import { dsaKey, ed25519Key, p256Key, secp256k1Key, version3Body } from './foreign-keys.ts'
import type { ForeignKey } from './foreign-keys.ts'
import { owner, sound, soundSubpackets } from './sound.ts'
import type { LintVector, LintVectors } from './vector.ts'

/** 2100-01-01T00:00:00Z. */
const later = Date.UTC(2100, 0, 1) / 1000

export const keyVectors: LintVectors = {
  'key-rsa-short': () => byRsa(forgeKey('weak'), 'an RSA key of 1024 bits'),
  'key-rsa-2048': () => byRsa(forgeKey('alice'), 'an RSA key of 2048 bits'),
  'key-created-in-future': () =>
    byRsa(forgeKey('strong', { created: later }), 'a key made in 2100', later),
  'key-dsa': () => byForeign(dsaKey(), 'a DSA key'),
  'key-ecdsa': () => byForeign(p256Key(), 'an ECDSA key on P-256'),
  'key-eddsa': () => byForeign(ed25519Key(4), 'an EdDSA key'),
  'key-version-6': () => ({
    ...byForeign(ed25519Key(6), 'a version 6 Ed25519 key'),
    octets: version6Certificate(ed25519Key(6)),
  }),
  'direct-key-signature-missing': () => ({
    ...byForeign(ed25519Key(6), 'a version 6 Ed25519 key without a direct key signature'),
    findings: ['direct-key-signature-missing', 'key-version-6'],
  }),
  'key-algorithm-unknown': () => byForeign(secp256k1Key(), 'an ECDSA key on secp256k1'),
  'primary-key-signs': () => ({ octets: concat(...sound()), made: 'nothing is changed' }),
  'key-version-old': () => ({
    octets: concat(
      writePacket(packetType.publicKey, version3Body(owner.numbers.n, owner.numbers.e)),
      userIdPacket(),
    ),
    made: 'a version 3 key, without a signature',
  }),
}

function byRsa(by: ForgedKey, made: string, created?: number): LintVector {
  const when = created === undefined ? {} : { created }
  const self = certify(by, { hashed: soundSubpackets, ...when })
  return { octets: concat(primaryPacket(by), userIdPacket(), self), made, signer: { by } }
}

function byForeign(foreign: ForeignKey, made: string): LintVector {
  return { octets: foreignCertificate(foreign), made, signer: { foreign } }
}

/** Vectors of User IDs. */

import { concat, utf8 } from '../../../src/octets.ts'
import { readUserId } from '../../../src/packet/user-id.ts'
import { packetType, signatureType } from '../../../src/registry.ts'
import { writePacket } from '../../../src/wire/packet.ts'
import {
  certify,
  name,
  primaryPacket,
  signaturePacket,
  userIdPacket,
} from '../forge/certificate.ts'
import { forgeKey, forgeSignature } from '../forge/signature.ts'
import { owner, sound, soundSubpackets, vouch } from './sound.ts'
import type { LintVector, LintVectors } from './vector.ts'

const second = 'Alice at Work <alice@work.example>'

export const userIdVectors: LintVectors = {
  'user-id-unsigned': () => ({
    octets: concat(...sound(), userIdPacket(second)),
    made: 'a second User ID, without a signature',
  }),
  'user-id-signed-by-other': () => ({
    octets: concat(
      ...sound(),
      userIdPacket(second),
      certify(forgeKey('mallory'), {}, second, owner),
    ),
    made: 'a second User ID, which another key alone certifies',
    findings: ['user-id-unsigned'],
  }),
  'user-id-not-utf8': () =>
    only(Buffer.from('Al\xedce <alice@example.org>', 'latin1'), 'is in ISO 8859-1'),
  'user-id-control': () =>
    only(
      utf8('Alice\u001b[2J\n[GNUPG:] GOODSIG <alice@example.org>'),
      'has an escape and a line break',
    ),
  'user-id-long': () => only(utf8(`${'Alice '.repeat(400)}<alice@example.org>`), 'has 2419 octets'),
  'user-id-no-address': () => only(utf8('Alice'), 'is a name without an address'),
  'user-id-several-primary': () => ({
    octets: concat(...sound(), userIdPacket(second), vouch({}, second)),
    made: 'a second User ID that is flagged as primary, too',
  }),
  'user-id-duplicate': () => ({
    octets: concat(...sound(), userIdPacket(name), vouch()),
    made: 'the User ID and its self-signature twice',
  }),
}

function only(body: Uint8Array, made: string): LintVector {
  const over = { kind: 'user-id', primary: owner.key, userId: readUserId(body) } as const
  const type = signatureType.positiveCertification
  const self = forgeSignature({ by: owner, type, over, hashed: soundSubpackets })
  return {
    octets: concat(
      primaryPacket(owner),
      writePacket(packetType.userId, body),
      signaturePacket(self),
    ),
    made: `the User ID ${made}`,
  }
}

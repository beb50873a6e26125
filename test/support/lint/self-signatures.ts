/** Vectors of the self-signature on the only User ID. */

import { concat } from '../../../src/octets.ts'
import { critical, subpacket } from '../../../src/packet/subpacket.ts'
import { subpacketType } from '../../../src/registry.ts'
import {
  direct,
  flags,
  notation,
  primaryPacket,
  signatureExpires,
  unknown,
} from '../forge/certificate.ts'
import type { Options } from '../forge/certificate.ts'
import { day, issuerKeyId, madeAt, time } from '../forge/signature.ts'
import { isPrimary, manners, owner, sound, soundSubpackets } from './sound.ts'
import type { LintVector, LintVectors } from './vector.ts'

const later = Date.UTC(2100, 0, 1) / 1000
const exportable = subpacketType.exportableCertification

export const selfSignatureVectors: LintVectors = {
  'self-signature-weak-hash': () => self('by SHA-1', { hash: 'SHA-1' }),
  'self-signature-critical': () =>
    says('a critical subpacket of type 100', critical(unknown), ...soundSubpackets),
  'self-signature-critical-notation': () =>
    found(
      says('a critical notation', critical(notation('odd@example.org')), ...soundSubpackets),
      'self-signature-critical',
    ),
  'self-signature-untimed': () =>
    self('its creation time is not hashed', {
      created: null,
      unhashed: [time(madeAt + day), issuerKeyId(owner.key)],
    }),
  'self-signature-two-times': () =>
    says('a second creation time', time(madeAt + 2 * day), ...soundSubpackets),
  'self-signature-before-key': () =>
    self('a day before the key was made', { created: madeAt - day }),
  'self-signature-in-future': () => self('made in 2100', { created: later }),
  'self-signature-expired': () =>
    says('expired after a day', signatureExpires(day), ...soundSubpackets),
  'self-signature-invalid': () =>
    self('its number is the one of another digest', {
      value: () => new Uint8Array(384).fill(0x7f),
    }),
  'self-signature-local': () =>
    says('not exportable', subpacket({ type: exportable, value: false }), ...soundSubpackets),
  'self-signature-no-issuer-key-id': () => self('no issuer key ID', { unhashed: [] }),
  'self-signature-no-issuer-fingerprint': () =>
    self('no issuer fingerprint, but the key ID', { named: false }),
  'self-signature-duplicate-subpacket': () =>
    says('the key flags twice', flags(0x03), ...soundSubpackets),
  'key-flags-missing': () => says('no key flags', ...manners, isPrimary),
  'signing-key-missing': () =>
    says(
      'by its key flags the primary key may certify and not sign',
      flags(0x01),
      ...manners,
      isPrimary,
    ),
  'user-id-missing': () => ({
    octets: concat(primaryPacket(owner), direct(owner, { hashed: soundSubpackets })),
    made: 'a direct key signature in place of the User ID',
  }),
}

function self(made: string, options: Options): LintVector {
  return { octets: concat(...sound(options)), made: `the self-signature is ${made}` }
}

function says(made: string, ...hashed: NonNullable<Options['hashed']>): LintVector {
  return { octets: concat(...sound({ hashed })), made: `the self-signature says: ${made}` }
}

function found(vector: LintVector, ...findings: NonNullable<LintVector['findings']>): LintVector {
  return { ...vector, findings }
}

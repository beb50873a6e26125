/** Rules about the file, its armor and its packets. */

import { limits } from '../../../limits.ts'
import { nameOf, packetType } from '../../../registry.ts'
import { isSecret } from '../form.ts'
import type { FileRules, Hit, CertificateRules, Rule } from '../rule.ts'

/** Also found in a certificate whose packets are whole and whose key is not. */
export const unreadable: Rule<unknown> = {
  severity: 'error',
  what: 'something that no reader gets past',
  dislikes: {
    gpg: 'imports nothing',
    sqv: 'reads nothing',
    rpm: 'imports nothing',
    'openpgp.js': 'throws',
    rnp: 'loads nothing',
    'x/crypto': 'reads nothing',
  },
  remedy: 'export the certificate anew; a download or a copy has damaged this one',
  find: () => [],
}

/** A certificate that is not read any further. */
export const oldKey: Rule<unknown> = {
  severity: 'error',
  what: 'a key of a version that nobody reads any more',
  dislikes: {
    gpg: 'skips it as a PGP-2 key',
    sqv: 'refuses the file',
    rpm: 'imports nothing',
    'openpgp.js': 'finds no key',
    'x/crypto': 'finds no key',
  },
  remedy: 'make a new key of version 4',
  find: () => [],
}

export const formRules: FileRules = {
  unreadable: {
    ...unreadable,
    find: ({ failure }) => (failure ? [{ component: 'file', detail: failure.message }] : []),
  },
  'armor-checksum-missing': {
    severity: 'error',
    what: 'armor without a checksum',
    dislikes: { gpg: 'imports nothing (2.2)', rpm: 'imports nothing (4.18)', rnp: 'warns' },
    remedy: 'armor it anew; longhand and gpg write the checksum',
    find: ({ blocks }) => blocksWith(blocks.map(({ checksum }) => checksum === 'missing')),
  },
  'armor-checksum-wrong': {
    severity: 'error',
    what: 'armor whose checksum is of other octets',
    dislikes: {
      gpg: 'imports nothing (2.2)',
      rpm: 'imports nothing (4.18)',
      'x/crypto': 'reads nothing',
      gosop: 'reads nothing',
      rnp: 'warns',
    },
    remedy: 'get the certificate again: it may be damaged; then armor it anew',
    find: ({ blocks }) => blocksWith(blocks.map(({ checksum }) => checksum === 'wrong')),
  },
  'armor-several-blocks': {
    severity: 'error',
    what: 'several armored blocks, of which many readers see the first only',
    dislikes: {
      'openpgp.js': 'does not know the key of the second',
      'x/crypto': 'does not know the key of the second',
      gosop: 'does not know the key of the second',
    },
    remedy: 'put the packets of all certificates into one block, or each into a file of its own',
    find: ({ blocks }) =>
      blocks.length > 1 ? [{ component: 'file', detail: `${blocks.length} blocks` }] : [],
  },
  'certificates-several': {
    severity: 'note',
    what: 'several certificates, of which some readers take the first only',
    dislikes: { 'openpgp.js': 'reads the first (readKey)', gosop: 'refuses the file' },
    remedy: 'give each certificate a file of its own where one is asked for',
    find: ({ groups, blocks }) =>
      groups.length > 1 && blocks.length < 2
        ? [{ component: 'file', detail: `${groups.length} certificates` }]
        : [],
  },
  'secret-key': {
    severity: 'error',
    what: 'an OpenPGP secret key, not a certificate',
    dislikes: { rpm: 'imports nothing', gpg: 'imports the secret key of whoever published it' },
    remedy: 'if it was published, revoke the key; give away the output of gpg --export alone',
    find: ({ groups }) => groups.filter(isSecret).map(() => ({ component: 'file' })),
  },
}

function blocksWith(found: readonly boolean[]): Hit[] {
  return found.flatMap((is, at) => (is ? [{ component: `armored block ${at + 1}` }] : []))
}

const known: readonly number[] = Object.values(packetType)
/** Packets that belong in no certificate, although they have a name. */
const foreign: readonly number[] = [
  packetType.publicKeyEncryptedSessionKey,
  packetType.symmetricKeyEncryptedSessionKey,
  packetType.onePassSignature,
  packetType.compressedData,
  packetType.symmetricallyEncryptedData,
  packetType.literalData,
  packetType.symmetricallyEncryptedIntegrityProtectedData,
]

export const packetRules: CertificateRules = {
  'certificate-large': {
    severity: 'warning',
    what: `more than ${limits.wkdAnswerOctets} octets`,
    dislikes: {},
    documented:
      'Web Key Directory clients stop reading: Longhand after 64 KiB, GnuPG after 256 KiB ' +
      '(g10/call-dirmngr.c, MAX_WKD_RESULT_LENGTH)',
    remedy: 'publish a copy without the signatures of others: longhand keys export --minimal',
    find: ({ packets }) => {
      const size = packets.reduce((total, { octets }) => total + octets.length, 0)
      return size > limits.wkdAnswerOctets
        ? [{ component: 'certificate', detail: `${size} octets` }]
        : []
    },
  },
  'packet-unknown': {
    severity: 'error',
    what: 'a packet that does not belong in a certificate',
    dislikes: {
      'openpgp.js': 'refuses the whole certificate',
      rnp: 'refuses the whole certificate',
      sq: 'does not see a certificate',
    },
    remedy: 'take it out: export the certificate anew',
    find: ({ packets }) =>
      packets
        .filter(({ type }) => !known.includes(type) || foreign.includes(type))
        .map(({ type, offset }) => ({
          component: `packet at offset ${offset}`,
          detail: `${nameOf(packetType, type) ?? 'unknown type'} (${type})`,
        })),
  },
  'mpi-bits-inexact': {
    severity: 'error',
    what: 'a number that declares more bits than it has',
    dislikes: { sqv: 'counts the signature for nothing', rnp: 'warns' },
    remedy: 'have it signed again by something that counts bits: RFC 9580 §3.2',
    find: ({ inexact }) =>
      inexact.map(({ offset }) => ({ component: `signature at offset ${offset}` })),
  },
}

/** Rules about what self-signatures say, and about signatures that are something else. */

import { mayBeBy } from '../../../certificate/issuer.ts'
import { toHex } from '../../../octets.ts'
import { isRevocation } from '../../../packet/signature.ts'
import type { Signature } from '../../../packet/signature.ts'
import { findValue } from '../../../packet/subpacket.ts'
import {
  keyFlag,
  nameOf,
  packetType,
  signatureType,
  subpacketType as id,
} from '../../../registry.ts'
import { words } from '../../describe/words.ts'
import { keyFlagsOf } from '../own-signatures.ts'
import type { CertificateRules, Hit } from '../rule.ts'
import { componentsOf, keysOf } from '../subject.ts'
import type { Component, KeyComponent, Subject } from '../subject.ts'

/** Certifications by others that a certificate may carry before it is said. */
const manyByOthers = 100

export const signatureRules: CertificateRules = {
  'self-signature-version-3': {
    severity: 'error',
    what: 'a self-signature of version 3, which has no subpackets',
    dislikes: { 'x/crypto': 'counts it for nothing', 'openpgp.js': 'counts it for nothing' },
    remedy: 'have the key sign it again',
    find: (subject) =>
      subject.packets
        .filter(({ type, body }) => type === packetType.signature && (body[0] ?? 4) < 4)
        .filter(({ body }) => toHex(body.subarray(7, 15)) === subject.primary.key.keyId)
        .map(({ offset }) => ({ component: `signature at offset ${offset}` })),
  },
  'direct-key-signature-missing': {
    severity: 'error',
    what: 'a version 6 key without a direct key signature, which is what speaks for it',
    dislikes: { 'openpgp.js': 'refuses what it signs' },
    documented: 'RFC 9580 §10.1.1 requires one in version 6',
    remedy: 'have the key make one, with its key flags and its expiry',
    find: ({ primary }) =>
      primary.key.version === 6 && primary.own.newest === undefined
        ? [{ component: primary.name }]
        : [],
  },
  'self-signature-local': {
    severity: 'error',
    what: 'a self-signature that says it is not to leave the machine',
    dislikes: { gpg: 'leaves it out, and the key is bad' },
    remedy: 'have the key sign it again without the subpacket 4 (exportable certification)',
    find: (subject) =>
      current(
        subject,
        ({ hashed }) => findValue(hashed, id.exportableCertification)?.value === false,
      ),
  },
  'self-signature-no-issuer-key-id': {
    severity: 'error',
    what: 'a self-signature that does not name its key by key ID',
    dislikes: {
      gpg: 'does not find who made it (2.2)',
      'x/crypto': 'does not see a self-signature',
    },
    remedy: 'have the key sign it again with the unhashed subpacket 16 (issuer key ID)',
    find: (subject) => current(subject, (signature) => lacks(signature, id.issuerKeyId)),
  },
  'self-signature-no-issuer-fingerprint': {
    severity: 'note',
    what: 'a self-signature that names its key by key ID alone',
    dislikes: {},
    documented: 'RFC 9580 §5.2.3.35 wants the fingerprint in all signatures; key IDs collide',
    remedy: 'nothing is to be done now; the next self-signature should have subpacket 33',
    find: (subject) => current(subject, (signature) => lacks(signature, id.issuerFingerprint)),
  },
  'self-signature-duplicate-subpacket': {
    severity: 'error',
    what: 'a self-signature that says something twice',
    dislikes: { rpm: 'imports nothing when it is the key flags or the time (4.18)' },
    remedy: 'have the key sign it again, each subpacket once',
    find: (subject) =>
      componentsOf(subject).flatMap(({ name, own }) => {
        const type = own.current && duplicateIn(own.current)
        if (type === undefined) return []
        return [{ component: name, detail: words(nameOf(id, type)) ?? `type ${type}` }]
      }),
  },
  'key-flags-missing': {
    severity: 'error',
    what: 'no key flags, which say what a key may do',
    dislikes: { sqv: 'refuses what it signs', 'openpgp.js': 'refuses what it signs' },
    remedy: 'have the primary key sign it again with the subpacket 27: certify and sign',
    find: (subject) =>
      keysOf(subject)
        .filter((key) => mightSign(key) && statedFlags(subject, key) === 0)
        .map(({ name }) => ({ component: name })),
  },
  'signing-key-missing': {
    severity: 'error',
    what: 'no key that may sign',
    dislikes: {
      gpg: 'says wrong key usage',
      sqv: 'refuses what it signs',
      'x/crypto': 'does not know the key',
      gosop: 'accepts nothing',
      'openpgp.js': 'refuses what it signs',
    },
    remedy: 'bind a signing subkey: longhand keys bind-subkey',
    find: (subject) => {
      const flags = keysOf(subject).map((key) => statedFlags(subject, key))
      const none = flags[0] !== undefined && flags[0] !== 0
      const signs = flags.some((each) => each === 0 || ((each ?? 0) & keyFlag.sign) !== 0)
      return none && !signs ? [{ component: subject.primary.name }] : []
    },
  },
  'signature-misplaced': {
    severity: 'warning',
    what: 'a signature of a kind that does not belong there',
    dislikes: {
      gpg: 'calls it a bad signature',
      sq: 'calls it a bad signature',
      gosop: 'reads nothing',
    },
    remedy: 'export the certificate anew, without it',
    find: (subject) => [
      ...misplaced(subject.primary, [signatureType.directKey]),
      ...subject.userIds.flatMap((userId) => misplaced(userId, certifications)),
      ...subject.subkeys.flatMap((subkey) => misplaced(subkey, [signatureType.subkeyBinding])),
    ],
  },
  'signatures-by-others': {
    severity: 'warning',
    what: `more than ${manyByOthers} signatures by other keys`,
    dislikes: { gpg: 'reads them all at every import and checks none' },
    documented: 'anybody can flood a certificate on a key server: CVE-2019-13050',
    remedy: 'publish a copy without them: longhand keys export --minimal',
    find: (subject) => {
      const signatures = componentsOf(subject).flatMap((each) => each.signatures)
      const others = signatures.filter((each) => !mayBeBy(subject.primary.key, each)).length
      return others > manyByOthers
        ? [{ component: 'certificate', detail: `${others} signatures` }]
        : []
    },
  },
}

const certifications = [
  signatureType.genericCertification,
  signatureType.personaCertification,
  signatureType.casualCertification,
  signatureType.positiveCertification,
] as const
/** RFC 9580 §5.2.3.9: these may be there several times. */
const repeatable: readonly number[] = [id.notationData, id.embeddedSignature, id.revocationKey]

function current(subject: Subject, is: (signature: Signature) => boolean): Hit[] {
  return componentsOf(subject)
    .filter(({ own }) => own.current?.version === 4 && is(own.current))
    .map(({ name }) => ({ component: name }))
}

function lacks({ hashed, unhashed }: Signature, type: number): boolean {
  return ![...hashed, ...unhashed].some((subpacket) => subpacket.type === type)
}

function duplicateIn({ hashed }: Signature): number | undefined {
  const types = hashed.map(({ type }) => type)
  return types.find((type, at) => types.indexOf(type) !== at && !repeatable.includes(type))
}

/** The flags by the newest self-signatures, 0 for none; undefined when nothing speaks for the key. */
function statedFlags(subject: Subject, { role, own }: KeyComponent): number | undefined {
  if (role === 'subkey') return own.newest && (keyFlagsOf(own.newest) ?? 0)
  const spoken = [...subject.userIds, subject.primary].flatMap((each) => each.own.newest ?? [])
  if (spoken.length === 0) return undefined
  return spoken.map(keyFlagsOf).find((each) => each !== undefined) ?? 0
}

function mightSign({ key }: KeyComponent): boolean {
  return key.material.kind !== 'opaque' && key.algorithm !== 2
}

function misplaced({ name, signatures }: Component, types: readonly number[]): Hit[] {
  return (
    signatures
      // What takes back counts wherever it stands.
      .filter((each) => !types.includes(each.type) && !isRevocation(each))
      .map(({ type }) => ({
        component: name,
        detail: words(nameOf(signatureType, type)) ?? `type ${type}`,
      }))
  )
}

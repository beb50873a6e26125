/** Rules about the newest self-signature of a component that does not count. */

import { criticalUnknown } from '../own-signatures.ts'
import type { Fault } from '../own-signatures.ts'
import type { CertificateRules, Hit } from '../rule.ts'
import { componentsOf } from '../subject.ts'
import type { Component, Subject } from '../subject.ts'

export const selfSignatureRules: CertificateRules = {
  'self-signature-weak-hash': {
    severity: 'error',
    what: 'a self-signature by SHA-1, MD5 or RIPEMD-160',
    dislikes: { sqv: 'counts it for nothing since 2023' },
    remedy: 'have the key sign it again with SHA-256 or longer',
    find: (subject) => faulty(subject, 'weak-hash'),
  },
  'self-signature-critical': {
    severity: 'error',
    what: 'a self-signature with a critical subpacket that nobody knows',
    dislikes: {
      gpg: 'takes it for a bad signature',
      sqv: 'counts it for nothing',
      rpm: 'imports nothing',
      'x/crypto': 'reads nothing',
      gosop: 'reads nothing',
      rnp: 'loads nothing',
      'openpgp.js': 'counts it for nothing',
    },
    remedy: 'have the key sign it again without the subpacket, or with one that is not critical',
    find: (subject) =>
      faulty(subject, 'critical', ({ own }) => own.newest && criticalUnknown(own.newest)),
  },
  'self-signature-untimed': {
    severity: 'error',
    what: 'a self-signature without a hashed creation time',
    dislikes: {
      gpg: 'takes it for older than the key',
      sqv: 'counts it for nothing',
      rpm: 'imports nothing',
      'x/crypto': 'reads nothing',
      gosop: 'reads nothing',
      rnp: 'loads nothing',
      'openpgp.js': 'throws',
    },
    remedy: 'have the key sign it again; the time belongs into the hashed area',
    find: (subject) => faulty(subject, 'untimed'),
  },
  'self-signature-two-times': {
    severity: 'error',
    what: 'a self-signature with two creation times',
    dislikes: { rpm: 'imports nothing' },
    remedy: 'have the key sign it again with one time',
    find: (subject) => faulty(subject, 'two-times'),
  },
  'self-signature-before-key': {
    severity: 'error',
    what: 'a self-signature older than the key',
    dislikes: {
      gpg: 'drops what it is on',
      sqv: 'counts it for nothing',
      rnp: 'shows the key as invalid',
    },
    remedy: 'have the key sign it again now',
    find: (subject) => faulty(subject, 'before-key'),
  },
  'self-signature-in-future': {
    severity: 'error',
    what: 'a self-signature that is not made yet',
    dislikes: {
      sqv: 'counts it for nothing',
      rnp: 'shows the key as invalid',
      'openpgp.js': 'counts it for nothing',
    },
    remedy: 'have the key sign it again now; set the clock of what signed it',
    find: (subject) =>
      // Of a key that is not made yet nothing else can be.
      subject.primary.key.created > subject.at ? [] : faulty(subject, 'in-future'),
  },
  'self-signature-expired': {
    severity: 'error',
    what: 'a self-signature that has expired, which is another thing than an expired key',
    dislikes: {
      sqv: 'counts it for nothing',
      rnp: 'shows the key as invalid',
      'openpgp.js': 'counts it for nothing',
    },
    remedy: 'have the key sign it again; let the key expire (subpacket 9), not the signature (3)',
    find: (subject) => faulty(subject, 'expired'),
  },
  'self-signature-invalid': {
    severity: 'error',
    what: "a self-signature whose number is not the key's over this",
    dislikes: {
      gpg: 'drops what it is on',
      sqv: 'counts it for nothing',
      'x/crypto': 'reads nothing',
      gosop: 'reads nothing',
      rnp: 'shows the key as invalid',
      'openpgp.js': 'counts it for nothing',
    },
    remedy: 'get the certificate again from its owner: this one is damaged or forged',
    find: (subject) => faulty(subject, 'invalid'),
  },
}

function faulty(
  subject: Subject,
  fault: Fault,
  detail: (component: Component) => string | undefined = () => undefined,
): Hit[] {
  return componentsOf(subject)
    .filter(({ own }) => own.fault === fault)
    .map((component) => {
      const said = detail(component)
      return { component: component.name, ...(said === undefined ? {} : { detail: said }) }
    })
}

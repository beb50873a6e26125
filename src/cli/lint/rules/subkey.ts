/** Rules about subkeys. */

import { keyFlag } from '../../../registry.ts'
import { isoTime } from '../../../signature/time.ts'
import { keyFlagsOf } from '../own-signatures.ts'
import type { CertificateRules, Hit } from '../rule.ts'
import type { KeyComponent, Subject } from '../subject.ts'

export const subkeyRules: CertificateRules = {
  'subkey-unbound': {
    severity: 'error',
    what: 'a subkey that the primary key has not signed',
    dislikes: { rpm: 'imports nothing', 'x/crypto': 'reads nothing', gosop: 'reads nothing' },
    remedy: 'take it out, or have the primary key bind it',
    find: (subject) => of(subject, ({ own }) => own.newest === undefined),
  },
  'subkey-no-back-signature': {
    severity: 'error',
    what: 'a signing subkey that has not signed that it belongs to the primary key',
    dislikes: {
      gpg: 'calls it not cross-certified, and refuses what it signs',
      sqv: 'refuses what it signs',
      'x/crypto': 'reads nothing',
      gosop: 'reads nothing',
      rnp: 'refuses what it signs',
      'openpgp.js': 'refuses what it signs',
    },
    remedy: 'bind it again with a primary key binding signature (gpg: cross-certify)',
    find: (subject) => of(subject, ({ own }) => own.fault === 'no-back-signature'),
  },
  'subkey-back-signature-weak': {
    severity: 'error',
    what: 'a signing subkey whose own signature on the primary key is by SHA-1',
    dislikes: { sqv: 'refuses what it signs' },
    remedy: 'bind it again, with SHA-256 for both signatures',
    find: (subject) => of(subject, ({ own }) => own.fault === 'back-signature-weak'),
  },
  'subkey-expired': {
    severity: 'warning',
    what: 'a signing subkey that has expired, and the primary key has not',
    dislikes: {
      gpg: 'calls what it signs expired',
      sqv: 'refuses what it signs after that day',
      sq: 'calls it not live',
    },
    remedy: 'add a new signing subkey or extend this one; keep it, for its old signatures',
    find: ({ subkeys, primary, at }) =>
      subkeys
        .filter(({ expires = Infinity }) => expires <= at && at < (primary.expires ?? Infinity))
        .filter(({ own }) => (keyFlagsOf(own.newest) ?? 0) & keyFlag.sign)
        .map(({ name, expires = 0 }) => ({ component: name, detail: isoTime(expires) })),
  },
}

function of({ subkeys }: Subject, is: (subkey: KeyComponent) => boolean): Hit[] {
  return subkeys.filter(is).map(({ name }) => ({ component: name }))
}

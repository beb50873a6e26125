/** Rules about User IDs. */

import { limits } from '../../../limits.ts'
import { fromUtf8 } from '../../../octets.ts'
import { findValue } from '../../../packet/subpacket.ts'
import { emailOf } from '../../../packet/user-id.ts'
import { subpacketType } from '../../../registry.ts'
import type { CertificateRules, Hit } from '../rule.ts'
import type { Subject, UserIdComponent } from '../subject.ts'

export const userIdRules: CertificateRules = {
  'user-id-missing': {
    severity: 'error',
    what: 'no User ID',
    dislikes: {
      gpg: 'skips the certificate',
      'x/crypto': 'reads nothing',
      gosop: 'reads nothing',
      'openpgp.js': 'refuses what it signs',
    },
    remedy: 'add a User ID: "Name <address>"',
    find: ({ userIds }) => (userIds.length === 0 ? [{ component: 'certificate' }] : []),
  },
  'user-id-unsigned': {
    severity: 'warning',
    what: 'a User ID that the key has not signed',
    dislikes: { gpg: 'skips it', sq: 'shows it as invalid', rnp: 'shows it as invalid' },
    remedy: 'take it out, or have the primary key certify it',
    find: (subject) => of(subject, ({ own }) => own.newest === undefined && !isOld(subject)),
  },
  'user-id-duplicate': {
    severity: 'warning',
    what: 'a User ID twice',
    dislikes: { gpg: 'merges them, and says so', rnp: 'shows the second as invalid' },
    remedy: 'export the certificate from gpg or longhand, which write it once',
    find: (subject) => of(subject, ({ copies }) => copies > 1),
  },
  'user-id-not-utf8': {
    severity: 'error',
    what: 'a User ID that is not UTF-8',
    dislikes: {
      'openpgp.js': 'hashes other octets, and refuses what it signs',
      gpg: 'shows octets in hexadecimal',
    },
    remedy: 'add the User ID again in UTF-8, and revoke this one',
    find: (subject) => of(subject, ({ userId }) => fromUtf8(userId.body) === undefined),
  },
  'user-id-control': {
    severity: 'error',
    what: 'a User ID with control characters or line breaks',
    dislikes: { sq: 'prints them, so that the User ID forges lines of its output' },
    documented: 'text in a signature forged status lines of GnuPG in that way: CVE-2022-34903',
    remedy: 'add a User ID in plain text on one line, and revoke this one',
    find: (subject) =>
      of(subject, ({ userId }) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(fromUtf8(userId.body) ?? '')),
  },
  'user-id-long': {
    severity: 'error',
    what: `a User ID of more than ${limits.userIdOctets} octets`,
    dislikes: { gpg: 'drops it' },
    remedy: 'add a shorter User ID',
    find: (subject) => of(subject, ({ userId }) => userId.body.length > limits.userIdOctets),
  },
  'user-id-no-address': {
    severity: 'warning',
    what: 'no User ID with an e-mail address',
    dislikes: { sq: 'puts it in no Web Key Directory' },
    documented: 'keys.openpgp.org finds certificates by verified addresses',
    remedy: 'add a User ID with an address: "Name <address>"',
    find: ({ userIds }) =>
      userIds.length > 0 && userIds.every(({ userId }) => emailOf(userId) === undefined)
        ? [{ component: 'certificate' }]
        : [],
  },
  'user-id-several-primary': {
    severity: 'warning',
    what: 'several User IDs that are flagged as the primary one',
    dislikes: {
      gpg: 'shows one of them',
      sq: 'shows another first',
    },
    remedy: 'have the key certify all but one again, without the flag',
    find: (subject) => {
      const flagged = of(subject, isPrimary)
      return flagged.length > 1 ? flagged : []
    },
  },
}

function of({ userIds }: Subject, is: (userId: UserIdComponent) => boolean): Hit[] {
  return userIds.filter(is).map(({ name }) => ({ component: name }))
}

function isPrimary({ own }: UserIdComponent): boolean {
  return (
    own.current !== undefined &&
    findValue(own.current.hashed, subpacketType.primaryUserId)?.value === true
  )
}

/** Self-signatures of version 3 are not among the signatures that are read. */
function isOld({ packets }: Subject): boolean {
  return packets.some(({ type, body }) => type === 2 && (body[0] ?? 4) < 4)
}

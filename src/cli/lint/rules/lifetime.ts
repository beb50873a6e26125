/** Rules about expiry and revocation. */

import { mayBeBy } from '../../../certificate/issuer.ts'
import { equal } from '../../../octets.ts'
import { isRevocation } from '../../../packet/signature.ts'
import { keyFlag, revocationReason, subpacketType } from '../../../registry.ts'
import { isoTime } from '../../../signature/time.ts'
import { keyFlagsOf } from '../own-signatures.ts'
import type { CertificateRules, Hit } from '../rule.ts'
import { componentsOf, keysOf } from '../subject.ts'
import type { KeyComponent, Subject } from '../subject.ts'

/** Seconds before its end in which a key is said to expire soon: 90 days. */
const soon = 90 * 86_400

export const lifetimeRules: CertificateRules = {
  'key-expired': {
    severity: 'error',
    what: 'a primary key that has expired',
    dislikes: {
      gpg: 'calls what it signs expired',
      sq: 'calls it not live',
      'openpgp.js': 'calls it expired',
      rnp: 'calls it expired',
    },
    remedy: 'extend it, longhand keys extend, and publish it',
    find: ({ primary, at }) =>
      primary.expires !== undefined && primary.expires <= at ? [ending(primary)] : [],
  },
  'key-expires-soon': {
    severity: 'warning',
    what: 'a key that expires within 90 days',
    dislikes: { gpg: 'calls what it signs after that day expired' },
    remedy:
      'extend it, longhand keys extend, and publish it now: clients fetch certificates seldom',
    find: (subject) =>
      signers(subject)
        .filter(({ expires = Infinity }) => expires > subject.at && expires <= subject.at + soon)
        .map(ending),
  },
  'key-no-expiry': {
    severity: 'note',
    what: 'a primary key that never expires',
    dislikes: {},
    documented: "Gentoo's GLEP 63 asks for an expiry within 900 days",
    remedy: 'nothing need be done; an expiry bounds the harm when key and revocation are lost',
    find: ({ primary, userIds }) => {
      const speaking = primary.key.version === 6 ? [primary] : [primary, ...userIds]
      const speaks = speaking.some(({ own }) => own.current !== undefined)
      return speaks && primary.expires === undefined ? [{ component: primary.name }] : []
    },
  },
  'key-revoked': {
    severity: 'error',
    what: 'a primary key that is revoked',
    dislikes: {
      gpg: 'says so of each signature, and verifies it (exit status 0)',
      'openpgp.js': 'calls it revoked',
      'x/crypto': 'does not know the key',
      rnp: 'shows it as revoked',
    },
    remedy: 'use its successor; go on publishing this certificate, so that others learn of it',
    find: ({ primary, evaluated }) => {
      const { revocation } = evaluated.primary
      return revocation
        ? [{ component: primary.name, detail: `revoked ${isoTime(revocation.created)}` }]
        : []
    },
  },
  'revocation-without-reason': {
    severity: 'warning',
    what: 'a revocation without a reason, which voids every signature the key ever made',
    dislikes: {
      sqv: 'refuses signatures made before the revocation',
      'openpgp.js': 'refuses signatures made before the revocation',
      rnp: 'warns',
    },
    remedy: 'if the key was merely retired or replaced, revoke it again with that reason',
    find: ({ primary, evaluated }) => {
      const { revocation } = evaluated.primary
      const reason = revocation && (revocation.reason ?? revocationReason.noReason)
      return reason === revocationReason.noReason ? [{ component: primary.name }] : []
    },
  },
  'revocation-invalid': {
    severity: 'error',
    what: 'a revocation that the key has not made, and that revokes nothing',
    dislikes: {
      gpg: 'calls it a bad signature',
      'x/crypto': 'reads nothing',
      gosop: 'reads nothing',
    },
    remedy: 'take it out; if it was meant, revoke again',
    find: (subject) => {
      const { rejected } = subject.evaluated
      return componentsOf(subject).flatMap(({ name, signatures }) =>
        signatures
          .filter((each) => isRevocation(each) && mayBeBy(subject.primary.key, each))
          .filter((each) =>
            rejected.some(({ signature }) => signature && equal(signature.body, each.body)),
          )
          .map(() => ({ component: name })),
      )
    },
  },
  'revoker-designated': {
    severity: 'error',
    what: 'another key that may revoke this one, which RFC 9580 has given up',
    dislikes: { 'openpgp.js': 'refuses what the key signs' },
    remedy: 'have the key sign again without subpacket 12; keep a revocation in a safe place',
    find: (subject) =>
      componentsOf(subject)
        .filter(({ own }) =>
          own.current?.hashed.some(({ type }) => type === subpacketType.revocationKey),
        )
        .map(({ name }) => ({ component: name })),
  },
}

/** The primary key, and the subkeys that may sign. */
function signers(subject: Subject): KeyComponent[] {
  return keysOf(subject).filter(
    ({ role, own }) => role === 'primary' || ((keyFlagsOf(own.current) ?? 0) & keyFlag.sign) !== 0,
  )
}

function ending({ name, expires }: KeyComponent): Hit {
  return { component: name, ...(expires === undefined ? {} : { detail: isoTime(expires) }) }
}

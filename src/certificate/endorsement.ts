/**
 * Endorsements: a certificate's word on who follows it. A certification (0x13, RFC 9580 §5.2.1.7) by
 * the old certificate's primary key over a User ID of the new one, with a critical notation
 * (§5.2.3.24) in the owner's name space: `successor@DOMAIN` says `old=FPR; new=FPR; serial=N`.
 */

import { fromUtf8, utf8 } from '../octets.ts'
import { creationTime, expirationTime } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import { critical, subpacket } from '../packet/subpacket.ts'
import type { RawSubpacket } from '../packet/subpacket.ts'
import { emailOf } from '../packet/user-id.ts'
import type { UserId } from '../packet/user-id.ts'
import * as signatureType from '../registry/signature-type.ts'
import * as subpacketType from '../registry/subpacket-type.ts'

/** Why the rotation authority replaces a key. */
export type ReplacementReason = 'compromised' | 'lost'

/** A key that is void from now on and always was; only a rotation authority may say it. */
export interface Replacement {
  /** Fingerprint of the certificate that is replaced. */
  readonly fingerprint: string
  readonly reason: ReplacementReason
}

/** What an endorsement says. Fingerprints are upper-case hexadecimal, of primary keys. */
export interface EndorsementClaim {
  /** Of the certificate that endorses. */
  readonly old: string
  /** Of the certificate that follows. */
  readonly new: string
  /** The how-manieth certificate of its owner the new one is: serials rise along a chain. */
  readonly serial: number
  readonly replaces: Replacement | undefined
}

/** A signature that has the form of an endorsement. Whose it is was not looked at. */
export interface Endorsement extends EndorsementClaim {
  /** The owner's name space, a domain name. */
  readonly domain: string
  readonly signature: Signature
  /** Whole seconds since 1970. */
  readonly created: number
  /** When it stops to count, whole seconds since 1970. */
  readonly expires: number
}

/** The largest serial: what nine digits hold. */
export const lastSerial = 999_999_999

const fingerprintForm = '(?:[0-9A-F]{40}|[0-9A-F]{64})'
const claimForm = new RegExp(
  `^old=(?<old>${fingerprintForm}); new=(?<new>${fingerprintForm}); serial=(?<serial>[1-9][0-9]{0,8})` +
    `(?:; replaces=(?<replaces>${fingerprintForm}); reason=(?<reason>compromised|lost))?$`,
)

/** The notation's name for a domain. */
export function successorNotation(domain: string): string {
  return `successor@${domain}`
}

/** The domain of the address in a User ID, in lower case; undefined when it has none. */
export function domainOf(userId: UserId): string | undefined {
  const email = emailOf(userId)
  return email?.slice(email.lastIndexOf('@') + 1).toLowerCase()
}

/** The notation's value. */
export function writeClaim({ replaces, serial, ...claim }: EndorsementClaim): string {
  const said = `old=${claim.old}; new=${claim.new}; serial=${serial}`
  return replaces ? `${said}; replaces=${replaces.fingerprint}; reason=${replaces.reason}` : said
}

/** What a notation's value says; undefined unless it is exactly what `writeClaim` writes. */
export function readClaim(text: string): EndorsementClaim | undefined {
  const fields = claimForm.exec(text)?.groups
  if (!fields) return undefined
  const { old = '', new: next = '', serial, replaces, reason } = fields
  const replacement =
    replaces === undefined
      ? undefined
      : {
          fingerprint: replaces,
          reason: reason === 'lost' ? ('lost' as const) : ('compromised' as const),
        }
  return { old, new: next, serial: Number(serial), replaces: replacement }
}

/** The hashed subpackets of an endorsement, besides those that every signature has. */
export function endorsementSubpackets(
  claim: EndorsementClaim,
  domain: string,
  expiresAfter: number,
): RawSubpacket[] {
  const name = successorNotation(domain)
  const value = utf8(writeClaim(claim))
  return [
    subpacket({ type: subpacketType.signatureExpirationTime, seconds: expiresAfter }),
    critical(subpacket({ type: subpacketType.notationData, name, value, humanReadable: true })),
  ]
}

/** What an endorsement's hashed area holds, each exactly once, and nothing besides. */
const hashedTypes: readonly number[] = [
  subpacketType.signatureCreationTime,
  subpacketType.signatureExpirationTime,
  subpacketType.notationData,
  subpacketType.issuerFingerprint,
]

/**
 * Reads a signature as an endorsement; undefined for everything that is not exactly one: another
 * type, a notation that is not critical, not text or in the unhashed area, another issuer than
 * `old`, no expiry, any further field or subpacket (a trust signature is one). `domain` is the name
 * space. Not checked: whether the key `old` made it, and whether that key may.
 */
export function readEndorsement(signature: Signature, domain: string): Endorsement | undefined {
  if (signature.type !== signatureType.positiveCertification) return undefined
  const { hashed } = signature
  const types = hashed.map(({ type }) => type).sort((a, b) => a - b)
  if (types.join() !== hashedTypes.join()) return undefined
  const notation = hashed.find(({ value }) => value.type === subpacketType.notationData)
  const issuer = hashed.find(({ value }) => value.type === subpacketType.issuerFingerprint)
  if (notation?.value.type !== subpacketType.notationData || !notation.critical) return undefined
  const { name, value, humanReadable } = notation.value
  if (!humanReadable || name !== successorNotation(domain)) return undefined
  const claim = readClaim(fromUtf8(value) ?? '')
  if (issuer?.value.type !== subpacketType.issuerFingerprint) return undefined
  if (!claim || claim.old !== issuer.value.fingerprint || claim.old === claim.new) return undefined
  if (claim.replaces?.fingerprint === claim.new || claim.replaces?.fingerprint === claim.old) {
    return undefined
  }
  const created = creationTime(signature)
  const expires = expirationTime(signature)
  if (created === undefined || expires === undefined) return undefined
  return { ...claim, domain, signature, created, expires }
}

/** Mail addresses and where a Web Key Directory keeps their certificates. */

import { OpenPGPError } from '../errors.ts'
import { utf8 } from '../octets.ts'
import type { Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import { encodeZbase32 } from './zbase32.ts'

export interface Address {
  /** The part before the `@`, as it was written. */
  readonly local: string
  /** The part after the `@`, in lower case. */
  readonly domain: string
}

/** The four URLs of one address: two methods, each with the policy file of its domain. */
export interface WkdUrls {
  /** On the host `openpgpkey.DOMAIN`; asked first. */
  readonly advanced: string
  /** On the domain itself; asked only when the other host does not exist. */
  readonly direct: string
  readonly advancedPolicy: string
  readonly directPolicy: string
}

/** A dot-atom of RFC 5322 §3.2.3, with the letters and digits that RFC 6531 §3.3 adds. */
const localForm =
  /^[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+(\.[\w!#$%&'*+/=?^`{|}~\p{L}\p{M}\p{N}-]+)*$/u
/** Letters, digits and inner hyphens, RFC 1123 §2.1. */
const domainForm = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/

/** ASCII letters in lower case and nothing else changed, as the draft's §3.1 says. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** A domain name in lower case; code `usage` for anything that is not a host's ASCII name. */
export function parseDomain(text: string): string {
  const domain = lowerAscii(text)
  if (/[^\0-\x7f]/.test(domain)) {
    throw new OpenPGPError('usage', `the domain ${text} is not written in ASCII`, {
      hint: 'write it in its punycode form, which begins with xn--',
    })
  }
  if (domain.length > 253 || !domainForm.test(domain) || /(^|\.)[0-9]+$/.test(domain)) {
    throw new OpenPGPError('usage', `${text || 'the empty string'} is not a domain name`, {
      hint: 'write a host name such as example.org, without a dot at its end',
    })
  }
  return domain
}

/**
 * Takes a bare mail address apart; RFC 5321 §4.5.3.1.1 bounds the local part at 64 octets.
 * Code `usage` for everything else: display names, quoted local parts, address literals.
 */
export function parseAddress(email: string): Address {
  const at = email.lastIndexOf('@')
  const local = email.slice(0, Math.max(at, 0))
  if (at < 0 || !localForm.test(local) || utf8(local).length > 64) {
    throw new OpenPGPError('usage', `${email || 'the empty string'} is not a mail address`, {
      hint: 'write it as joe@example.org, without a name, quotes or angle brackets',
    })
  }
  return { local, domain: parseDomain(email.slice(at + 1)) }
}

/** The name of the address's file: z-base-32 of the SHA-1 of the local part in lower case. */
export function wkdHash(address: Address, primitives: Primitives = portable): string {
  const hasher = primitives.hasher('SHA-1')
  hasher.update(utf8(lowerAscii(address.local)))
  return encodeZbase32(hasher.digest())
}

/** Where both methods of draft-koch-openpgp-webkey-service §3.1 look for an address. */
export function wkdUrls(address: string | Address, primitives: Primitives = portable): WkdUrls {
  const { local, domain } = parseAddress(
    typeof address === 'string' ? address : `${address.local}@${address.domain}`,
  )
  const key = `hu/${wkdHash({ local, domain }, primitives)}?l=${encodeURIComponent(local)}`
  const advanced = `https://openpgpkey.${domain}/.well-known/openpgpkey/${domain}`
  const direct = `https://${domain}/.well-known/openpgpkey`
  return {
    advanced: `${advanced}/${key}`,
    direct: `${direct}/${key}`,
    advancedPolicy: `${advanced}/policy`,
    directPolicy: `${direct}/policy`,
  }
}

/** User ID packets, RFC 9580 §5.11: any UTF-8 text, by convention "Name <address>". */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { fromLatin1, fromUtf8, utf8 } from '../octets.ts'

export interface UserId {
  /** The text; octets that are not UTF-8 are shown one character each. */
  readonly text: string
  /** The packet's body. */
  readonly body: Uint8Array
}

export function readUserId(body: Uint8Array): UserId {
  return Object.freeze({ text: fromUtf8(body) ?? fromLatin1(body), body })
}

/**
 * The User ID "Name <address>" that we mint. `usage` for control characters, line breaks, angle
 * brackets in a part, white space at an end, an address without exactly one @ between two parts.
 */
export function createUserId(name: string, email: string): UserId {
  // A line break or an escape in a User ID forges what other tools print.
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}<>]/u.test(name + email)) {
    throw new OpenPGPError('usage', 'a User ID may not hold control characters or angle brackets', {
      hint: 'give the name and the address as plain text on one line',
    })
  }
  if (name === '' || name !== name.trim()) {
    throw new OpenPGPError('usage', 'the name of a User ID is empty or has spaces around it')
  }
  if (!/^[^\s@(),:;"[\]\\]+@[^\s@(),:;"[\]\\]+$/u.test(email)) {
    throw new OpenPGPError('usage', `${JSON.stringify(email)} is not an e-mail address`)
  }
  const body = utf8(`${name} <${email}>`)
  if (body.length > limits.userIdOctets) {
    throw new OpenPGPError('usage', `the User ID has ${body.length} octets`, {
      hint: `${limits.userIdOctets} octets is the most`,
    })
  }
  return readUserId(body)
}

/** The address of a User ID: what stands in its last angle brackets, or all of it if it is one. */
export function emailOf(userId: UserId): string | undefined {
  const address = /<([^<>]*)>\s*$/u.exec(userId.text)?.[1] ?? userId.text
  return /^[^\s@<>]+@[^\s@<>]+$/u.test(address) ? address : undefined
}

/** Whom an access token of Microsoft Entra ID is for, as it says itself. */

import { foreignText } from './foreign.ts'
import { decodeBase64url, readJson } from './json.ts'

/** Claims that say who it is, in the order in which they say most, each with its word. */
const claims = {
  upn: 'user',
  unique_name: 'user',
  appid: 'application',
  azp: 'application',
  xms_mirid: 'managed identity',
  oid: 'object',
  tid: 'tenant',
} as const

/**
 * Whom an access token of Microsoft Entra ID is for, by the claims of the JWT (RFC 7519 §4) that it
 * is. Its signature is not checked, since it is not for us: this is what it says, and no proof.
 */
export function tokenHolder(token: string): string | undefined {
  const [, payload] = token.split('.')
  const octets = decodeBase64url(payload)
  const said = octets && readJson(octets)
  if (said === undefined) return undefined
  const found = new Map<string, string>()
  for (const [claim, word] of Object.entries(claims)) {
    const value = said[claim]
    if (typeof value === 'string' && !found.has(word)) found.set(word, foreignText(value))
  }
  const words = [...found].map(([word, value]) => `${word} ${value}`)
  return words.length === 0 ? undefined : `${words.join(', ')}; the token says so, unchecked`
}

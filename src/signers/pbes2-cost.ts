/** What it costs to open a PBES2 key, RFC 8018 §6.2, seen before OpenSSL pays it. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { fromLatin1 } from '../octets.ts'

/** Object identifiers as DER contents, one character an octet. */
const pbkdf2 = '\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c' // 1.2.840.113549.1.5.12, RFC 8018 appendix A.2
const scrypt = '\x2b\x06\x01\x04\x01\xda\x47\x04\x0b' // 1.3.6.1.4.1.11591.4.11, of scrypt's own RFC
const hmac = '\x2a\x86\x48\x86\xf7\x0d\x02' // 1.2.840.113549.2: HMAC with SHA-2 is 8 to 13
const sha2 = [8, 9, 10, 11, 12, 13]

const sequence = 0x30
const integer = 0x02
const objectIdentifier = 0x06

interface Element {
  readonly tag: number
  readonly contents: Uint8Array
}

/**
 * Refuses an EncryptedPrivateKeyInfo whose key derivation is not PBKDF2 with SHA-2 or scrypt, or
 * costs more than `limits` allow. `der` is PBES2; what cannot be read as DER is `malformed`.
 *
 * Errors: `unsupported`, with the command that converts; `limit`; `malformed`.
 */
export function requireFairCost(der: Uint8Array, id: string, convert: string): void {
  const malformed = (): OpenPGPError =>
    new OpenPGPError('malformed', `${id}: the encrypted key is not an EncryptedPrivateKeyInfo`)
  const into = (element: Element | undefined): Element[] => {
    const elements = element?.tag === sequence ? readElements(element.contents) : undefined
    if (elements === undefined) throw malformed()
    return elements
  }
  const number = (element: Element | undefined): number => {
    if (element?.tag !== integer || element.contents.length === 0) throw malformed()
    return element.contents.reduce((value, octet) => 256 * value + octet, 0)
  }
  const refuse = (what: string): OpenPGPError =>
    new OpenPGPError('unsupported', `${id} is encrypted under ${what}`, {
      hint: `convert it: ${convert}`,
    })
  const limit = (what: string): OpenPGPError =>
    new OpenPGPError('limit', `${id}: to open it takes ${what}`, { hint: `convert it: ${convert}` })

  const [info] = readElements(der) ?? []
  const [scheme] = into(info)
  const [, parameters] = into(scheme)
  const [derivation] = into(parameters)
  const [kdf, options] = into(derivation)
  const name = kdf?.tag === objectIdentifier ? fromLatin1(kdf.contents) : ''
  const [, ...members] = into(options) // the first is the salt
  const numbers = members.filter(({ tag }) => tag === integer).map(number)

  if (name === pbkdf2) {
    const [iterations] = numbers
    if (iterations === undefined) throw malformed()
    const prf = members.find(({ tag }) => tag === sequence)
    if (!isHmacSha2(prf && into(prf)[0])) throw refuse('a hash that is not SHA-2')
    if (iterations > limits.pbkdf2Iterations) {
      throw limit(`over ${limits.pbkdf2Iterations} iterations`)
    }
  } else if (name === scrypt) {
    const [n, r, p] = numbers
    if (n === undefined || r === undefined || p === undefined) throw malformed()
    if (128 * n * r > limits.scryptOctets) throw limit(`over ${limits.scryptOctets} octets`)
    if (p > limits.scryptParallel) throw limit(`over ${limits.scryptParallel} passes of scrypt`)
  } else throw refuse('a key derivation that is neither PBKDF2 nor scrypt')
}

/** Without one it is HMAC-SHA-1, RFC 8018 appendix A.2. */
function isHmacSha2(prf: Element | undefined): boolean {
  if (prf?.tag !== objectIdentifier) return false
  const oid = fromLatin1(prf.contents)
  return oid.startsWith(hmac) && sha2.includes(oid.charCodeAt(hmac.length)) && oid.length === 8
}

/** DER, X.690 §8.1: tags of one octet, definite lengths; undefined when it is something else. */
function readElements(octets: Uint8Array): Element[] | undefined {
  const elements: Element[] = []
  for (let at = 0; at < octets.length;) {
    const [tag = 0, first = 0] = octets.subarray(at, at + 2)
    const more = first > 0x80 ? first - 0x80 : 0
    if (first === 0x80 || more > 4 || at + 2 + more > octets.length) return undefined
    const counted = octets.subarray(at + 2, at + 2 + more)
    const length = more > 0 ? counted.reduce((sum, octet) => 256 * sum + octet, 0) : first
    const start = at + 2 + more
    if (start + length > octets.length) return undefined
    elements.push({ tag, contents: octets.subarray(start, start + length) })
    at = start + length
  }
  return elements
}

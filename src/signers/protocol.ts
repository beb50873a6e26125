/** The messages of the signer protocol, docs/signer-protocol.md: what is asked, and what is read. */

import { OpenPGPError } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import { limits } from '../limits.ts'
import { fromUtf8, toHex } from '../octets.ts'
import type { Digest, SigningSubject } from '../signature/signer.ts'
import { decodeBase64 } from '../wire/base64.ts'

/** The version that is spoken here; there is no other yet. */
const version = 1

/** Octets of a public key or a signature: no key that is read is longer. */
const longestValue = 8192

/** Characters of an error's message or hint. */
const longestText = 1000

/** Who answers, and how its words may be repeated. */
export interface Source {
  /** Names the signer in errors. */
  readonly id: string
  /** Makes foreign text one line without a secret. */
  readonly tell: (text: string) => string
}

export type Answer =
  | { readonly kind: 'public-key' | 'signature'; readonly octets: Uint8Array }
  | { readonly kind: 'error'; readonly error: OpenPGPError }

/** Asks for the public key, on one line. */
export function publicKeyRequest(): string {
  return `${JSON.stringify({ longhand: version, request: 'public-key' })}\n`
}

/** Asks for a signature over a digest, on one line. */
export function signRequest({ algorithm, octets }: Digest, subject?: SigningSubject): string {
  const request = {
    longhand: version,
    request: 'sign',
    digest: { algorithm, hex: toHex(octets) },
    ...(subject === undefined ? {} : { subject: describe(subject) }),
  }
  return `${JSON.stringify(request)}\n`
}

function describe({ purpose, type, created, fingerprint }: SigningSubject): object {
  const time = new Date(created * 1000).toISOString().replace('.000Z', 'Z')
  return { purpose, type, created: time, fingerprint }
}

/**
 * Reads an answer: one JSON object of the version and one more member, of the shapes of
 * docs/signer-protocol.md and no others. Whether it answers what was asked is not looked at here.
 *
 * Errors: `signer-answer`; `unsupported` for another version.
 */
export function readProtocolAnswer(octets: Uint8Array, source: Source): Answer {
  const answer = parse(octets, source.id)
  const said = Object.hasOwn(answer, 'longhand') ? answer['longhand'] : undefined
  if (!Number.isSafeInteger(said)) throw wrongAnswer(source.id, 'without a version')
  if (said !== version) {
    throw new OpenPGPError(
      'unsupported',
      `${source.id} speaks version ${said as number} of the signer protocol, not ${version}`,
      { hint: 'docs/signer-protocol.md describes version 1' },
    )
  }
  const [name = '', ...more] = Object.keys(answer).filter((one) => one !== 'longhand')
  if (more.length > 0) throw wrongAnswer(source.id, 'with more than one thing')
  switch (name) {
    case 'public-key':
    case 'signature':
      return { kind: name, octets: readOctets(answer[name], `a ${name}`, source.id) }
    case 'error':
      return { kind: 'error', error: readError(answer[name], source) }
    default:
      throw wrongAnswer(source.id, 'with neither a public key nor a signature nor an error')
  }
}

/** The error of an answer that is not one. */
export function wrongAnswer(id: string, what: string): OpenPGPError {
  return new OpenPGPError('signer-answer', `${id} answered ${what}`, {
    hint: 'docs/signer-protocol.md says what an answer has to be',
  })
}

/** The parser's own error would repeat the text, and is left out. */
function parse(octets: Uint8Array, id: string): Readonly<Record<string, unknown>> {
  if (octets.length > limits.signerAnswerOctets) {
    throw wrongAnswer(id, `with more than ${limits.signerAnswerOctets} octets`)
  }
  const text = fromUtf8(octets)
  if (text === undefined) throw wrongAnswer(id, 'with what is not UTF-8')
  if (text.trim() === '') throw wrongAnswer(id, 'nothing')
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value)) return value
  } catch {
    throw wrongAnswer(id, 'with what is not JSON')
  }
  throw wrongAnswer(id, 'with JSON that is no object')
}

function readOctets(value: unknown, what: string, id: string): Uint8Array {
  const octets = typeof value === 'string' ? decodeBase64(value) : undefined
  if (octets === undefined) throw wrongAnswer(id, `with ${what} that is not base64`)
  if (octets.length > 0 && octets.length <= longestValue) return octets
  throw wrongAnswer(id, `with ${what} of ${octets.length} octets`)
}

/** The codes that a signer may answer: what they say in a message, and what helps. */
const errors: Partial<Record<ErrorCode, { sentence: string; hint: string }>> = {
  'signer-denied': {
    sentence: 'the signer refused',
    hint: 'ask those who run the signer what it signs, and for whom',
  },
  'key-missing': {
    sentence: 'the signer does not have this key',
    hint: 'check how the key is named',
  },
  'key-unusable': {
    sentence: 'the key cannot sign in its present state',
    hint: 'see whether the key is enabled, and made for signing',
  },
  'signer-unavailable': {
    sentence: 'the signer failed',
    hint: 'nothing was signed; try again later',
  },
  unsupported: {
    sentence: 'the signer cannot do this',
    hint: 'see which versions, keys and hashes the signer supports',
  },
}

function readError(value: unknown, { id, tell }: Source): OpenPGPError {
  if (!isObject(value)) throw wrongAnswer(id, 'with an error that is no object')
  const { code, message, hint, ...more } = value
  if (!isText(message) || !(hint === undefined || isText(hint)) || Object.keys(more).length > 0) {
    throw wrongAnswer(id, 'with an error of another form')
  }
  const known = (Object.keys(errors) as ErrorCode[]).find((one) => one === code)
  const row = known === undefined ? undefined : errors[known]
  if (known === undefined || row === undefined) {
    throw wrongAnswer(id, `with an error of an unknown code (${tell(message)})`)
  }
  return new OpenPGPError(known, `${id}: ${row.sentence} (${tell(message)})`, {
    hint: hint === undefined ? row.hint : `the signer says: ${tell(hint)}`,
  })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && [...value].length <= longestText
}

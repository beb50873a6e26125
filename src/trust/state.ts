/** What a client remembers: once seen, it stays seen. The text is JSON; where it is kept is injected. */

import { parseCertificates } from '../certificate/certificate.ts'
import type { Certificate } from '../certificate/certificate.ts'
import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { trustLimits } from '../limits.ts'
import type { Primitives } from '../signature/hasher.ts'
import { decodeBase64, encodeBase64 } from '../wire/base64.ts'
import { parseVersion } from './version.ts'

/** Where the text is kept: a file, or the storage of a browser. */
export interface TrustState {
  /** What was saved last; undefined before the first time. */
  load(): Promise<string | undefined>
  /** Replaces it as a whole, or leaves it as it was. */
  save(text: string): Promise<void>
  /**
   * Loads, and saves what `change` makes of it (nothing for undefined), and lets nobody else load or save
   * in between; `change` may be called more than once. Without it, who saves at the same moment as another
   * client of the same memory looks whether his part is there, and saves again where it is not.
   */
  update?(change: (text: string | undefined) => string | undefined): Promise<void>
}

/** Which releases are compared with each other. */
export interface ReleaseName {
  /** In whose name space the product is. */
  readonly domain: string
  readonly product: string
}

/** The newest release that was verified of a product. */
export interface RememberedRelease {
  readonly version: string
  /** SHA-256 of its manifest, 64 digits of lower case. */
  readonly manifest: string
  /** What its signatures say of their time, whole seconds since 1970. */
  readonly signedAt: number
}

export interface Remembered {
  /** By the fingerprint of what is revoked or replaced: copies with nothing but that. */
  readonly revocations: Readonly<Record<string, Uint8Array>>
  /** By fingerprint: certificates that were endorsed, with the endorsements. */
  readonly endorsed: Readonly<Record<string, Uint8Array>>
  /** By domain and product, with a / between them. */
  readonly releases: Readonly<Record<string, RememberedRelease>>
}

export const nothingRemembered: Remembered = { revocations: {}, endorsed: {}, releases: {} }

const version = 1
const digestForm = /^[0-9a-f]{64}$/

/** The key of a product's releases; no domain has a /. */
export function releaseKey({ domain, product }: ReleaseName): string {
  return `${domain}/${product}`
}

/** The text of what is remembered, the same for the same. `limit` for more than can be read again. */
export function writeRemembered({ revocations, endorsed, releases }: Remembered): string {
  const base64 = (copies: Readonly<Record<string, Uint8Array>>): Record<string, string> =>
    sorted(copies, (octets) => encodeBase64(octets))
  const record = {
    version,
    revocations: base64(revocations),
    endorsed: base64(endorsed),
    releases: sorted(releases, (release) => release),
  }
  const text = `${JSON.stringify(record, undefined, 2)}\n`
  requireRoom(text)
  return text
}

function requireRoom({ length }: string): void {
  if (length <= trustLimits.stateOctets) return
  throw new OpenPGPError('limit', `${length} characters of remembered trust`, {
    hint: `at most ${trustLimits.stateOctets} are kept; nothing is forgotten to make room`,
  })
}

/**
 * Reads it again. `malformed` for anything else, `limit` for more than is ever written, `unsupported` for
 * another version: to forget in silence would be to trust more.
 */
export function readRemembered(text: string | undefined): Remembered {
  if (text === undefined) return nothingRemembered
  requireRoom(text)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw malformed('is not JSON', error)
  }
  if (!isRecord(value)) throw malformed('is not a JSON object')
  if (value['version'] !== version) {
    throw new OpenPGPError('unsupported', 'the remembered trust has another version than 1', {
      hint: 'it was written by a later version of this program',
    })
  }
  return {
    revocations: readCopies(value['revocations']),
    endorsed: readCopies(value['endorsed']),
    releases: readReleases(value['releases']),
  }
}

/** The certificates of remembered copies. */
export function rememberedCertificates(
  copies: Readonly<Record<string, Uint8Array>>,
  primitives: Primitives,
): Certificate[] {
  return Object.values(copies).flatMap((octets) => {
    try {
      return parseCertificates(octets, { primitives })
    } catch (error) {
      throw isOpenPGPError(error) ? malformed('holds what is no certificate', error) : error
    }
  })
}

function readCopies(value: unknown): Record<string, Uint8Array> {
  if (!isRecord(value)) throw malformed('lacks its certificates')
  const copies: [string, Uint8Array][] = []
  for (const [fingerprint, text] of Object.entries(value)) {
    const octets = typeof text === 'string' ? decodeBase64(text) : undefined
    if (!octets) throw malformed('holds what is not Base64')
    copies.push([fingerprint, octets])
  }
  return Object.fromEntries(copies)
}

function readReleases(value: unknown): Record<string, RememberedRelease> {
  if (!isRecord(value)) throw malformed('lacks its releases')
  const releases: [string, RememberedRelease][] = []
  for (const [name, release] of Object.entries(value)) {
    if (!isRelease(release)) throw malformed('holds a release that is none')
    if (!/^[^/]+\/./.test(name)) throw malformed('holds a release without a domain')
    const { version: number, manifest, signedAt } = release
    releases.push([name, { version: number, manifest, signedAt }])
  }
  return Object.fromEntries(releases)
}

function isRelease(value: unknown): value is RememberedRelease {
  if (!isRecord(value)) return false
  const { version: number, manifest, signedAt } = value
  if (typeof number !== 'string' || !parseVersion(number)) return false
  return typeof manifest === 'string' && digestForm.test(manifest) && Number.isSafeInteger(signedAt)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sorted<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  const entries = Object.entries(record).map(([name, value]) => [name, map(value)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function malformed(why: string, cause?: unknown): OpenPGPError {
  return new OpenPGPError('malformed', `the remembered trust ${why}`, {
    hint: 'restore it; to start anew is to forget revocations that were seen',
    cause,
  })
}

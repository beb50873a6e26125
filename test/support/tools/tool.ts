/** What the tests ask of another OpenPGP implementation, the same of each. */

import type { PartName } from '../../provision/table.ts'

export interface Detached {
  /** One or more certificates, armored or binary, as they were written. */
  readonly certificate: Uint8Array
  /** Armored or binary; several packets in one block are allowed. */
  readonly signature: Uint8Array
  readonly data: Uint8Array
}

export interface Outcome {
  readonly accepted: boolean
  /** All that the tool said: the message of a failed assertion. */
  readonly output: string
}

export interface CertificateOutcome extends Outcome {
  /** Upper-case hexadecimal, primary keys and subkeys, as the tool names them. */
  readonly fingerprints: readonly string[]
}

export interface ForeignTool {
  readonly name: string
  /** What has to be installed; empty for a package of npm's. */
  readonly parts: readonly PartName[]
  verifyDetached(input: Detached): Promise<Outcome>
  /** Missing where a tool has no way of showing what it makes of a certificate. */
  readonly readCertificate?: (certificate: Uint8Array) => Promise<CertificateOutcome>
}

/** Every 40- or 64-digit hexadecimal word of a text, upper-cased, each once. */
export function fingerprintsIn(text: string): string[] {
  const words = text.replaceAll(/(?<=[0-9A-Fa-f]{4}) {1,2}(?=[0-9A-Fa-f]{4}\b)/g, '')
  const found = words.match(/\b(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40})\b/g) ?? []
  return [...new Set(found.map((word) => word.toUpperCase()))]
}

/** Octets of an armored block, read without any code of the project's; binary input as it is. */
export function dearmored(octets: Uint8Array): Uint8Array {
  const text = Buffer.from(octets).toString('latin1')
  if (!text.startsWith('-----BEGIN PGP ')) return octets
  const body = /\r?\n\r?\n([A-Za-z0-9+/=\r\n]+?)(?:\r?\n=[A-Za-z0-9+/]{4})?\r?\n-----END/.exec(text)
  if (body?.[1] === undefined) throw new Error('not one armored block')
  return Buffer.from(body[1], 'base64')
}

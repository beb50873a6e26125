/** Verifying inline signed messages: data and its signatures in one, RFC 9580 §10.3. */

import { OpenPGPError } from '../errors.ts'
import type { LiteralFormat } from '../packet/literal.ts'
import { isCleartext } from '../wire/cleartext.ts'
import { readInput } from '../wire/input.ts'
import { judgeDocument, requireEvidence } from './document.ts'
import type { KeyringOptions, VerifyOptions } from './document.ts'
import { readMessage } from './message.ts'
import type { SignedMessage } from './message.ts'
import type { Evidence, Verdict } from './verdict.ts'

/** What a successful verification is worth, and the data that it is about. */
export interface InlineEvidence extends Evidence {
  /**
   * The verified data as it stood in the Literal Data packet. A signature of type 0x01 covers it
   * whatever its line endings are: with no other good one, LF and CR LF may have been exchanged.
   */
  readonly data: Uint8Array
  /** What the packet says of the data. No signature covers this, nor a file name or a date. */
  readonly format: LiteralFormat
}

/** A verdict with the data, which is there only when at least one signature is good. */
export interface InlineVerdict extends Verdict {
  readonly data: Uint8Array | undefined
  readonly format: LiteralFormat
}

/**
 * Verifies a message of One-Pass Signatures, data and Signatures, or of Signatures and data, binary
 * or armored, compressed by ZIP or ZLIB or not: resolves to evidence with the verified data, or
 * throws as `verifyDetached` does. A message of any other form is `malformed` or `unsupported`;
 * what grows beyond `limits.decompressedOctets` is `limit`. Held in memory whole.
 *
 * @example
 * import { parseCertificates, verifyInline } from 'longhand'
 *
 * export async function open(message: Uint8Array, cert: Uint8Array) {
 *   return (await verifyInline(message, { certificates: parseCertificates(cert) })).data
 * }
 */
export async function verifyInline(
  message: Uint8Array,
  options: VerifyOptions | KeyringOptions,
): Promise<InlineEvidence> {
  const { data, format, signatures } = await open(message)
  const evidence = requireEvidence(await judgeDocument(data, signatures, options))
  return { ...evidence, data, format }
}

/** The same judgement as a record for tools; throws when the octets are no such message at all. */
export async function evaluateInline(
  message: Uint8Array,
  options: VerifyOptions | KeyringOptions,
): Promise<InlineVerdict> {
  const { data, format, signatures } = await open(message)
  const verdict = await judgeDocument(data, signatures, options)
  return { ...verdict, data: verdict.good ? data : undefined, format }
}

async function open(message: Uint8Array): Promise<SignedMessage> {
  if (isCleartext(message)) {
    throw new OpenPGPError('malformed', 'this is a cleartext signed message', {
      hint: 'verify it as one: its text stands outside of the armor',
    })
  }
  const pieces = readInput(message, 'MESSAGE', 'the message')
  if (pieces.length > 1) {
    throw new OpenPGPError('malformed', 'the file holds more than one armored message')
  }
  return readMessage(pieces[0] ?? message)
}

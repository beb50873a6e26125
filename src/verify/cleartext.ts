/** Verifying cleartext signed messages, RFC 9580 §7. */

import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import * as signatureType from '../registry/signature-type.ts'
import { readCleartext } from '../wire/cleartext.ts'
import { judgeDocument, readSignatures, requireEvidence } from './document.ts'
import type { KeyringOptions, ReadSignature, VerifyOptions } from './document.ts'
import type { Evidence, Verdict } from './verdict.ts'

/** What a successful verification is worth, and the text that it is about. */
export interface CleartextEvidence extends Evidence {
  /**
   * The verified text as octets, mostly UTF-8: LF between lines, no space, tab or CR at their ends,
   * and without the line ending before the signature. Use this and not the file: none of what is
   * taken off is signed, nor is it told whether the file had LF or CR LF.
   */
  readonly text: Uint8Array
}

/** A verdict with the text, which is there only when at least one signature is good. */
export interface CleartextVerdict extends Verdict {
  readonly text: Uint8Array | undefined
}

/**
 * Verifies a file that is one cleartext signed message: resolves to evidence with the verified text,
 * or throws as `verifyDetached` does. Text before or after the message, other headers than `Hash`
 * with known names, a dash that is not escaped, a CR inside a line and NUL are `malformed`. The
 * values of `Hash` are not heeded, RFC 9580 §6.2.2.3. Only signatures of type 0x01 count.
 *
 * @example
 * import { parseCertificates, verifyCleartext } from 'longhand'
 *
 * export async function read(message: Uint8Array, cert: Uint8Array) {
 *   const { text } = await verifyCleartext(message, { certificates: parseCertificates(cert) })
 *   return new TextDecoder().decode(text)
 * }
 */
export async function verifyCleartext(
  message: Uint8Array,
  options: VerifyOptions | KeyringOptions,
): Promise<CleartextEvidence> {
  const { text, verdict } = await judge(message, options)
  return { ...requireEvidence(verdict), text }
}

/** The same judgement as a record for tools; throws when the octets are no such message at all. */
export async function evaluateCleartext(
  message: Uint8Array,
  options: VerifyOptions | KeyringOptions,
): Promise<CleartextVerdict> {
  const { text, verdict } = await judge(message, options)
  return { ...verdict, text: verdict.good ? text : undefined }
}

async function judge(
  message: Uint8Array,
  options: VerifyOptions | KeyringOptions,
): Promise<{ text: Uint8Array; verdict: Verdict }> {
  const { text, signature } = readCleartext(message)
  const read = readSignatures(signature, 'signature of a cleartext')
  return { text, verdict: await judgeDocument(text, read.map(requireText), options) }
}

/** RFC 9580 §7.1: a cleartext signature is a text signature. */
function requireText(read: ReadSignature): ReadSignature {
  if (isOpenPGPError(read) || read.type === signatureType.text) return read
  return new OpenPGPError('signature-bad', `a signature of type ${read.type} over a cleartext`)
}

/** Verifying detached signatures, RFC 9580 §10.4 and §5.2.4. */

import { OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import type { Data } from '../signature/document.ts'
import { readInput } from '../wire/input.ts'
import { judgeDocument, readSignatures, requireEvidence } from './document.ts'
import type { KeyringOptions, ReadSignature, VerifyOptions } from './document.ts'
import type { Evidence, Verdict } from './verdict.ts'

export type { KeyringOptions, VerifyOptions } from './document.ts'

/**
 * Verifies a detached signature file over data: resolves to evidence, or throws the code and reason
 * of the first signature (`signature-bad`, `signature-weak`, `signer-unknown`, `certificate-…`,
 * `time-invalid`, `malformed`, `unsupported`) when none is good. Checked: the signature, the
 * certificate at the signature's time, key flags, revocations, policy. Not checked: whose the
 * certificates are, and that the data is the newest.
 *
 * @example
 * import { parseCertificates, verifyDetached } from 'longhand'
 *
 * export async function verify(file: Uint8Array, signature: Uint8Array, cert: Uint8Array) {
 *   const evidence = await verifyDetached(file, signature, { certificates: parseCertificates(cert) })
 *   return evidence.signatures[0].signer.certificate
 * }
 */
export async function verifyDetached(
  data: Data,
  signature: Uint8Array,
  options: VerifyOptions | KeyringOptions,
): Promise<Evidence> {
  return requireEvidence(await evaluateDetached(data, signature, options))
}

/**
 * The same judgement as a record for tools: never throws for a bad signature. It throws `malformed`,
 * `limit` or `signature-missing` when the octets are not a file of detached signatures at all.
 */
export async function evaluateDetached(
  data: Data,
  signature: Uint8Array,
  options: VerifyOptions | KeyringOptions,
): Promise<Verdict> {
  return judgeDocument(data, readSignatureFile(signature), options)
}

/** The signatures of a file of detached signatures, armored or binary; what cannot be read is an error. */
export function readSignatureFile(octets: Uint8Array): ReadSignature[] {
  if (octets.length > limits.signatureFileOctets) {
    throw new OpenPGPError('limit', `a signature file of ${octets.length} octets`)
  }
  const pieces = readInput(octets, 'SIGNATURE', 'the signature')
  if (pieces.length > 1) {
    // Others read only the first block, so two blocks are two meanings.
    throw new OpenPGPError('malformed', 'the signature file holds more than one armored block', {
      hint: 'signatures by several keys go into one block, one packet after the other',
    })
  }
  return readSignatures(pieces[0] ?? octets, 'detached signature')
}

/** Verifying detached signatures, RFC 9580 §10.4 and §5.2.4. */

import type { Certificate } from '../certificate/certificate.ts'
import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { readSignature } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import type { Policy } from '../policy/policy.ts'
import { standardPolicy } from '../policy/standard.ts'
import { packetType, signatureType } from '../registry.ts'
import { hashDocument } from '../signature/document.ts'
import type { Data, DocumentForm } from '../signature/document.ts'
import { checkedHash } from '../signature/hasher.ts'
import type { Primitives } from '../signature/hasher.ts'
import { portable } from '../signature/portable.ts'
import { toSeconds } from '../signature/time.ts'
import { readInput } from '../wire/input.ts'
import { readPackets } from '../wire/packet.ts'
import { judgeSignature, unreadable } from './judge.ts'
import { openKeyring } from './keyring.ts'
import type { Evidence, GoodSignature, SignatureVerdict, Verdict } from './verdict.ts'

export interface VerifyOptions {
  /** The certificates that are trusted; who gives them answers for whose they are. */
  readonly certificates: readonly Certificate[]
  /** The judge's own time: now unless said otherwise. */
  readonly at?: Date
  readonly policy?: Policy
  readonly primitives?: Primitives
}

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
  options: VerifyOptions,
): Promise<Evidence> {
  const verdict = await evaluateDetached(data, signature, options)
  const [first, ...others] = verdict.signatures.filter((each): each is GoodSignature => each.good)
  if (first) return { signatures: [first, ...others], verdict }
  const bad = verdict.signatures.find((each) => !each.good)
  throw new OpenPGPError(bad?.code ?? 'signature-missing', bad?.reason ?? 'there is no signature')
}

/**
 * The same judgement as a record for tools: never throws for a bad signature. It throws `malformed`,
 * `limit` or `signature-missing` when the octets are not a file of detached signatures at all.
 */
export async function evaluateDetached(
  data: Data,
  signature: Uint8Array,
  options: VerifyOptions,
): Promise<Verdict> {
  const { at = new Date(), policy = standardPolicy(), primitives = portable } = options
  const now = toSeconds(at)
  const read = readSignatures(signature)
  const keyring = openKeyring(options.certificates, { now, policy, primitives })
  const hashed = await hashDocument(data, read.flatMap(formOf), primitives)
  const signatures: SignatureVerdict[] = []
  for (const each of read) {
    const context = { keyring, at: now, policy, primitives, hashed }
    signatures.push(isOpenPGPError(each) ? unreadable(each) : await judgeSignature(each, context))
  }
  return { good: signatures.some(({ good }) => good), signatures }
}

/** Every Signature packet of the file, or why it cannot be read; nothing else may stand there. */
function readSignatures(octets: Uint8Array): (Signature | OpenPGPError)[] {
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
  const signatures: (Signature | OpenPGPError)[] = []
  for (const { type, body } of readPackets(pieces[0] ?? octets)) {
    if (isPassedOver(type)) continue
    if (type !== packetType.signature) {
      throw new OpenPGPError(
        'malformed',
        `a packet of type ${type} stands in a detached signature`,
        {
          hint: 'a detached signature is Signature packets only; is this a signed message?',
        },
      )
    }
    if (signatures.length === limits.signaturesPerFile) {
      throw new OpenPGPError(
        'limit',
        `more than ${limits.signaturesPerFile} signatures in one file`,
      )
    }
    signatures.push(attempt(body))
  }
  if (signatures.length === 0) {
    throw new OpenPGPError('signature-missing', 'the signature file holds no signature')
  }
  return signatures
}

/** RFC 9580 §4.3: of unknown packets those of type 40 and up are passed over, others refused. */
function isPassedOver(type: number): boolean {
  return type === packetType.marker || type === packetType.padding || type >= 40
}

function attempt(body: Uint8Array): Signature | OpenPGPError {
  try {
    return readSignature(body)
  } catch (error) {
    if (isOpenPGPError(error)) return error
    throw error
  }
}

function formOf(signature: Signature | OpenPGPError): DocumentForm[] {
  if (isOpenPGPError(signature)) return []
  const hash = checkedHash(signature.hashAlgorithm)
  return hash ? [{ hash, text: signature.type === signatureType.text, salt: signature.salt }] : []
}

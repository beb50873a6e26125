/** What all ways of verifying a document share: its signatures read, hashed over and judged. */

import type { Certificate } from '../certificate/certificate.ts'
import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import { readSignature } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import type { Policy } from '../policy/policy.ts'
import { standardPolicy } from '../policy/standard.ts'
import * as packetType from '../registry/packet-type.ts'
import * as signatureType from '../registry/signature-type.ts'
import { hashDocument } from '../signature/document.ts'
import type { Data, DocumentForm, HashedDocument } from '../signature/document.ts'
import { checkedHash } from '../signature/hasher.ts'
import type { Primitives } from '../signature/hasher.ts'
import { toSeconds } from '../signature/time.ts'
import { readPackets } from '../wire/packet.ts'
import type { Packet } from '../wire/packet.ts'
import { judgeSignature, unreadable } from './judge.ts'
import { openKeyring } from './keyring.ts'
import type { Keyring } from './keyring.ts'
import type { Evidence, GoodSignature, SignatureVerdict, Verdict } from './verdict.ts'

interface JudgeOptions {
  /** The judge's own time: now unless said otherwise. */
  readonly at?: Date
  readonly policy?: Policy
}

export interface VerifyOptions extends JudgeOptions {
  /** The certificates that are trusted; who gives them answers for whose they are. */
  readonly certificates: readonly Certificate[]
  readonly primitives?: Primitives
  readonly keyring?: undefined
}

/** In place of certificates, for more than one call: a keyring brings its own primitives. */
export interface KeyringOptions extends JudgeOptions {
  readonly keyring: Keyring
  readonly certificates?: undefined
  readonly primitives?: undefined
}

interface JudgedBy extends JudgeOptions {
  readonly at: Date
  readonly keyring: Keyring
}

/** A signature, or why there is none to judge. */
export type ReadSignature = Signature | OpenPGPError

/** Judges signatures over one document, which is read once. */
export async function judgeDocument(
  data: Data,
  read: readonly ReadSignature[],
  options: VerifyOptions | KeyringOptions,
): Promise<Verdict> {
  const { at = new Date(), policy = standardPolicy() } = options
  const keyring = options.keyring ?? openKeyring(options.certificates, options)
  const hashed = await hashDocument(data, formsOf(read), keyring.primitives)
  return judgeHashed(read, hashed, { at, policy, keyring })
}

/** The same of a document that was hashed in the forms of these signatures. */
export async function judgeHashed(
  read: readonly ReadSignature[],
  hashed: HashedDocument,
  { at, policy = standardPolicy(), keyring }: JudgedBy,
): Promise<Verdict> {
  const now = toSeconds(at)
  const { primitives } = keyring
  const context = { keyring: keyring.judgeBy({ now, policy }), at: now, policy, primitives, hashed }
  const signatures: SignatureVerdict[] = []
  for (const each of read) {
    signatures.push(isOpenPGPError(each) ? unreadable(each) : await judgeSignature(each, context))
  }
  return { good: signatures.some(({ good }) => good), signatures }
}

/** The forms in which these signatures have their document hashed. */
export function formsOf(read: readonly ReadSignature[]): DocumentForm[] {
  return read.flatMap(formOf)
}

/** The good signatures of a verdict; throws the code and reason of the first one when none is good. */
export function requireEvidence(verdict: Verdict): Evidence {
  const [first, ...others] = verdict.signatures.filter((each): each is GoodSignature => each.good)
  if (first) return { signatures: [first, ...others], verdict }
  const bad = verdict.signatures.find((each) => !each.good)
  throw new OpenPGPError(bad?.code ?? 'signature-missing', bad?.reason ?? 'there is no signature')
}

/** Packets that say something: of unknown ones those of type 40 and up are passed over, §4.3. */
export function* meaningfulPackets(octets: Uint8Array): Generator<Packet, void, void> {
  for (const packet of readPackets(octets)) {
    const { type } = packet
    const passedOver = type === packetType.marker || type === packetType.padding || type >= 40
    if (!passedOver) yield packet
  }
}

/** Every Signature packet, or why it cannot be read; nothing else may stand there. */
export function readSignatures(octets: Uint8Array, place: string): ReadSignature[] {
  if (octets.length > limits.signatureFileOctets) {
    throw new OpenPGPError('limit', `a signature file of ${octets.length} octets`)
  }
  const signatures: ReadSignature[] = []
  for (const { type, body } of meaningfulPackets(octets)) {
    if (type !== packetType.signature) {
      throw new OpenPGPError('malformed', `a packet of type ${type} stands in a ${place}`, {
        hint: `a ${place} is Signature packets only; is this a signed message?`,
      })
    }
    requireRoom(signatures.length)
    signatures.push(attemptSignature(body))
  }
  if (signatures.length === 0) {
    throw new OpenPGPError('signature-missing', `the ${place} holds no signature`)
  }
  return signatures
}

/** `limit` when there are as many signatures already as may be over one document. */
export function requireRoom(signatures: number): void {
  if (signatures < limits.signaturesPerFile) return
  throw new OpenPGPError('limit', `more than ${limits.signaturesPerFile} signatures in one file`)
}

export function attemptSignature(body: Uint8Array): ReadSignature {
  try {
    return readSignature(body)
  } catch (error) {
    if (isOpenPGPError(error)) return error
    throw error
  }
}

function formOf(signature: ReadSignature): DocumentForm[] {
  if (isOpenPGPError(signature)) return []
  const hash = checkedHash(signature.hashAlgorithm)
  return hash ? [{ hash, text: signature.type === signatureType.text, salt: signature.salt }] : []
}

/** One signature over a document, judged step by step. */

import { isMadeBy } from '../certificate/issuer.ts'
import { isOpenPGPError } from '../errors.ts'
import type { OpenPGPError } from '../errors.ts'
import { creationTime, expirationTime, issuerHints } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import { formObjection } from '../policy/form.ts'
import { ask } from '../policy/policy.ts'
import type { Objection, Policy } from '../policy/policy.ts'
import { hashAlgorithm, keyFlag, nameOf } from '../registry.ts'
import * as signatureType from '../registry/signature-type.ts'
import type { HashedDocument } from '../signature/document.ts'
import { checkedHash } from '../signature/hasher.ts'
import type { Primitives } from '../signature/hasher.ts'
import { isoTime } from '../signature/time.ts'
import type { Candidate, JudgedKeyring } from './keyring.ts'
import type { BadSignature, SignatureVerdict, Signer } from './verdict.ts'

/** How far a signature's time may lie in the judge's future: clocks differ, by seconds mostly. */
export const futureTolerance = 300

export interface JudgingContext {
  readonly keyring: JudgedKeyring
  /** The judge's own time. */
  readonly at: number
  readonly policy: Policy
  readonly primitives: Primitives
  readonly hashed: HashedDocument
}

/** The steps, in order: form, who signed, the number, the key at that time, times, policy. */
export async function judgeSignature(
  signature: Signature,
  context: JudgingContext,
): Promise<SignatureVerdict> {
  const { type } = signature
  const created = creationTime(signature)
  const hash = nameOf(hashAlgorithm, signature.hashAlgorithm)
  const bad = ({ code, reason }: Objection, signer?: Signer): BadSignature => {
    return { type, hash, created, good: false, code, reason, signer }
  }
  const malformed = typeObjection(signature) ?? formObjection(signature, context.policy)
  if (malformed || created === undefined) return bad(malformed ?? unknownSigner(signature))
  const candidates = context.keyring.candidates(issuerHints(signature))
  let verdict: BadSignature | undefined
  for (const candidate of candidates) {
    if (!(await isSigner(candidate, signature, context))) continue
    const { certificate, key } = candidate
    const signer = { certificate: certificate.fingerprint, key: key.fingerprint }
    const objection =
      (await keyObjection(candidate, created, context.keyring)) ??
      timeObjection(signature, context.at) ??
      ask(() => context.policy.signature(signature, { use: 'document', at: context.at }))
    if (!objection) return { type, hash, created, good: true, signer }
    // The first certificate that the key is in gives the reason; a later one may still be good.
    verdict ??= bad(objection, signer)
  }
  return verdict ?? bad(candidates[0] ? doesNotFit(candidates[0]) : unknownSigner(signature))
}

/** The verdict on a packet that could not be read. */
export function unreadable({ code, message }: OpenPGPError): BadSignature {
  const nothing = { type: undefined, hash: undefined, created: undefined, signer: undefined }
  return { ...nothing, good: false, code, reason: message }
}

function typeObjection({ type }: Signature): Objection | undefined {
  if (type === signatureType.binary || type === signatureType.text) return undefined
  const name = nameOf(signatureType, type) ?? `type ${type}`
  return { code: 'signature-bad', reason: `a signature of ${name} says nothing of a document` }
}

async function isSigner(
  { key }: Candidate,
  signature: Signature,
  { hashed, primitives }: JudgingContext,
): Promise<boolean> {
  const hash = checkedHash(signature.hashAlgorithm)
  if (!hash) return false
  const form = { hash, text: signature.type === signatureType.text, salt: signature.salt }
  return isMadeBy(key, signature, () => hashed(form), primitives)
}

/** The certificate is judged at the time that the signature states; hard revocations at any. */
async function keyObjection(
  candidate: Candidate,
  created: number,
  keyring: JudgedKeyring,
): Promise<Objection | undefined> {
  try {
    const evaluated = await keyring.evaluate(candidate, created)
    const revoked = evaluated.find(({ revocation }) => revocation)
    if (revoked) return revoked.objection
    const able = evaluated.filter(({ keyFlags }) => keyFlags & keyFlag.sign)
    if (able.some(({ objection }) => !objection)) return undefined
    const objection = (able[0] ?? evaluated[0])?.objection
    if (objection) return objection
  } catch (error) {
    if (isOpenPGPError(error)) return { code: error.code, reason: error.message }
    throw error
  }
  const reason = `key ${candidate.key.fingerprint} may not sign data: its key flags do not say so`
  return { code: 'certificate-invalid', reason }
}

function timeObjection(signature: Signature, at: number): Objection | undefined {
  const created = creationTime(signature) ?? 0
  if (created > at + futureTolerance) {
    return { code: 'time-invalid', reason: `the signature is from the future, ${isoTime(created)}` }
  }
  const expires = expirationTime(signature)
  if (expires === undefined || expires > at) return undefined
  return { code: 'signature-bad', reason: `the signature itself expired ${isoTime(expires)}` }
}

function unknownSigner(signature: Signature): Objection {
  const { fingerprints, keyIds } = issuerHints(signature)
  const named = fingerprints[0] ?? keyIds[0]
  const reason = named
    ? `no given certificate holds the key ${named}`
    : 'the signature does not say whose it is'
  return { code: 'signer-unknown', reason }
}

function doesNotFit({ key }: Candidate): Objection {
  const reason = `the signature is not one by ${key.fingerprint} over this data`
  return { code: 'signature-bad', reason }
}

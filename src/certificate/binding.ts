/** Whether a self-signature binds: the key's own, sound, and with a back signature where one is due. */

import { isOpenPGPError } from '../errors.ts'
import { limits } from '../limits.ts'
import type { PublicKey } from '../packet/public-key.ts'
import { creationTime, expirationTime, readSignature } from '../packet/signature.ts'
import type { Signature } from '../packet/signature.ts'
import { formObjection } from '../policy/form.ts'
import { ask } from '../policy/policy.ts'
import type { Objection, Policy } from '../policy/policy.ts'
import * as signatureType from '../registry/signature-type.ts'
import * as subpacketType from '../registry/subpacket-type.ts'
import { checkedHash } from '../signature/hasher.ts'
import type { Hasher, Primitives } from '../signature/hasher.ts'
import type { Target } from '../signature/preimage.ts'
import { isMadeBy } from './issuer.ts'
import type { Memory, Question } from './memory.ts'
import { allowsSigning, readSelfSignature } from './self-signature.ts'
import type { SelfSignature } from './self-signature.ts'

/** What checking needs besides the certificate. */
export interface Checking {
  /** The judge's own time in whole seconds since 1970: for the policy. */
  readonly now: number
  readonly policy: Policy
  readonly primitives: Primitives
  /** What was found before, when the certificate is kept. */
  readonly memory?: Memory | undefined
}

/** Gives a hash that has seen what is signed, by the signature's own algorithm. */
export type HasherOver = (signature: Signature) => Hasher

/** The self-signature, or why it does not bind. */
export async function checkBinding(
  signature: Signature,
  target: Target,
  over: HasherOver,
  checking: Checking,
): Promise<SelfSignature | Objection> {
  const objection = await bindingObjection(signature, target.primary, target, over, checking)
  if (objection) return objection
  if (target.kind !== 'subkey' || !allowsSigning(signature)) return readSelfSignature(signature)
  const back = await findBackSignature(signature, target, over, checking)
  if (!back) return wrong('the subkey may sign and has no valid back signature')
  return readSelfSignature(signature, expirationTime(back))
}

/** Why a signature is not one by `key` that may hold a certificate together. */
async function bindingObjection(
  signature: Signature,
  key: PublicKey,
  target: Target,
  over: HasherOver,
  checking: Checking,
): Promise<Objection | undefined> {
  const { now, policy } = checking
  const malformed = formObjection(signature, policy)
  if (malformed) return malformed
  if ((creationTime(signature) ?? 0) < key.created) return wrong('it is older than its key')
  const question = { key, signature, target, hashName: checkedHash }
  if (!(await isTheirs(question, over, checking))) return notBy(key)
  return ask(() => policy.signature(signature, { use: 'certificate', at: now }))
}

/** Whether the key made the signature over the target; computed once where there is a memory. */
export async function isTheirs(
  question: Question,
  over: HasherOver,
  { primitives, memory }: Checking,
): Promise<boolean> {
  const { key, signature, hashName } = question
  const find = (): Promise<boolean> =>
    isMadeBy(key, signature, () => over(signature), primitives, hashName)
  return memory ? memory.recall(question, find) : find()
}

/** RFC 9580 §5.2.1.8: a subkey that signs must itself have signed that it belongs here. */
export async function findBackSignature(
  binding: Signature,
  target: Target & { readonly kind: 'subkey' },
  over: HasherOver,
  checking: Checking,
): Promise<Signature | undefined> {
  const embedded = [...binding.hashed, ...binding.unhashed]
    .flatMap(({ value }) => (value.type === subpacketType.embeddedSignature ? [value.octets] : []))
    .slice(0, limits.backSignaturesTried)
  let lasting: Signature | undefined
  for (const octets of embedded) {
    const signature = readEmbedded(octets)
    if (signature?.type !== signatureType.primaryKeyBinding) continue
    if (await bindingObjection(signature, target.subkey, target, over, checking)) continue
    if (expirationTime(signature) === undefined) return signature
    if (!lasting || (expirationTime(lasting) ?? 0) < (expirationTime(signature) ?? 0)) {
      lasting = signature
    }
  }
  return lasting
}

function readEmbedded(octets: Uint8Array): Signature | undefined {
  try {
    return readSignature(octets)
  } catch (error) {
    if (isOpenPGPError(error)) return undefined
    throw error
  }
}

export function notBy(key: PublicKey): Objection {
  return wrong(`it was not made by ${key.fingerprint} over this`)
}

export function wrong(reason: string): Objection {
  return { code: 'signature-bad', reason }
}

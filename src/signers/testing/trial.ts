/** One signature on trial: asked for, looked at, and checked under the signer's public key. */

import { isOpenPGPError } from '../../errors.ts'
import { concat, equal, utf8 } from '../../octets.ts'
import type { PublicKey } from '../../packet/public-key.ts'
import { readAnswer } from '../../signature/answer.ts'
import { checkValue } from '../../signature/check.ts'
import type { DigestName } from '../../signature/hasher.ts'
import { portable } from '../../signature/portable.ts'
import type { Digest, RemoteSigner } from '../../signature/signer.ts'
import type { Fault, Findings, SignerCheckName } from './findings.ts'
import type { Watch } from './watch.ts'

/** What every check is given. */
export interface Trial {
  readonly signer: RemoteSigner
  readonly findings: Findings
  readonly watch: Watch
  /** Milliseconds that a call may take. */
  readonly timeoutMs: number
  /** Milliseconds in which a call has to end once it is told to. */
  readonly promptMs: number
}

/** A trial whose public key is known. */
export interface KeyedTrial extends Trial {
  readonly key: PublicKey
  readonly keyType: string
  /** What it has to sign. */
  readonly hashes: readonly DigestName[]
  /** What it may sign, or refuse with `usage`. */
  readonly otherHashes: readonly DigestName[]
}

/** A fault, or an answer that was checked; `given` is the very object that the signer gave. */
export type Trying =
  | { readonly fault: Fault }
  | { readonly fault: undefined; readonly given: Uint8Array; readonly copy: Uint8Array }

/** The digest of a numbered text: the same in every run, so that a fault comes again. */
export function digestOf(algorithm: DigestName, number: number): Digest {
  const hasher = portable.hasher(algorithm)
  hasher.update(utf8(`a text for signers to sign, number ${number}`))
  return { algorithm, octets: hasher.digest() }
}

/** Asks for a signature. A fault of the signature itself is the business of `check`. */
export async function trySigning(
  trial: KeyedTrial,
  check: SignerCheckName,
  digest: Digest,
): Promise<Trying> {
  const { signer, key, watch, timeoutMs } = trial
  const asked = { algorithm: digest.algorithm, octets: concat(digest.octets) }
  const outcome = await watch.outcome(async () => {
    const given: unknown = await signer.sign(asked)
    // Copied at once: the same octets may be another call's next.
    return { given, copy: given instanceof Uint8Array ? concat(given) : undefined }
  }, timeoutMs)
  const name = digest.algorithm
  if (outcome.kind === 'late') {
    return { fault: { check, reason: `${name}: no answer within ${timeoutMs / 1000} s` } }
  }
  if (outcome.kind === 'error') {
    return { fault: { check, reason: `${name}: ${watch.describe(outcome.error)}` } }
  }
  if (asked.algorithm !== name || !equal(asked.octets, digest.octets)) {
    const reason = 'the digest that was passed in is another one after the call'
    trial.findings.fail({ check: 'digest-untouched', reason })
  }
  const { given, copy } = outcome.value
  if (!(given instanceof Uint8Array) || copy === undefined) {
    return { fault: { check: 'answer-form', reason: `${name}: the answer is no Uint8Array` } }
  }
  const malformed = faultOfForm(copy, key)
  if (malformed !== undefined) {
    return { fault: { check: 'answer-form', reason: `${name}: ${malformed}` } }
  }
  if (await fits(key, digest, copy)) return { fault: undefined, given, copy }
  const reason = `${name}: the answer is no signature by the public key over the digest`
  return { fault: { check, reason } }
}

/** Whether an answer of the right form is the key's signature over a digest. */
export async function fits(key: PublicKey, digest: Digest, answer: Uint8Array): Promise<boolean> {
  try {
    const value = readAnswer(answer, key, 'the signer')
    return await checkValue(key, digest, value, portable)
  } catch {
    return false
  }
}

function faultOfForm(answer: Uint8Array, key: PublicKey): string | undefined {
  try {
    readAnswer(answer, key, 'the signer')
    return undefined
  } catch (error) {
    // SEQUENCE { INTEGER, INTEGER } of fewer than 256 octets: in DER with a length of one or two.
    const head = answer[1] === 0x81 ? 3 : 2
    const isDer = answer[0] === 0x30 && answer[head - 1] === answer.length - head
    if (isDer && key.material.kind === 'ecdsa') return 'the answer is DER, and has to be r || s'
    return isOpenPGPError(error) ? error.message : 'the answer cannot be read'
  }
}

/** Checks that ask for signatures and look at what comes back. */

import { isOpenPGPError } from '../../errors.ts'
import { equal } from '../../octets.ts'
import type { Digest } from '../../signature/signer.ts'
import type { Fault, SignerCheckName } from './findings.ts'
import { digestOf, fits, trySigning } from './trial.ts'
import type { KeyedTrial } from './trial.ts'

/** A signature over a digest of every hash; others are refused as such, or signed as well. */
export async function checkHashes(trial: KeyedTrial): Promise<Fault | undefined> {
  const { signer, hashes, otherHashes, watch, timeoutMs } = trial
  for (const hash of hashes) {
    const { fault } = await trySigning(trial, 'hashes', digestOf(hash, 0))
    if (fault !== undefined) return fault
  }
  for (const hash of otherHashes) {
    const digest = digestOf(hash, 0)
    const outcome = await watch.outcome(async () => signer.sign(digest), timeoutMs)
    if (outcome.kind === 'error' && isOpenPGPError(outcome.error, 'usage')) continue
    const { fault } = await trySigning(trial, 'hashes', digest)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** What was answered stays as it is, and what the caller does to it harms no later answer. */
export async function checkOwnAnswers(trial: KeyedTrial): Promise<Fault | undefined> {
  const check = 'own-answers'
  const digest = firstDigest(trial, 1)
  const first = await trySigning(trial, check, digest)
  if (first.fault !== undefined) return first.fault
  const second = await trySigning(trial, check, firstDigest(trial, 2))
  if (second.fault !== undefined) return second.fault
  if (!equal(first.given, first.copy) || overlap(first.given, second.given)) {
    return { check, reason: 'a later answer is written over an earlier one' }
  }
  first.given.fill(0)
  const again = await trySigning(trial, check, digest)
  if (again.fault === undefined) return undefined
  const reason = 'an answer is wrong once the caller has overwritten an earlier one'
  return { check, reason }
}

function overlap(a: Uint8Array, b: Uint8Array): boolean {
  if (a.buffer !== b.buffer) return false
  return a.byteOffset < b.byteOffset + b.length && b.byteOffset < a.byteOffset + a.length
}

/** So many signatures over so many digests, one after the other. */
export async function checkSignatures(
  trial: KeyedTrial,
  count: number,
): Promise<Fault | undefined> {
  for (let number = 0; number < count; number += 1) {
    const { fault } = await trySigning(trial, 'signatures', numberedDigest(trial, number))
    if (fault === undefined) continue
    return { ...fault, reason: `signature ${number + 1} of ${count}: ${fault.reason}` }
  }
  return undefined
}

/** So many calls at once, and as many again as each of them ends. */
export async function checkConcurrency(
  trial: KeyedTrial,
  lanes: number,
): Promise<Fault | undefined> {
  const check: SignerCheckName = 'concurrency'
  const faults: Fault[] = []
  const lane = async (first: number): Promise<void> => {
    for (const number of [first, first + lanes]) {
      const { fault } = await trySigning(trial, check, numberedDigest(trial, number))
      if (fault !== undefined) faults.push(fault)
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)))
  const [first] = faults
  if (first === undefined) return undefined
  const count = `${faults.length} of ${2 * lanes} signatures, ${lanes} at once`
  return { ...first, reason: `${count}: ${first.reason}` }
}

/** The same public key as at first, now and after everything that was signed. */
export async function checkStability(trial: KeyedTrial): Promise<Fault | undefined> {
  const check = 'key-stability'
  const { signer, key, watch, timeoutMs } = trial
  const outcome = await watch.outcome(async () => signer.publicKey(), timeoutMs)
  if (outcome.kind === 'late') return { check, reason: 'publicKey() did not answer again' }
  if (outcome.kind === 'error') {
    return { check, reason: `publicKey(), asked again: ${watch.describe(outcome.error)}` }
  }
  return sameAsFirst(key.material, outcome.value)
    ? undefined
    : { check, reason: 'publicKey() gives another key when it is asked again' }
}

/** Compared member by member, so that whatever else a signer gives is no key. */
function sameAsFirst(first: object, given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return false
  return Object.entries(first).every(([name, value]: [string, unknown]) => {
    const other: unknown = Reflect.get(given, name)
    if (!(value instanceof Uint8Array)) return value === other
    return other instanceof Uint8Array && equal(value, other)
  })
}

/** Whether the next digest is signed, as it has to be whatever came before. */
export async function signsOn(
  trial: KeyedTrial,
  check: SignerCheckName,
): Promise<Fault | undefined> {
  const { fault } = await trySigning(trial, check, firstDigest(trial, 3))
  return fault
}

/** Whether an answer, if it came at all, is the signature over the first digest of a number. */
export function isSignature(
  trial: KeyedTrial,
  number: number,
  answer: Uint8Array,
): Promise<boolean> {
  return fits(trial.key, firstDigest(trial, number), answer)
}

/** A digest of the first hash. */
export function firstDigest({ hashes }: KeyedTrial, number: number): Digest {
  return digestOf(hashes[0] ?? 'SHA-512', number)
}

function numberedDigest({ hashes }: KeyedTrial, number: number): Digest {
  return digestOf(hashes[number % hashes.length] ?? 'SHA-512', number)
}

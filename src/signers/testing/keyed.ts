/** The public key of a signer on trial, and the checks that need one. */

import { keyBits, sameKeyMaterial } from '../../packet/key-material.ts'
import type { KeyMaterial } from '../../packet/key-material.ts'
import { createPublicKey } from '../../packet/public-key.ts'
import type { PublicKey } from '../../packet/public-key.ts'
import { digestOctets, leastDigestOctets } from '../../signature/hasher.ts'
import type { DigestName } from '../../signature/hasher.ts'
import { portable } from '../../signature/portable.ts'
import type { RemoteSigner } from '../../signature/signer.ts'
import { checkAbortedBefore, checkAbortedInCall } from './ends.ts'
import type { Fault } from './findings.ts'
import { checkWrongLength } from './refusals.ts'
import {
  checkConcurrency,
  checkHashes,
  checkOwnAnswers,
  checkSignatures,
  checkStability,
} from './signing.ts'
import type { KeyedTrial, Trial } from './trial.ts'

/** Asks for the public key, and for nothing else. */
export async function readKey(
  trial: Trial,
  given: readonly DigestName[] | undefined,
): Promise<KeyedTrial | Fault> {
  const check = 'public-key'
  const { signer, watch, timeoutMs } = trial
  const outcome = await watch.outcome(async () => signer.publicKey(), timeoutMs)
  if (outcome.kind === 'late') return { check, reason: 'publicKey() does not answer' }
  if (outcome.kind === 'error') return { check, reason: watch.describe(outcome.error) }
  const material = outcome.value
  const key = keyAround(material)
  if (key === undefined) return { check, reason: 'what it gives has another form than KeyMaterial' }
  const names = Object.keys(digestOctets) as DigestName[]
  const all = names.filter((name) => digestOctets[name] >= leastDigestOctets(key.material))
  const hashes = given ?? all
  const otherHashes = all.filter((hash) => !hashes.includes(hash))
  return { ...trial, key, keyType: nameKeyType(key), hashes, otherHashes }
}

/** Written as a key and read again, which finds every form that is not the one there is. */
function keyAround(material: KeyMaterial): PublicKey | undefined {
  const hash = (name: 'SHA-1' | 'SHA-256', octets: Uint8Array): Uint8Array => {
    const hasher = portable.hasher(name)
    hasher.update(octets)
    return hasher.digest()
  }
  try {
    const key = createPublicKey({ material, created: 0 }, hash)
    const read = key.material
    return read.kind !== 'opaque' && sameKeyMaterial(material, read) ? key : undefined
  } catch {
    return undefined // whatever a signer gives may stand here, and throw whatever it likes
  }
}

function nameKeyType({ material }: PublicKey): string {
  switch (material.kind) {
    case 'rsa':
      return `RSA-${keyBits(material)}`
    case 'ecdsa':
      return material.curve
    default:
      return 'Ed25519'
  }
}

interface KeyedOptions {
  readonly signatures: number
  readonly concurrency: number
  readonly hung: (() => Promise<RemoteSigner>) | undefined
}

/** Makes the checks in an order in which one fault shows once. */
export async function checkWithKey(trial: KeyedTrial, options: KeyedOptions): Promise<void> {
  const { signatures, concurrency, hung } = options
  const { findings } = trial
  const held = (): Promise<undefined> => Promise.resolve(undefined)
  await findings.run('key-stability', [], () => checkStability(trial))
  await findings.run('hashes', [], () => checkHashes(trial))
  await findings.run('own-answers', ['hashes'], () => checkOwnAnswers(trial))
  await findings.run('signatures', ['hashes'], () => checkSignatures(trial, signatures))
  const sound = ['own-answers', 'signatures'] as const
  await findings.run('concurrency', sound, () => checkConcurrency(trial, concurrency))
  await findings.run('wrong-length', [], () => checkWrongLength(trial))
  await findings.run('aborted-before', [], () => checkAbortedBefore(trial))
  await findings.run('aborted-in-call', ['hashes'], () => checkAbortedInCall(trial, hung))
  await findings.run('answer-form', ['hashes'], held)
  await findings.run('digest-untouched', ['hashes'], held)
  // Once more: a key may turn into another one while it signs.
  await findings.run('key-stability', ['key-stability'], () => checkStability(trial))
}

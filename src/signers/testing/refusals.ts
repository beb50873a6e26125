/** Checks of what a signer has to refuse, and of how it says so. */

import { isOpenPGPError } from '../../errors.ts'
import type { DigestName } from '../../signature/hasher.ts'
import { digestOctets } from '../../signature/hasher.ts'
import type { Digest, RemoteSigner } from '../../signature/signer.ts'
import type { Fault, SignerCheckName } from './findings.ts'
import type { KeyedTrial, Trial } from './trial.ts'

/** Digests that are too short, too long, empty, or as long as another hash makes them. */
export async function checkWrongLength(trial: KeyedTrial): Promise<Fault | undefined> {
  for (const hash of trial.hashes) {
    const right = digestOctets[hash]
    const lengths = new Set([0, 1, 20, right - 1, right + 1, 32, 48, 64, 2 * right])
    for (const length of [...lengths].filter((one) => one !== right)) {
      const digest = { algorithm: hash, octets: new Uint8Array(length).fill(0x5a) }
      const what = `a ${hash} digest of ${length} octets`
      const fault = await refusal(trial, { check: 'wrong-length', digest, what, codes: ['usage'] })
      if (fault !== undefined) return fault
    }
  }
  return undefined
}

/** Hashes that no signer signs, under names that a table may happen to know. */
export async function checkUnknownAlgorithm(trial: Trial): Promise<Fault | undefined> {
  const unknown = { 'SHA-1': 20, MD5: 16, 'SHA3-256': 32, SHA256: 32, 'sha-256': 32, toString: 32 }
  for (const [name, length] of Object.entries(unknown)) {
    const digest = { algorithm: name as DigestName, octets: new Uint8Array(length).fill(0x5a) }
    const request = {
      check: 'unknown-algorithm',
      digest,
      what: `a digest of the hash ${name}`,
      codes: ['usage', 'unsupported'],
    } as const
    const fault = await refusal(trial, request)
    if (fault !== undefined) return fault
  }
  return undefined
}

interface Refusal {
  readonly check: SignerCheckName
  readonly digest: Digest
  readonly what: string
  readonly codes: readonly string[]
}

async function refusal(trial: Trial, request: Refusal): Promise<Fault | undefined> {
  const { signer, watch, timeoutMs } = trial
  const { check, digest, what, codes } = request
  const outcome = await watch.outcome(async () => signer.sign(digest), timeoutMs)
  if (outcome.kind === 'value') return { check, reason: `${what} was signed` }
  if (outcome.kind === 'late') return { check, reason: `${what}: no answer` }
  const { error } = outcome
  if (isOpenPGPError(error) && codes.includes(error.code)) return undefined
  return { check, reason: `${what} was refused with ${watch.describe(error)}` }
}

/** Signers that cannot sign: no such key, no rights, no service. */
export async function checkFailures(
  trial: Trial,
  failing: Readonly<Record<string, () => Promise<RemoteSigner>>>,
): Promise<Fault | undefined> {
  const { watch, timeoutMs, promptMs } = trial
  const digest: Digest = { algorithm: 'SHA-512', octets: new Uint8Array(64).fill(0x5a) }
  for (const [name, open] of Object.entries(failing)) {
    const fault = (reason: string): Fault => ({ check: 'failures', reason: `${name}: ${reason}` })
    let signer: RemoteSigner | undefined
    const outcome = await watch.outcome(async () => {
      signer = await open()
      watch.note(signer.id)
      return signer.sign(digest)
    }, timeoutMs)
    await watch.outcome(async () => signer?.close?.(), promptMs)
    if (outcome.kind === 'value') return fault('it signed')
    if (outcome.kind === 'late') return fault('no answer')
    const { error } = outcome
    if (!isOpenPGPError(error)) return fault(`it rejected with ${watch.describe(error)}`)
    if (/[\r\n]/.test(`${error.message}${error.hint ?? ''}`)) {
      return fault('the error has several lines')
    }
  }
  return undefined
}

/** Checks of how calls and signers end when they are told to. */

import { isOpenPGPError, OpenPGPError } from '../../errors.ts'
import type { Digest, RemoteSigner } from '../../signature/signer.ts'
import type { Fault, SignerCheckName } from './findings.ts'
import { firstDigest, isSignature, signsOn } from './signing.ts'
import type { KeyedTrial, Trial } from './trial.ts'
import type { Outcome } from './watch.ts'

/** A signal that was aborted before the call, with a reason of any kind and with one of ours. */
export async function checkAbortedBefore(trial: KeyedTrial): Promise<Fault | undefined> {
  const check = 'aborted-before'
  const { signer, watch, promptMs } = trial
  const ours = new OpenPGPError('signer-timeout', 'the caller had no more time')
  for (const signal of [AbortSignal.abort(), AbortSignal.abort(ours)]) {
    const call = async (): Promise<Uint8Array> => signer.sign(firstDigest(trial, 1), { signal })
    const outcome = await watch.outcome(call, promptMs)
    if (outcome.kind === 'value') return { check, reason: 'it signed all the same' }
    const fault = faultOfEnd(trial, check, outcome, signal)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Milliseconds in which a call to a service that never answers gets as far as it will. */
const underWayMs = 100

/** A signal that is aborted while the service is silent, or right after the call. */
export async function checkAbortedInCall(
  trial: KeyedTrial,
  hung: (() => Promise<RemoteSigner>) | undefined,
): Promise<Fault | undefined> {
  const check = 'aborted-in-call'
  const { watch, timeoutMs, promptMs } = trial
  if (hung !== undefined) {
    const opened = await watch.outcome(hung, timeoutMs)
    if (opened.kind !== 'value') return { check, reason: 'the signer that hangs did not open' }
    const fault = await endCall(trial, opened.value, true)
    await watch.outcome(async () => opened.value.close?.(), promptMs)
    if (fault !== undefined) return fault
  }
  return (await endCall(trial, trial.signer, false)) ?? signsOn(trial, check)
}

async function endCall(
  trial: KeyedTrial,
  signer: RemoteSigner,
  hangs: boolean,
): Promise<Fault | undefined> {
  const check = 'aborted-in-call'
  const { watch, promptMs } = trial
  const controller = new AbortController()
  const { signal } = controller
  const call = watch.outcome(
    async () => signer.sign(firstDigest(trial, 4), { signal }),
    promptMs + underWayMs,
  )
  if (hangs) {
    const early = await watch.outcome(() => call, underWayMs)
    if (early.kind === 'value') return { check, reason: 'the signer that hangs does not hang' }
  }
  controller.abort()
  const outcome = await call
  if (outcome.kind !== 'value') return faultOfEnd(trial, check, outcome, signal)
  // The answer may have been there first.
  if (!hangs && (await isSignature(trial, 4, outcome.value))) return undefined
  return { check, reason: 'a call that was aborted gave an answer that is no signature' }
}

function faultOfEnd(
  { watch, promptMs }: Trial,
  check: SignerCheckName,
  outcome: Exclude<Outcome<unknown>, { kind: 'value' }>,
  signal: AbortSignal,
): Fault | undefined {
  if (outcome.kind === 'late') {
    return { check, reason: `the call did not end within ${promptMs / 1000} s of the abort` }
  }
  const { error } = outcome
  const ours = isOpenPGPError(signal.reason) ? signal.reason.code : 'aborted'
  if (isOpenPGPError(error) && [ours, 'aborted'].includes(error.code)) return undefined
  return { check, reason: `the call ended with ${watch.describe(error)}` }
}

/** What keeps the process from ending. */
export interface Hold {
  readonly before: readonly string[]
  readonly now: () => readonly string[]
}

/** Milliseconds between looks at what holds the process. */
const lookEveryMs = 20

/** Closes the signer twice, with calls under way, and looks at what holds the process after it. */
export async function checkClose(
  trial: Trial,
  digest: Digest,
  hold: Hold | undefined,
): Promise<Fault | undefined> {
  const check = 'close'
  const { signer, watch, promptMs } = trial
  const calls = [1, 2, 3].map(() => watch.outcome(async () => signer.sign(digest), 2 * promptMs))
  for (const time of ['first', 'second']) {
    const outcome = await watch.outcome(async () => signer.close?.(), promptMs)
    if (outcome.kind === 'late') return { check, reason: `the ${time} close() does not end` }
    if (outcome.kind === 'error') {
      return { check, reason: `the ${time} close(): ${watch.describe(outcome.error)}` }
    }
  }
  const ended = await Promise.all(calls)
  if (ended.some(({ kind }) => kind === 'late')) {
    return { check, reason: 'a call that was under way does not end with close()' }
  }
  if (hold === undefined) return undefined
  let left = more(hold.now(), hold.before)
  for (let waited = 0; left.length > 0 && waited < promptMs; waited += lookEveryMs) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    left = more(hold.now(), hold.before)
  }
  if (left.length === 0) return undefined
  return { check, reason: `after close() the process is held by: ${left.join(', ')}` }
}

/** What is in a list more often than in another. */
function more(now: readonly string[], before: readonly string[]): string[] {
  const count = (list: readonly string[], name: string): number =>
    list.filter((one) => one === name).length
  return [...new Set(now)].filter((name) => count(now, name) > count(before, name))
}

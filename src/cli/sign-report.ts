/** What `longhand sign` says of what it did. */

import type { Certificate } from '../certificate/certificate.ts'
import type { OpenPGPError } from '../errors.ts'
import { hashAlgorithm, nameOf } from '../registry.ts'
import type { Io } from './io.ts'
import { jsonText } from './json.ts'
import type { Outcome } from './many.ts'
import { say } from './run.ts'
import type { Job, Sign, Signed } from './signing.ts'

/** What came of a job; `held` when a signature of an earlier run was found good. */
export type SignOutcome = Outcome<Job, Signed | 'held'>

/** In the order of the jobs: lines for people, or JSON with what failed in it as well. */
export function reportSigned(
  outcomes: readonly SignOutcome[],
  certificate: Certificate,
  { options, io }: Sign,
): void {
  if (options.json) return io.out(jsonText(outcomes.map((one) => record(one, certificate))))
  let hint: string | undefined
  for (const outcome of outcomes) {
    const { file, output } = outcome.job
    if ('error' in outcome) {
      reportFailed(outcome.error, { file, hint }, io)
      hint = outcome.error.hint
    } else if (outcome.result === 'held') {
      say(io, 'note', `${output} holds already`)
    } else if (output === '-') {
      io.out(outcome.result.octets)
    } else say(io, 'signed', `${file} → ${output}`)
  }
}

/** One of several files; a hint is not said twice in a row. */
export function reportFailed(
  { message, hint }: OpenPGPError,
  before: { readonly file: string; readonly hint: string | undefined },
  io: Io,
): void {
  say(io, 'error', message.includes(before.file) ? message : `${before.file}: ${message}`)
  if (hint !== undefined && hint !== before.hint) say(io, 'hint', hint)
}

function record(outcome: SignOutcome, { fingerprint }: Certificate): object {
  const { job } = outcome
  if ('error' in outcome) {
    const { code, message, hint } = outcome.error
    return { ...job, error: { code, message, ...(hint === undefined ? {} : { hint }) } }
  }
  if (outcome.result === 'held') return { ...job, certificate: fingerprint, held: true }
  const [signature] = outcome.result.signature.signatures
  const hash = nameOf(hashAlgorithm, signature?.hashAlgorithm ?? 0)
  return { ...job, certificate: fingerprint, hash }
}

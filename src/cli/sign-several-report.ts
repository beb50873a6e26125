/** What `longhand sign` says of what it did by several keys. */

import { hashAlgorithm, nameOf } from '../registry.ts'
import type { Io } from './io.ts'
import { jsonText } from './json.ts'
import type { Outcome } from './many.ts'
import { say } from './run.ts'
import type { Done, MadeSignature, Task } from './several-signing.ts'
import { reportFailed } from './sign-report.ts'

type SeveralOutcome = Outcome<Task, readonly Done[]>

/** In the order of the files: a line for each signature file, or a record of JSON. */
export function reportSeveral(outcomes: readonly SeveralOutcome[], json: boolean, io: Io): void {
  if (json) return io.out(jsonText(outcomes.flatMap(records)))
  let hint: string | undefined
  for (const outcome of outcomes) {
    const { file } = outcome.job
    if ('error' in outcome) {
      reportFailed(outcome.error, { file, hint }, io)
      hint = outcome.error.hint
      continue
    }
    for (const { output, octets } of outcome.result) {
      if (!octets) say(io, 'note', `${output} holds already`)
      else if (output === '-') io.out(octets)
      else say(io, 'signed', `${file} → ${output}`)
    }
  }
}

function records(outcome: SeveralOutcome): object[] {
  const { file, targets } = outcome.job
  if ('error' in outcome) {
    const { code, message, hint } = outcome.error
    const error = { code, message, ...(hint === undefined ? {} : { hint }) }
    return targets.map(({ output }) => ({ file, output, error }))
  }
  return outcome.result.map(({ output, made, octets }) => {
    const signatures = made.map(signatureRecord)
    return { file, output, signatures, ...(octets ? {} : { held: true }) }
  })
}

function signatureRecord({ certificate, signature }: MadeSignature): object {
  return { certificate, hash: nameOf(hashAlgorithm, signature.hashAlgorithm) }
}

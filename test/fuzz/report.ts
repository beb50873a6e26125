/** What a run comes to, for people. */

import { errorCodes } from '../../src/errors.ts'
import type { Statistics } from './fuzz.ts'

/** Least share of inputs that has to get past framing: else the run says nothing of what is behind. */
export const leastFramed = 0.05

export function share({ framed, inputs }: Statistics): number {
  return inputs === 0 ? 0 : framed / inputs
}

/** One line. */
export function summarize(name: string, statistics: Statistics): string {
  const { inputs, labels, failures } = statistics
  const words = new Set([...labels.keys()].flatMap((label) => label.split(/[ :;]+/)))
  const codes = Object.keys(errorCodes).filter((code) => words.has(code))
  const percent = (100 * share(statistics)).toFixed(1)
  return (
    `fuzz: ${name}: ${inputs} inputs, ${percent} % past framing, ` +
    `${labels.size} outcomes, ${codes.length} codes, ${failures.length} failures`
  )
}

/** The outcomes, the rarest last. */
export function listOutcomes({ labels }: Statistics): string {
  const rows = [...labels].sort(([, a], [, b]) => b - a)
  return rows.map(([label, count]) => `${String(count).padStart(9)}  ${label}\n`).join('')
}

/** The lines that say what failed; too few inputs past framing is a failure as well. */
export function failuresOf(name: string, statistics: Statistics): string[] {
  const few =
    share(statistics) < leastFramed ? [`${name}: ${share(statistics)} of inputs past framing`] : []
  return [...statistics.failures, ...few]
}

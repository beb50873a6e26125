/** A slice of fuzzing as a test: a fixed count of inputs, so that every run does the same. */

import { expect, test } from 'vitest'
import { fuzz } from './fuzz.ts'
import type { Target } from './fuzz.ts'
import { leastFramed, share, summarize } from './report.ts'

/**
 * One test for each slice, of which LONGHAND_FUZZ_COUNT says how many there are; one unless said.
 * `outcomes` is how many kinds of outcome a slice has to reach.
 */
export function testSlices<Input>(target: Target<Input>, outcomes: number): void {
  const count = Number(process.env['LONGHAND_FUZZ_COUNT'] ?? '1')
  for (let seed = 1; seed <= count; seed += 1) {
    test(
      `${target.name}: ${target.inputs} inputs, seed ${seed}`,
      { timeout: 300_000 },
      async () => {
        const statistics = await fuzz(target, seed, (inputs) => inputs < target.inputs)
        console.log(summarize(target.name, statistics))
        expect(statistics.failures).toEqual([])
        expect(share(statistics)).toBeGreaterThanOrEqual(leastFramed)
        expect(statistics.labels.size).toBeGreaterThanOrEqual(outcomes)
      },
    )
  }
}

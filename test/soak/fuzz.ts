/** Twenty minutes of fuzzing for each target, from a seed that no other run has had. */

import { failuresOf, listOutcomes, summarize } from '../fuzz/report.ts'
import { runs } from '../fuzz/run.ts'

/** Minutes for each target when `scale` is 1. */
const minutes = 20

/** The lines that say what failed. */
export async function soakFuzz(scale: number): Promise<string[]> {
  const failures: string[] = []
  for (const [name, run] of Object.entries(runs)) {
    const seed = Math.floor(Date.now() / 1000)
    const end = Date.now() + 60_000 * minutes * scale
    const statistics = await run(seed, () => Date.now() < end)
    console.log(`${summarize(name, statistics)}, seed ${seed}`)
    console.log(listOutcomes(statistics))
    failures.push(...failuresOf(name, statistics))
  }
  return failures
}

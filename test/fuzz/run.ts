/**
 * Fuzzing for as long as one likes: `npx tsx test/fuzz/run.ts [--only NAME] [--minutes N] [--seed N]
 * [--inputs N] [--outcomes]`. Ends with 1 when anything failed. A failure names its seed and its
 * input's number, and shows the input; the same seed makes the same inputs.
 */

import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'
import type { Statistics } from './fuzz.ts'
import { failuresOf, listOutcomes, summarize } from './report.ts'
import { armorTarget } from './targets/armor.ts'
import { cleartextTarget } from './targets/cleartext.ts'
import { messageTarget } from './targets/message.ts'
import { packetsTarget } from './targets/packets.ts'
import { signatureTarget } from './targets/signature.ts'
import { spkiTarget } from './targets/spki.ts'
import { verifyTarget } from './targets/verify.ts'

type Run = (seed: number, more: (inputs: number) => boolean) => Promise<Statistics>

export const runs: Readonly<Record<string, Run>> = {
  armor: (...how) => fuzz(armorTarget, ...how),
  packets: (...how) => fuzz(packetsTarget, ...how),
  signature: (...how) => fuzz(signatureTarget, ...how),
  cleartext: (...how) => fuzz(cleartextTarget, ...how),
  message: (...how) => fuzz(messageTarget, ...how),
  spki: (...how) => fuzz(spkiTarget, ...how),
  verify: (...how) => fuzz(verifyTarget, ...how),
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      inputs: { type: 'string' },
      outcomes: { type: 'boolean', default: false },
    },
  })
  for (const [name, run] of Object.entries(runs)) {
    if (![undefined, name].includes(values.only)) continue
    const end = Date.now() + 60_000 * Number(values.minutes)
    const most = Number(values.inputs ?? Infinity)
    const more = (inputs: number): boolean =>
      inputs < most && (values.inputs !== undefined || Date.now() < end)
    const statistics = await run(Number(values.seed), more)
    console.log(summarize(name, statistics))
    if (values.outcomes) console.log(listOutcomes(statistics))
    const failures = failuresOf(name, statistics)
    for (const failure of failures) console.error(`FAILED ${failure}`)
    if (failures.length > 0) process.exitCode = 1
  }
}

/**
 * Long runs: npm run soak [-- --only PART] [--scale FRACTION]
 * Ends with 1 when anything failed.
 */

import { parseArgs } from 'node:util'
import { soakMutation } from '../mutation/run.ts'
import { soakFaults } from './faults.ts'
import { soakFlips } from './flips.ts'
import { soakFuzz } from './fuzz.ts'
import { soakSignatures } from './signatures.ts'

/** Each part gives the lines that say what failed; `scale` 1 is the full run. */
const parts: Readonly<Record<string, (scale: number) => Promise<string[]>>> = {
  faults: soakFaults,
  flips: soakFlips,
  fuzz: soakFuzz,
  mutation: (scale) => soakMutation(scale),
  signatures: soakSignatures,
}

const { values } = parseArgs({
  options: { only: { type: 'string' }, scale: { type: 'string', default: '1' } },
})
const scale = Number(values.scale)
const chosen = Object.entries(parts).filter(([name]) => [undefined, name].includes(values.only))
if (chosen.length === 0 || !(scale > 0)) {
  console.error(`usage: npm run soak -- [--only ${Object.keys(parts).join('|')}] [--scale 0.1]`)
  process.exit(2)
}

let failed = 0
for (const [name, part] of chosen) {
  const started = Date.now()
  const failures = await part(scale)
  for (const failure of failures) console.error(`FAILED ${failure.trimEnd()}`)
  const seconds = Math.round((Date.now() - started) / 1000)
  console.log(`${name}: ${failures.length} failures, ${seconds} s`)
  failed += failures.length
}
process.exit(failed === 0 ? 0 : 1)

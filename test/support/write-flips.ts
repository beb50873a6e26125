/**
 * Writes vectors/flips anew, but for its index and classes.json: npx tsx test/support/write-flips.ts
 * Some minutes: every bit of every octet is turned. With `--only ID` the record of one subject.
 */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { projectRoot } from '../provision/probe.ts'
import { makeSubjectFiles } from './flips/make.ts'
import { eachBit, keep, keptFile } from './flips/record.ts'
import type { Kept } from './flips/record.ts'
import { subjects } from './flips/subjects.ts'
import { survey, surveysOf } from './flips/survey.ts'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const write = (path: string, octets: string | Uint8Array): void => {
  writeFileSync(join(projectRoot, 'vectors', path), octets)
}
for (const [path, octets] of Object.entries(await makeSubjectFiles())) write(path, octets)
for (const subject of subjects.filter(({ id }) => [undefined, id].includes(values.only))) {
  const kept: Kept[] = []
  for (const each of await surveysOf(subject)) {
    kept.push(keep(each, await survey(each, () => eachBit)))
  }
  write(keptFile(subject), `${JSON.stringify(kept, undefined, 2)}\n`)
  console.log(keptFile(subject))
}

/**
 * Takes each refusal out of the judge, one at a time, and runs the tests: one of them has to fail.
 * `npx tsx test/mutation/run.ts [--only TEXT]… [--lanes 2] [--list]`; ends with 1 when a mutant
 * survives that docs/mutation.md does not explain. `--only` takes the mutants whose file or text has
 * one of the TEXTs in it; as many of them are tried at once as there are lanes.
 */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { judgeMutants, testSteps } from './judge.ts'
import type { Mutant } from './mutants.ts'
import { copyTree } from './tree.ts'
import type { Tree } from './tree.ts'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** The lines that say which mutants survived without an explanation; `scale` 1 is all mutants. */
export async function soakMutation(
  scale = 1,
  { only = [''], lanes = 2 }: { only?: readonly string[]; lanes?: number } = {},
): Promise<string[]> {
  const step = Math.max(1, Math.round(1 / scale))
  const mutants = judgeMutants(root)
    .filter(({ file, taken }) => only.some((text) => `${file} ${taken}`.includes(text)))
    .filter((_, index) => index % step === 0)
  const explained = readFileSync(`${root}/docs/mutation.md`, 'utf8')
  const survivors: Mutant[] = []
  const broken: string[] = []
  let done = 0
  const lane = async (queue: Iterator<Mutant>): Promise<void> => {
    const tree = await copyTree(root)
    try {
      if (!(await survives(tree))) return void broken.push('the tests fail with nothing taken out')
      for (let next = queue.next(); !next.done; next = queue.next()) {
        if (await survives(tree, next.value)) {
          console.log(`mutation: survived: ${describeMutant(next.value)}`)
          survivors.push(next.value)
        }
        done += 1
        if (done % 25 === 0) console.log(`mutation: ${done} of ${mutants.length}`)
      }
    } finally {
      await tree.remove()
    }
  }
  const queue = mutants.values() // shared: each mutant is taken by one lane
  await Promise.all(Array.from({ length: lanes }, () => lane(queue)))
  const unexplained = survivors.filter((mutant) => !explained.includes(explanationOf(mutant)))
  console.log(
    `mutation: ${mutants.length} mutants, ${survivors.length} survivors, ` +
      `${unexplained.length} of them without an explanation`,
  )
  return [...broken, ...unexplained.map(describeMutant)]
}

async function survives(tree: Tree, mutant?: Mutant): Promise<boolean> {
  for (const tests of testSteps(root, mutant?.file)) {
    if (!(await tree.passes(tests, mutant))) return false
  }
  return true
}

function describeMutant(mutant: Mutant): string {
  const { kind, file, line, taken, put } = mutant
  return `${file}:${line} ${kind}: ${taken.slice(0, 160)} → ${put.slice(0, 160)}`
}

/** How a survivor stands in docs/mutation.md: by its text, for line numbers move. */
function explanationOf({ kind, file, taken, put }: Mutant): string {
  return `\`${file}\` ${kind}: \`${taken}\` → \`${put}\``
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      lanes: { type: 'string', default: '2' },
      list: { type: 'boolean', default: false },
    },
  })
  const { only, lanes } = values
  if (values.list) {
    for (const mutant of judgeMutants(root)) console.log(describeMutant(mutant))
  } else {
    const failures = await soakMutation(1, { ...(only && { only }), lanes: Number(lanes) })
    process.exitCode = failures.length === 0 ? 0 : 1
  }
}

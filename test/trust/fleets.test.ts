/** Every client, in every state of every rotation: what src/trust decides is what the rules say. */

import { beforeAll, expect, test } from 'vitest'
import * as engine from './engine.ts'
import { allCells } from './fleet.ts'
import { makeFleet } from './made.ts'
import type { Made } from './made.ts'
import { accepts } from './rules.ts'
import { openFleet } from './run-fleet.ts'

let made: Made
beforeAll(async () => {
  made = await makeFleet()
})

test('each decision is the one of the rules', async () => {
  const fleet = openFleet(engine, made)
  const wrong: string[] = []
  let [yes, no] = [0, 0]
  for (const cells of allCells()) {
    const outcomes = await fleet.decide(cells)
    for (const [at, cell] of cells.entries()) {
      const expected = accepts(cell)
      if (expected) yes += 1
      else no += 1
      const outcome = outcomes[at]
      if (outcome?.accepted !== expected) {
        wrong.push(`${expected} ${JSON.stringify(outcome)} ${JSON.stringify(cell)}`)
      }
    }
  }
  console.log(yes, no, wrong.length)
  expect(wrong.slice(0, 10)).toEqual([])
})

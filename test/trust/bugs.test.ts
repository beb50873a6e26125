/** The table notices a bug: each one that is planted makes a decision that the rules do not. */

import { beforeAll, expect, test } from 'vitest'
import { bugs } from './bugs.ts'
import { allCells } from './fleet.ts'
import { makeFleet } from './made.ts'
import type { Made } from './made.ts'
import { buildEngine } from './plant.ts'
import { accepts } from './rules.ts'
import type { Cell } from './rules.ts'
import { openFleet } from './run-fleet.ts'
import type { Engine } from './run-fleet.ts'

let made: Made
beforeAll(async () => {
  made = await makeFleet()
})

/** Cells that are decided otherwise than by the rules: the first that are found, in great strides. */
async function findDeviation(engine: Engine, { most = Infinity } = {}): Promise<Cell[]> {
  const fleet = openFleet(engine, made)
  const groups = [...allCells()]
  const stride = 1009 // a prime that does not divide their number: each is met once
  expect(groups.length % stride).not.toBe(0)
  for (let at = 0; at < Math.min(most, groups.length); at += 1) {
    const cells = groups[(at * stride) % groups.length] ?? []
    const outcomes = await fleet.decide(cells)
    const wrong = cells.filter((cell, index) => outcomes[index]?.accepted !== accepts(cell))
    if (wrong.length > 0) return wrong
  }
  return []
}

test('there are ten bugs or more', () => {
  expect(bugs.length).toBeGreaterThanOrEqual(10)
  expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length)
})

test('the engine that is built without a bug decides by the rules', async () => {
  expect(await findDeviation(await buildEngine(), { most: 60 })).toEqual([])
})

test.each(bugs)(
  '$name',
  async (bug) => {
    expect(await findDeviation(await buildEngine(bug))).not.toEqual([])
  },
  300_000,
)

/** Every client, in every state of every rotation: what src/trust decides is what the rules say. */

import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { remedy } from '../../src/trust/decide.ts'
import * as engine from './engine.ts'
import { allCells, momentsOf, rotations } from './fleet.ts'
import { makeFleet } from './made.ts'
import { accepts, signersOf } from './rules.ts'
import type { Cell } from './rules.ts'
import { openFleet } from './run-fleet.ts'
import type { Outcome } from './run-fleet.ts'
import { drawTables } from './table.ts'

const page = new URL('../../docs/trust-and-rotation.md', import.meta.url)

const decided: { readonly cell: Cell; readonly outcome: Outcome }[] = []
const byCell = new Map<string, Outcome>()
/** What was before is nothing to who does not remember it, unless the directory lags. */
const nameOf = ({ client, world, history, condition, release }: Cell): string => {
  const told = client.remembers || condition === 'lags a step' ? history : undefined
  return JSON.stringify([
    client.embeds,
    client.remembers,
    client.shares,
    world,
    told,
    condition,
    release,
  ])
}

beforeAll(async () => {
  const fleet = openFleet(engine, await makeFleet())
  for (const cells of allCells()) {
    const outcomes = await fleet.decide(cells)
    for (const [at, cell] of cells.entries()) {
      const outcome = outcomes[at]
      if (!outcome) throw new Error('a cell without a decision')
      decided.push({ cell, outcome })
      byCell.set(nameOf(cell), outcome)
    }
  }
}, 600_000)

/** The cells of honest programs, in states that the right order of a rotation leads through. */
const inOrder = (names: (name: string) => boolean): typeof decided => {
  const states = Object.entries(rotations)
    .filter(([name]) => names(name))
    .flatMap(([, steps]) => momentsOf(steps))
    .map(({ world, history }) => JSON.stringify([world, history]))
  return decided.filter(
    ({ cell }) =>
      cell.release === 'honest' &&
      !cell.client.embeds.includes('M') &&
      states.includes(JSON.stringify([cell.world, cell.history])),
  )
}
const isBreakGlass = (name: string): boolean => name.startsWith('break-glass')
const show = ({ cell }: (typeof decided)[number]): string => nameOf(cell)

test('each decision is the one of the rules, in every order and after every crash', () => {
  const wrong = decided.filter(({ cell, outcome }) => outcome.accepted !== accepts(cell))
  expect(wrong.map(({ cell, outcome }) => ({ ...cell, outcome })).slice(0, 5)).toEqual([])
  const yes = decided.filter(({ outcome }) => outcome.accepted).length
  expect({ yes, no: decided.length - yes }).toMatchInlineSnapshot(`
    {
      "no": 21851,
      "yes": 6661,
    }
  `)
})

describe('what is claimed', () => {
  const working = ['honest', 'lags a step']

  /** A program that embeds B alone is built when B signs, and not before. */
  const isTooSoon = ({ client, world }: Cell): boolean =>
    client.embeds.join() === 'B' && !world.signers.includes('B')

  test('in a rotation a client is refused only where nothing that it embeds is current', () => {
    const refused = inOrder((name) => name.startsWith('rotation')).filter(
      ({ cell, outcome }) =>
        working.includes(cell.condition) && !outcome.accepted && !isTooSoon(cell),
    )
    // `rotate finish` names these, and does not strand them unasked: they embed A alone, A is
    // retired, and they have not run since it endorsed B, nor is there an authority.
    const named = refused.map(({ cell, outcome }) => {
      expect({ remembers: cell.client.remembers, A: cell.world.tree.A }).toEqual({
        remembers: false,
        A: 'retired',
      })
      expect(outcome.hint).toBe(remedy)
      return `${cell.client.embeds.join()}: ${cell.world.tree.B}`
    })
    expect([...new Set(named)].sort()).toEqual(['A,R: by A', 'A: by A', 'A: by A and R'])
  })

  test('where the authority endorsed the successor too, nobody who embeds it is refused', () => {
    const refused = inOrder((name) => name === 'rotation, with the authority').filter(
      ({ cell, outcome }) =>
        working.includes(cell.condition) && !outcome.accepted && cell.client.embeds.includes('R'),
    )
    expect(refused.map(show)).toEqual([])
  })

  test('in break-glass a client without the authority is told the remedy', () => {
    const refused = inOrder(isBreakGlass).filter(
      ({ cell, outcome }) =>
        cell.condition === 'honest' &&
        cell.client.embeds.join() === 'A' &&
        cell.world.signers.join() === 'B' &&
        !outcome.accepted,
    )
    expect(refused.length).toBeGreaterThan(0)
    for (const { outcome } of refused) expect(outcome.hint).toBe(remedy)
  })

  test('in break-glass a client with the authority takes what follows', () => {
    const last = Object.entries(rotations)
      .filter(([name]) => isBreakGlass(name))
      .map(([, steps]) => momentsOf(steps).at(-1))
    for (const moment of last) {
      const embedding = decided.filter(
        ({ cell }) =>
          JSON.stringify([cell.world, cell.history]) ===
            JSON.stringify([moment?.world, moment?.history]) &&
          cell.client.embeds.join() === 'A,R' &&
          cell.condition === 'honest',
      )
      const honest = embedding.filter(({ cell }) => cell.release === 'honest')
      expect(honest.length).toBeGreaterThan(0)
      expect(honest.every(({ outcome }) => outcome.accepted)).toBe(true)
      const thief = embedding.filter(({ cell }) => cell.release !== 'honest')
      expect(thief.some(({ outcome }) => outcome.accepted)).toBe(false)
    }
  })

  test('no signer is accepted whom the embedded certificates did not endorse', () => {
    const strangers = decided.filter(
      ({ cell, outcome }) =>
        outcome.accepted &&
        signersOf(cell).join() === 'M' &&
        !cell.client.embeds.includes('M') &&
        cell.condition !== 'helps a thief', // who has A's key: nothing bounds that
    )
    expect(strangers.map(show)).toEqual([])
  })

  test('a thief of a key that is void, or known to be retired, gets nothing by it', () => {
    const accepted = decided.filter(
      ({ cell, outcome }) =>
        outcome.accepted &&
        cell.release !== 'honest' &&
        cell.condition === 'helps a thief' &&
        !cell.client.embeds.includes('M') &&
        cell.world.tree.A !== 'good',
    )
    expect(accepted.map(show)).toEqual([])
  })
})

test('docs/trust-and-rotation.md has the tables as they are', () => {
  const tables = drawTables((cell) => {
    const outcome = byCell.get(nameOf(cell))
    if (!outcome) throw new Error(`not tried: ${nameOf(cell)}`)
    return outcome
  })
  const text = readFileSync(page, 'utf8')
  const [start, end] = ['<!-- tables -->\n\n', '\n\n<!-- end of tables -->']
  const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)]
  expect(from).toBeGreaterThan(start.length)
  if (process.env['LONGHAND_WRITE_DOCS'] === '1') {
    writeFileSync(page, text.slice(0, from) + tables + text.slice(to))
  } else expect(text.slice(from, to)).toBe(tables)
})

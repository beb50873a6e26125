/** The clients, and every state of the world that they are tried in. */

import { conditions, firstTree, releases } from './rules.ts'
import type { Cell, Client, KeyName, StandingOfA, StandingOfB, Tree, World } from './rules.ts'

const honest: readonly (readonly KeyName[])[] = [['A'], ['A', 'B'], ['B'], ['A', 'R']]
/** Somebody put another certificate in, beside the owner's or in its place. */
const tampered: readonly (readonly KeyName[])[] = [['A', 'M'], ['M']]

export const clients: readonly Client[] = [
  ...honest.flatMap((embeds) => [false, true].map((remembers) => ({ embeds, remembers }))),
  { embeds: ['A'], remembers: true, shares: true },
  { embeds: ['A', 'R'], remembers: true, shares: true },
  ...tampered.map((embeds) => ({ embeds, remembers: false })),
]

/** One step of the owner's; what it does is visible from outside. */
export interface Step {
  readonly name: string
  readonly change: (world: Owner) => Owner
}

/** What the owner has: not all of it is published. */
export interface Owner {
  readonly A: StandingOfA
  readonly B: StandingOfB
  readonly published: Tree
  readonly signers: readonly KeyName[]
}

const start: Owner = { A: 'good', B: 'bare', published: firstTree, signers: ['A'] }

const endorse = (by: StandingOfB): Step => ({
  name: 'endorse',
  change: (owner) => ({ ...owner, B: by }),
})
const publish: Step = {
  name: 'publish',
  change: (owner) => ({ ...owner, published: { ...owner.published, B: owner.B } }),
}
const dualSign: Step = {
  name: 'sign by both',
  change: (owner) => ({ ...owner, signers: ['A', 'B'] }),
}
const takeBack: Step = {
  name: 'take back',
  change: (owner) => {
    const B = 'by A, taken back'
    return { ...owner, B, published: { ...owner.published, B } }
  },
}
const giveUp: Step = {
  name: 'sign by A alone',
  change: (owner) => ({ ...owner, signers: ['A'] }),
}
const signAlone: Step = {
  name: 'sign by B alone',
  change: (owner) => ({ ...owner, signers: ['B'] }),
}
const revoke = (A: StandingOfA): Step => ({
  name: A === 'void' ? 'revoke' : 'retire',
  change: (owner) => ({ ...owner, A, published: { ...owner.published, A } }),
})

/** Each with its steps in the right order. */
export const rotations: Readonly<Record<string, readonly Step[]>> = {
  rotation: [endorse('by A'), publish, dualSign, revoke('retired'), signAlone],
  'rotation, with the authority': [
    ...[endorse('by A and R'), publish, dualSign, revoke('retired'), signAlone],
  ],
  'B stolen, and taken back': [endorse('by A'), publish, signAlone, takeBack, giveUp],
  'break-glass, A lost': [endorse('by R, replacing A'), publish, signAlone],
  'break-glass, A stolen': [endorse('by R, replacing A'), publish, signAlone, revoke('void')],
  'break-glass in the midst of a rotation': [
    ...[endorse('by A'), publish, dualSign, revoke('void'), endorse('by R, replacing A')],
    ...[publish, signAlone],
  ],
}

/** A state of the world, and how it came to it. */
export interface Moment {
  readonly steps: readonly string[]
  readonly world: World
  /** The trees before this one, in their order; two that follow each other and are the same once. */
  readonly history: readonly Tree[]
}

/** The states after each step of an order, a crash after any of them included. */
export function momentsOf(order: readonly Step[]): Moment[] {
  const names: string[] = []
  const history: Tree[] = []
  let owner = start
  const moments: Moment[] = [{ steps: [], world: worldOf(owner), history: [] }]
  for (const { name, change } of order) {
    if (history.at(-1) !== owner.published) history.push(owner.published)
    owner = change(owner)
    names.push(name)
    moments.push({ steps: [...names], world: worldOf(owner), history: [...history] })
  }
  return moments
}

function worldOf({ published, signers }: Owner): World {
  return { tree: published, signers }
}

/** Every order of some steps. */
export function ordersOf<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, at) =>
    ordersOf(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]),
  )
}

/** Every state that any order of any rotation leads through, each once. */
export function allMoments(): Moment[] {
  const found = new Map<string, Moment>()
  // Of the long one, which has some steps twice, the right order and every crash in it.
  for (const steps of Object.values(rotations)) {
    for (const order of steps.length > 5 ? [steps] : ordersOf(steps)) {
      for (const moment of momentsOf(order)) {
        const key = JSON.stringify([moment.world, moment.history])
        if (!found.has(key)) found.set(key, moment)
      }
    }
  }
  return [...found.values()]
}

/** Every cell of the table, grouped so that one question to the sources serves several releases. */
export function* allCells(moments = allMoments()): Generator<readonly Cell[]> {
  const tried = new Set<string>()
  for (const { world, history } of moments) {
    const isNew = !tried.has(JSON.stringify(world))
    tried.add(JSON.stringify(world))
    for (const client of clients) {
      for (const condition of conditions) {
        // What was before makes a difference only to who remembers it, and where a directory lags.
        if (!isNew && !client.remembers && condition !== 'lags a step') continue
        yield releases.map((release) => ({ client, world, history, condition, release }))
      }
    }
  }
}

/** The tables of docs/trust-and-rotation.md, as the fleet decides. */

import { momentsOf, rotations } from './fleet.ts'
import type { Moment } from './fleet.ts'
import { conditions, originAccepts } from './rules.ts'
import type { Cell, Client, Condition, Release } from './rules.ts'
import type { Outcome } from './run-fleet.ts'

export type Decide = (cell: Cell) => Outcome

const honest: readonly Client[] = [
  { embeds: ['A'], remembers: false },
  { embeds: ['A'], remembers: true },
  { embeds: ['A', 'B'], remembers: false },
  { embeds: ['B'], remembers: false },
  { embeds: ['A', 'R'], remembers: false },
  { embeds: ['A', 'R'], remembers: true },
]

/** All of them, as Markdown. */
export function drawTables(decide: Decide): string {
  const parts = Object.keys(rotations).map((name) => rotationTable(name, decide))
  const attacked: readonly Release[] = ['honest', 'by a thief of A, dated back', 'by M']
  return [...parts, ...attacked.map((release) => attackTable(release, decide))].join('\n\n')
}

function cellOf(
  { world, history }: Moment,
  client: Client,
  condition: Condition,
  release: Release,
): Cell {
  return { client, world, history, condition, release }
}

function rotationTable(name: string, decide: Decide): string {
  const moments = momentsOf(rotations[name] ?? [])
  const head = ['client', 'before', ...moments.slice(1).map(({ steps }) => steps.at(-1) ?? '')]
  const rows = honest.map((client) => [
    clientName(client),
    ...moments.map((moment) => said(decide(cellOf(moment, client, 'honest', 'honest')))),
  ])
  const origin = (['A', 'AB'] as const).map((letters) => {
    const client = {
      embeds: letters === 'A' ? (['A'] as const) : (['A', 'B'] as const),
      remembers: false,
    }
    return [
      `the origin's rule, ${clientName(client)}`,
      ...moments.map((moment) =>
        originAccepts(cellOf(moment, client, 'honest', 'honest')) ? 'yes' : 'no',
      ),
    ]
  })
  return `### ${capital(name)}\n\n${draw([head, ...rows, ...origin])}`
}

/** States of the world that the attacks are shown in. */
function attackMoments(): { readonly name: string; readonly moment: Moment }[] {
  const planned = momentsOf(rotations['rotation'] ?? [])
  const stolen = momentsOf(rotations['break-glass, A stolen'] ?? [])
  const [first] = planned
  const [both, alone, broken] = [planned[3], planned.at(-1), stolen.at(-1)]
  if (!first || !both || !alone || !broken) throw new Error('a rotation has lost its steps')
  return [
    { name: 'before', moment: first },
    { name: 'both sign', moment: both },
    { name: 'A retired', moment: alone },
    { name: 'A stolen, revoked', moment: broken },
  ]
}

function attackTable(release: Release, decide: Decide): string {
  const moments = attackMoments()
  const client = (remembers: boolean): Client => ({ embeds: ['A'], remembers })
  const head = ['directory', ...moments.map(({ name }) => name)]
  const rows = conditions.map((condition) => [
    condition,
    ...moments.map(({ moment }) => {
      const [without, remembering] = [false, true].map((remembers) =>
        said(decide(cellOf(moment, client(remembers), condition, release))),
      )
      return without === remembering ? `${without}` : `${without}; remembers: ${remembering}`
    }),
  ])
  return `### A release ${release === 'honest' ? 'of the owner' : release}, and a client that embeds A\n\n${draw([head, ...rows])}`
}

function clientName({ embeds, remembers }: Client): string {
  return `${embeds.join(', ')}${remembers ? '; remembers' : ''}`
}

function said({ accepted, code }: Outcome): string {
  return accepted ? 'yes' : `no: ${code ?? ''}`
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** As Prettier draws it. */
function draw(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows
  const widths = head.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, at) => (cells[at] ?? '').padEnd(width)).join(' | ')} |`
  const [first = [], ...others] = rows
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join(
    '\n',
  )
}

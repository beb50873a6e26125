/** The table of docs/signers.md that the conformance tests write, row by row. */

import { readFileSync, writeFileSync } from 'node:fs'

const page = new URL('../../docs/signers.md', import.meta.url)
const head = ['signer', 'tried against', 'hashes', 'faults tried', 'conformance kit passed by']

/** The cells of a signer's row; undefined when it has none. */
export function readConformanceRow(signer: string): string[] | undefined {
  return findTable(readFileSync(page, 'utf8')).rows.find(([name]) => name === signer)
}

/** Puts a row in the place of the signer's last one, or where the order of names wants it. */
export function writeConformanceRow(row: readonly string[]): void {
  const text = readFileSync(page, 'utf8')
  const { before, rows, after } = findTable(text)
  const others = rows.filter(([name]) => name !== row[0])
  const sorted = [...others, row].sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
  writeFileSync(page, [...before, ...drawTable(sorted), ...after].join('\n'))
}

interface Table {
  readonly before: readonly string[]
  readonly rows: readonly string[][]
  readonly after: readonly string[]
}

function findTable(text: string): Table {
  const lines = text.split('\n')
  const cells = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
  const start = lines.findIndex((line) => cells(line).join() === head.join())
  if (start < 0) throw new Error(`docs/signers.md has no table with the columns ${head.join(', ')}`)
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'))
  const end = start + length
  const rows = lines.slice(start + 2, end).map(cells)
  return { before: lines.slice(0, start), rows, after: lines.slice(end) }
}

/** As Prettier draws it. */
function drawTable(rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_, at) =>
    Math.max(...[head, ...rows].map((row) => (row[at] ?? '').length)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, at) => (cells[at] ?? '').padEnd(width)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)]
}

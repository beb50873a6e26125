/** A small table of text, in Markdown, so that it can be pasted. */

export type Cell = string | number

/** Prints rows under their heads; numbers stand to the right. */
export function printTable(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
): void {
  const texts = rows.map((row) => row.map(String))
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...texts.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join(' | ')} |`
  const rule = widths.map((width, n) => (n === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  console.log([`### ${title}`, '', line(heads), line(rule), ...texts.map(line), ''].join('\n'))
}

/** Three significant digits or so: 0.913, 4.27, 61.3, 1,240. */
export function figure(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
  return value.toLocaleString('en-GB', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
}

/** 1.08 ×. */
export function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`
}

/** Markdown out of text that others wrote: nothing of that is read as Markdown. */

/** Makes text safe to show on one line; what a line is shown by is known elsewhere. */
export type Escape = (text: string) => string

/** Writers of a page by one way to escape. */
export interface Markdown {
  /** A code span: its fence is longer than any run of backticks in it. */
  readonly code: (text: string) => string
  /** A sentence, in which foreign text may stand. */
  readonly prose: (text: string) => string
}

export function markdownBy(escape: Escape): Markdown {
  return {
    code(text) {
      const shown = escape(text)
      const runs = shown.match(/`+/g) ?? []
      const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)))
      // One blank at either side is not the span's.
      const inner = runs.length > 0 || /^ | $/.test(shown) ? ` ${shown} ` : shown
      return `${fence}${inner}${fence}`
    },
    prose: (text) => escape(text).replace(/[`<>&*_[\]\\]/g, '\\$&'),
  }
}

export function numbered(lines: readonly string[]): string[] {
  return lines.map((line, index) => `${index + 1}. ${line}`)
}

/** With its columns as wide as they have to be, for those who read it as it is. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, at) => Math.max(...all.map((cells) => [...(cells[at] ?? '')].length)))
  const pad = (cell: string, at: number): string =>
    cell + ' '.repeat((widths[at] ?? 0) - [...cell].length)
  const [first = '', ...others] = all.map((cells) => `| ${cells.map(pad).join(' | ')} |`)
  return [first, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others]
}

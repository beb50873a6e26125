/** Something described: a title, named facts, and what is inside of it. */

import { escapeText } from '../escape.ts'

export interface Description {
  readonly title: string
  /** Facts by name; texts are as they were read, and are escaped only where they are printed. */
  readonly facts: Readonly<Record<string, string | number | boolean>>
  readonly parts: readonly Description[]
}

/** A description without its title. */
export type Inside = Pick<Description, 'facts' | 'parts'>

/** Indented lines for a person. */
export function renderDescription({ title, facts, parts }: Description, indent = ''): string {
  const lines = Object.entries(facts).map(
    ([name, value]) => `${indent}  ${name}: ${escapeText(String(value), { limit: 400 })}\n`,
  )
  const inside = parts.map((part) => renderDescription(part, `${indent}  `))
  return [`${indent}${escapeText(title, { limit: 400 })}\n`, ...lines, ...inside].join('')
}

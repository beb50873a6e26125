/** Changes values in a JSON text and leaves the rest of it as whoever wrote it laid it out. */

import { parseJson, valueOf } from './json.ts'
import type { JsonNode, JsonValue, Source } from './json.ts'

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

interface Layout {
  readonly text: string
  /** One step of indentation. */
  readonly indent: string
  readonly lineEnd: string
}

/** The text whose value is `wanted`; what is as it was stays octet for octet. */
export function editJson(source: Source, wanted: JsonValue): string {
  const { text } = source
  const root = parseJson(source)
  const indent = /[\r\n]([ \t]+)\S/.exec(text)?.[1] ?? '  '
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n'
  const edits = editsOf(root, wanted, { text, indent, lineEnd })
  // From behind, so that the offsets before it stay what they are.
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((all, { start, end, text }) => all.slice(0, start) + text + all.slice(end), text)
}

function editsOf(node: JsonNode, wanted: JsonValue, layout: Layout): Edit[] {
  if (same(valueOf(node), wanted)) return []
  if (node.kind === 'object' && isObject(wanted)) {
    const names = node.members.map(({ name }) => name)
    const kept = names.every((name) => Object.hasOwn(wanted, name))
    const added = Object.entries(wanted).filter(([name]) => !names.includes(name))
    if (kept && names.length > 0) {
      return [
        ...node.members.flatMap(({ name, value }) => editsOf(value, wanted[name] ?? null, layout)),
        ...append(
          node,
          added.map(([name, value]) => ({ name, value })),
          layout,
        ),
      ]
    }
  }
  if (node.kind === 'array' && isArray(wanted)) {
    const { elements } = node
    if (elements.length > 0 && wanted.length >= elements.length) {
      return [
        ...elements.flatMap((element, at) => editsOf(element, wanted[at] ?? null, layout)),
        ...append(
          node,
          wanted.slice(elements.length).map((value) => ({ value })),
          layout,
        ),
      ]
    }
  }
  const { start, end } = node
  return [{ start, end, text: render(wanted, indentAt(start, layout), layout) }]
}

interface Item {
  /** Undefined for an element of an array. */
  readonly name?: string
  readonly value: JsonValue
}

/** Puts items behind the last one, on lines of their own or, where that stands on one line, in it. */
function append(
  node: JsonNode & { kind: 'object' | 'array' },
  items: readonly Item[],
  layout: Layout,
): Edit[] {
  const last = node.kind === 'object' ? node.members.at(-1)?.value.end : node.elements.at(-1)?.end
  if (items.length === 0 || last === undefined) return []
  const tail = layout.text.slice(last, node.end - 1)
  const lines = /[\r\n]/.test(tail)
  const inner = indentAt(node.start, layout) + layout.indent
  const text = items.map(({ name, value }) => {
    const label = name === undefined ? '' : `${JSON.stringify(name)}: `
    if (!lines) return `, ${label}${JSON.stringify(value)}`
    return `,${layout.lineEnd}${inner}${label}${render(value, inner, layout)}`
  })
  return [{ start: last, end: last, text: text.join('') }]
}

/** The white space that begins the line of an offset. */
function indentAt(offset: number, { text }: Layout): string {
  const line =
    text
      .slice(0, offset)
      .split(/[\r\n]/)
      .at(-1) ?? ''
  return /^[ \t]*/.exec(line)?.[0] ?? ''
}

function render(value: JsonValue, outer: string, { indent, lineEnd }: Layout): string {
  return JSON.stringify(value, undefined, indent).replaceAll('\n', `${lineEnd}${outer}`)
}

function same(a: JsonValue, b: JsonValue): boolean {
  if (isArray(a)) {
    return isArray(b) && a.length === b.length && a.every((each, at) => same(each, b[at] ?? null))
  }
  if (!isObject(a)) return Object.is(a, b)
  if (!isObject(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && same(a[name] ?? null, b[name] ?? null))
  )
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function isObject(value: JsonValue): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !isArray(value)
}

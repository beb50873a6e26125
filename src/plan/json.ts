/** JSON, RFC 8259, read with the place of everything in it: people write it, and have to find errors. */

import { OpenPGPError } from '../errors.ts'

/** Offsets into the text, in UTF-16 code units. */
interface Span {
  readonly start: number
  readonly end: number
}

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue }

export interface JsonMember {
  readonly name: string
  /** Where the name begins. */
  readonly start: number
  readonly value: JsonNode
}

export type JsonNode = Span &
  (
    | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
    | { readonly kind: 'array'; readonly elements: readonly JsonNode[] }
    | { readonly kind: 'scalar'; readonly value: string | number | boolean | null }
  )

/** A text and what it is called in messages. */
export interface Source {
  readonly name: string
  readonly text: string
}

/** The error of what stands at an offset: `longhand.json:3:12: …`. Both are counted from 1. */
export function errorAt({ name, text }: Source, offset: number, message: string): OpenPGPError {
  const before = text.slice(0, offset).split(/\r\n|[\r\n]/)
  const column = [...(before.at(-1) ?? '')].length + 1
  return new OpenPGPError('malformed', `${name}:${before.length}:${column}: ${message}`)
}

/** Deeper than anything that is read here. */
const deepest = 32

const space = /[ \t\r\n]*/y
const stringToken = /"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const otherToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/** Reads one JSON text and nothing behind it. `malformed`, also for a name that an object has twice. */
export function parseJson(source: Source): JsonNode {
  const { text } = source
  let at = 0

  const fail = (message: string, where = at): never => {
    throw errorAt(source, where, message)
  }
  const match = (token: RegExp): string => {
    const sticky = new RegExp(token) // its place is not shared with another reading
    sticky.lastIndex = at
    return sticky.exec(text)?.[0] ?? ''
  }
  const skip = (): void => {
    at += match(space).length
  }
  const take = (character: string): boolean => {
    if (text[at] !== character) return false
    at += 1
    skip()
    return true
  }
  const readString = (): string => {
    const token = match(stringToken)
    if (token === '') fail('a string does not end on its line, or has a bad character or escape')
    at += token.length
    const value = JSON.parse(token) as string
    if (/\p{Cs}/u.test(value)) fail('a string has half a surrogate pair', at - token.length)
    return value
  }
  /** What stands between commas until `close`; the opening bracket is read. */
  const list = <Item>(close: string, item: () => Item): Item[] => {
    const items: Item[] = []
    if (text[at] !== close) {
      do items.push(item())
      while (take(','))
    }
    if (text[at] !== close) fail(`${JSON.stringify(close)} or a comma is missing`)
    at += 1 // white space behind it is not the value's
    return items
  }
  const readMembers = (depth: number): JsonMember[] => {
    const names = new Set<string>()
    return list('}', () => {
      const start = at
      if (text[at] !== '"') fail('a name in double quotes is missing')
      const name = readString()
      if (names.has(name)) fail(`${JSON.stringify(name)} is there twice`, start)
      names.add(name)
      skip()
      if (!take(':')) fail('a colon is missing')
      const value = readValue(depth)
      skip()
      return { name, start, value }
    })
  }
  const readElements = (depth: number): JsonNode[] =>
    list(']', () => {
      const element = readValue(depth)
      skip()
      return element
    })
  const readValue = (depth: number): JsonNode => {
    const start = at
    if (depth > deepest) fail('it is nested too deeply')
    if (take('{')) {
      const members = readMembers(depth + 1)
      return { kind: 'object', members, start, end: at }
    }
    if (take('[')) {
      const elements = readElements(depth + 1)
      return { kind: 'array', elements, start, end: at }
    }
    if (text[at] === '"') return { kind: 'scalar', value: readString(), start, end: at }
    const token = match(otherToken)
    if (token === '') fail('a value is missing: text in double quotes, a number, { or [')
    at += token.length
    return { kind: 'scalar', value: JSON.parse(token) as number | boolean | null, start, end: at }
  }

  skip()
  const root = readValue(0)
  skip()
  if (at < text.length) fail('something stands behind the end')
  return root
}

/** The value of a node, as JSON.parse would give it. */
export function valueOf(node: JsonNode): JsonValue {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'array') return node.elements.map(valueOf)
  // Not by assignment: that would make of a member __proto__ something else.
  return Object.fromEntries(node.members.map(({ name, value }) => [name, valueOf(value)]))
}

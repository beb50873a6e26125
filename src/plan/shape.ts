/** Reads a record out of JSON, by a table of its members, and says where one is not what it should be. */

import { errorAt } from './json.ts'
import type { JsonNode, Source } from './json.ts'

/** Reads one value; throws `malformed` with its place. */
export type Reader<Value> = (node: JsonNode, source: Source) => Value

interface Member<Value> {
  readonly read: Reader<Value>
  readonly required: boolean
}

type Members = Readonly<Record<string, Member<unknown>>>

type Required<Table extends Members> = {
  [Name in keyof Table]: Table[Name]['required'] extends true ? Name : never
}[keyof Table]

type ValueOf<Each> = Each extends Member<infer Value> ? Value : never

type Read<Table extends Members> = {
  readonly [Name in Required<Table>]: ValueOf<Table[Name]>
} & { readonly [Name in Exclude<keyof Table, Required<Table>>]?: ValueOf<Table[Name]> }

export function required<Value>(read: Reader<Value>): Member<Value> & { readonly required: true } {
  return { read, required: true }
}

export function optional<Value>(read: Reader<Value>): Member<Value> & { readonly required: false } {
  return { read, required: false }
}

/** An object with those members and no others. `what` names it in messages: `a key`. */
export function record<Table extends Members>(what: string, table: Table): Reader<Read<Table>> {
  return (node, source) => {
    if (node.kind !== 'object') throw errorAt(source, node.start, `${what} is not an object, { … }`)
    const found: Record<string, unknown> = {}
    for (const { name, start, value } of node.members) {
      const member = Object.hasOwn(table, name) ? table[name] : undefined
      if (!member) {
        const known = Object.keys(table).join(', ')
        const message = `${what} has no member ${JSON.stringify(name)}; it has ${known}`
        throw errorAt(source, start, message)
      }
      found[name] = member.read(value, source)
    }
    const missing = Object.keys(table).find((name) => table[name]?.required && !(name in found))
    if (missing !== undefined) {
      throw errorAt(source, node.start, `${what} lacks ${JSON.stringify(missing)}`)
    }
    return found as Read<Table>
  }
}

/** An array of such values. */
export function list<Value>(what: string, read: Reader<Value>): Reader<readonly Value[]> {
  return (node, source) => {
    if (node.kind === 'array') return node.elements.map((element) => read(element, source))
    throw errorAt(source, node.start, `${what} are not an array, [ … ]`)
  }
}

/** Text for which `good` holds; `form` says what it should be: `a time such as …`. */
export function text(form: string, good: RegExp | ((value: string) => boolean)): Reader<string> {
  const holds = typeof good === 'function' ? good : (value: string) => good.test(value)
  return (node, source) => {
    const value = node.kind === 'scalar' ? node.value : undefined
    if (typeof value === 'string' && holds(value)) return value
    throw errorAt(source, node.start, `this is not ${form}`)
  }
}

/** One of a few words. */
export function oneOf<const Words extends readonly (string | number)[]>(
  words: Words,
): Reader<Words[number]> {
  return (node, source) => {
    const found = words.find((word) => node.kind === 'scalar' && node.value === word)
    if (found !== undefined) return found
    throw errorAt(source, node.start, `this is none of ${words.join(', ')}`)
  }
}

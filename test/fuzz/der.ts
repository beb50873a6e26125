/** DER as a tree whose nodes can each be wrong. */

import { concat, fromHex, uint32 } from '../../src/octets.ts'
import { mutateOctets } from './octets.ts'
import type { Random } from './random.ts'

export interface DerNode {
  readonly tag: number
  readonly content: Uint8Array | readonly DerNode[]
  /** A BIT STRING's first octet, where its content is a tree. */
  readonly prefix?: Uint8Array
  /** How its length is written: in the fewest octets unless said. */
  readonly length?: 'long' | 'indefinite' | number
}

const sequence = 0x30
const bitString = 0x03

/** The tree of one value; undefined when the octets are not one. */
export function readDer(octets: Uint8Array): DerNode | undefined {
  const [node, ...more] = readNodes(octets, 0) ?? []
  return more.length === 0 ? node : undefined
}

function readNodes(octets: Uint8Array, depth: number): DerNode[] | undefined {
  const nodes: DerNode[] = []
  for (let at = 0; at < octets.length;) {
    const [tag = 0, first = 0] = octets.subarray(at, at + 2)
    const extra = first < 0x80 ? 0 : first & 0x7f
    if (extra > 3) return undefined
    const length = octets.slice(at + 2, at + 2 + extra).reduce((sum, each) => sum * 256 + each, 0)
    const from = at + 2 + extra
    const to = from + (extra === 0 ? first : length)
    if (to > octets.length) return undefined
    nodes.push(readNode(tag, octets.slice(from, to), depth))
    at = to
  }
  return nodes
}

function readNode(tag: number, content: Uint8Array, depth: number): DerNode {
  const children = depth < 8 && tag === sequence ? readNodes(content, depth + 1) : undefined
  if (children) return { tag, content: children }
  if (tag === bitString && content[1] === sequence && depth < 8) {
    const inside = readNodes(content.subarray(1), depth + 1)
    if (inside) return { tag, content: inside, prefix: content.slice(0, 1) }
  }
  return { tag, content }
}

export function writeDer({ tag, content, prefix, length }: DerNode): Uint8Array {
  const inside = content instanceof Uint8Array ? content : concat(...content.map(writeDer))
  const body = concat(prefix ?? new Uint8Array(), inside)
  const head = Uint8Array.of(tag)
  switch (length) {
    case 'indefinite':
      return concat(head, Uint8Array.of(0x80), body, Uint8Array.of(0, 0))
    case 'long':
      return concat(head, Uint8Array.of(0x84), uint32(body.length), body)
    default:
      return concat(head, shortest(Math.max(0, body.length + (length ?? 0))), body)
  }
}

function shortest(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const octets = uint32(length)
  const kept = octets.subarray(octets.findIndex((octet) => octet !== 0))
  return concat(Uint8Array.of(0x80 | kept.length), kept)
}

const lengths = ['long', 'indefinite', -1, 1, 1000] as const
const identifiers = [
  ...[
    '2a864886f70d010101',
    '2a864886f70d01010a',
    '2a8648ce3d0201',
    '2a8648ce3d030107',
    '2b81040022',
  ],
  ...['2b81040023', '2b8104000a', '2b6570', '2b656e', '2b6571', '608648016503040311', '80', '2a86'],
].map((hex): DerNode => ({ tag: 0x06, content: fromHex(hex) ?? new Uint8Array() }))
const others: readonly DerNode[] = [
  ...identifiers,
  { tag: 0x05, content: new Uint8Array() },
  { tag: 0x05, content: Uint8Array.of(0) },
  { tag: 0x02, content: Uint8Array.of(0) },
  { tag: 0x02, content: Uint8Array.of(0x80) },
  { tag: 0x02, content: Uint8Array.of(1, 0, 1) },
  { tag: sequence, content: [] },
  { tag: 0x04, content: Uint8Array.of(4) },
  { tag: 0xa0, content: [] },
]

/** One change somewhere in the tree. */
export function mutateNode(random: Random, node: DerNode): DerNode {
  const { tag, content, prefix } = node
  const children = content instanceof Uint8Array ? [] : content
  if (children.length > 0 && !random.oneIn(4)) {
    const at = random.below(children.length)
    const [before, one, after] = [children.slice(0, at), children[at], children.slice(at + 1)]
    const rest = prefix ? { tag, prefix } : { tag }
    if (!one) return node
    const [other = one] = [random.pick(others)]
    switch (random.below(8)) {
      case 0:
        return { ...rest, content: [...before, ...after] }
      case 1:
        return { ...rest, content: [...before, one, one, ...after] }
      case 2:
        return { ...rest, content: [...before, other, ...after] }
      case 3:
        return { ...rest, content: [...before, one, other, ...after] }
      default:
        return { ...rest, content: [...before, mutateNode(random, one), ...after] }
    }
  }
  switch (random.below(8)) {
    case 0:
      return { ...node, tag: random.oneIn(2) ? tag ^ (1 << random.below(8)) : random.below(256) }
    case 1:
      return { ...node, length: random.pick([...lengths]) ?? 'long' }
    case 2:
      return { tag: sequence, content: nest(node, random.oneIn(20) ? 2000 : 2) }
    case 3:
      if (prefix) return { ...node, prefix: random.octets(random.below(3)) }
      return random.pick(others) ?? node
    default:
      return { tag, content: mutateContent(random, writeContent(node)) }
  }
}

function nest(node: DerNode, depth: number): DerNode[] {
  let octets = writeDer(node)
  for (let left = depth; left > 0; left -= 1) octets = writeDer({ tag: sequence, content: octets })
  return [{ tag: sequence, content: octets }]
}

function writeContent({ content, prefix }: DerNode): Uint8Array {
  const inside = content instanceof Uint8Array ? content : concat(...content.map(writeDer))
  return concat(prefix ?? new Uint8Array(), inside)
}

/** Other numbers of the same length as well as what is none. */
function mutateContent(random: Random, content: Uint8Array): Uint8Array {
  switch (random.below(5)) {
    case 0:
      return concat(Uint8Array.of(0), content)
    case 1:
      return content.subarray(1)
    case 2: {
      const changed = Uint8Array.from(content)
      const at = random.between(1, Math.max(1, content.length - 2))
      if (at < changed.length) changed[at] = random.below(256)
      return changed
    }
    case 3:
      return random.octets(content.length)
    default:
      return mutateOctets(random, content)
  }
}

/** Packets as parts that can each be wrong, RFC 9580 §4.2, and what is in them. */

import { concat, uint16, uint32, utf8 } from '../../src/octets.ts'
import { packetType } from '../../src/registry.ts'
import { writeLength } from '../../src/wire/length.ts'
import { readPackets } from '../../src/wire/packet.ts'
import { attempt } from './fuzz.ts'
import { mutateOctets } from './octets.ts'
import type { Random } from './random.ts'
import { mutateParts, mutateValue, readParts, writeParts } from './signatures.ts'

export interface Piece {
  readonly type: number
  readonly body: Uint8Array
  readonly form: 'openpgp' | 'wide' | 'partial' | 'legacy' | 'indeterminate'
  /** What its length says too much. */
  readonly lie?: number
}

/** The packets that can be read. */
export function readPieces(octets: Uint8Array): Piece[] {
  const pieces: Piece[] = []
  attempt(() => {
    for (const { type, body, format } of readPackets(octets)) {
      pieces.push({ type, body, form: format })
    }
  })
  return pieces
}

export function writePieces(pieces: readonly Piece[]): Uint8Array {
  return concat(...pieces.map(writePiece))
}

function writePiece({ type, body, form, lie = 0 }: Piece): Uint8Array {
  const length = Math.max(0, body.length + lie)
  const tag = 0xc0 | (type & 0x3f)
  const legacy = 0x80 | ((type & 0x0f) << 2)
  switch (form) {
    case 'openpgp':
      return concat(Uint8Array.of(tag), writeLength(length), body)
    case 'wide':
      return concat(Uint8Array.of(tag, 0xff), uint32(length), body)
    case 'partial': {
      const power = Math.floor(Math.log2(Math.max(1, body.length)))
      const first = body.subarray(0, 2 ** power)
      const rest = body.subarray(first.length)
      return concat(Uint8Array.of(tag, 0xe0 | power), first, writeLength(rest.length + lie), rest)
    }
    case 'legacy':
      if (length < 0x100) return concat(Uint8Array.of(legacy, length), body)
      if (length < 0x1_0000) return concat(Uint8Array.of(legacy | 1), uint16(length), body)
      return concat(Uint8Array.of(legacy | 2), uint32(length), body)
    case 'indeterminate':
      return concat(Uint8Array.of(legacy | 3), body)
  }
}

const known = Object.values(packetType)
const forms = ['openpgp', 'wide', 'partial', 'legacy', 'indeterminate'] as const
/** Packets that stand in files and say nothing, or ought not to stand there. */
const strays: readonly Piece[] = [
  { type: packetType.marker, body: utf8('PGP'), form: 'openpgp' },
  { type: packetType.trust, body: Uint8Array.of(0, 0), form: 'legacy' },
  { type: packetType.padding, body: new Uint8Array(40), form: 'openpgp' },
  { type: packetType.userAttribute, body: Uint8Array.of(2, 1, 0), form: 'openpgp' },
  { type: packetType.literalData, body: utf8('b\0\0\0\0\0data'), form: 'openpgp' },
  { type: packetType.secretKey, body: Uint8Array.of(4, 0, 0, 0, 0, 1), form: 'openpgp' },
  { type: 30, body: utf8('critical'), form: 'openpgp' },
  { type: 45, body: utf8('not critical'), form: 'wide' },
]

/** One to three changes; `others` is what packets may come from. */
export function mutatePieces(
  random: Random,
  pieces: readonly Piece[],
  others: readonly Piece[],
): Piece[] {
  let mutated = [...pieces]
  for (let left = random.between(1, 3); left > 0; left -= 1) {
    mutated = changePieces(random, mutated, others)
  }
  return mutated
}

function changePieces(random: Random, pieces: readonly Piece[], others: readonly Piece[]): Piece[] {
  const at = random.below(pieces.length)
  const [before, one, after] = [pieces.slice(0, at), pieces[at], pieces.slice(at + 1)]
  const added = random.pick(random.oneIn(2) ? strays : others) ?? strays[0]
  if (!one || !added) return [...strays]
  switch (random.below(12)) {
    case 0:
      return [...before, ...after]
    case 1:
      return [...before, one, one, ...after]
    case 2:
      return [...before, ...after.slice(0, 1), one, ...after.slice(1)]
    case 3:
      return [...before, { ...one, type: random.pick(known) ?? random.below(64) }, ...after]
    case 4:
      return [...before, { ...one, form: random.pick(forms) }, ...after]
    case 5:
      return random.oneIn(3)
        ? [...before, { ...one, lie: random.pick([-1, 1, 200, 2 ** 31]) }, ...after]
        : [...before, { ...one, form: 'wide' }, ...after]
    case 6:
      return [...before, added, one, ...after]
    case 7:
      return random.oneIn(20)
        ? [...before, ...Array.from({ length: 100 }, () => one), ...after]
        : [...before, one, ...after, added]
    default:
      return [...before, { ...one, body: mutateBody(random, one, others) }, ...after]
  }
}

function mutateBody(random: Random, { type, body }: Piece, others: readonly Piece[]): Uint8Array {
  switch (type) {
    case packetType.signature: {
      const parts = readParts(body)
      if (!parts || random.oneIn(8)) return mutateOctets(random, body)
      const nested = [body, random.pick(others)?.body ?? body]
      return writeParts(mutateParts(random, parts, nested))
    }
    case packetType.publicKey:
    case packetType.publicSubkey:
      return mutateKey(random, body)
    default:
      return mutateOctets(random, body)
  }
}

function mutateKey(random: Random, body: Uint8Array): Uint8Array {
  const [head, material] = [body.slice(0, 6), body.subarray(6)]
  switch (random.below(4)) {
    case 0:
      head[0] = random.pick([2, 3, 4, 5, 6])
      // RFC 9580 §5.5.2.3: version 6 has a length before the material.
      return head[0] === 6
        ? concat(head, uint32(material.length), material)
        : concat(head, material)
    case 1:
      head[5] = random.pick([1, 2, 3, 16, 17, 18, 19, 22, 25, 27, 28, 99])
      return concat(head, material)
    case 2:
      return concat(head, mutateValue(random, material))
    default:
      return mutateOctets(random, body)
  }
}

/** Signature packets as parts that can each be wrong, RFC 9580 §5.2.3; read and written by itself. */

import { concat, uint16, uint32, utf8 } from '../../src/octets.ts'
import {
  hashAlgorithm,
  publicKeyAlgorithm,
  signatureType,
  subpacketType,
} from '../../src/registry.ts'
import { writeLength } from '../../src/wire/length.ts'
import { mutateOctets } from './octets.ts'
import type { Random } from './random.ts'

export interface SubpacketParts {
  /** With the critical bit. */
  readonly type: number
  readonly body: Uint8Array
  /** Octets of its length: the fewest unless said. */
  readonly width?: 2 | 5
  /** What its length says too much. */
  readonly lie?: number
}

export interface SignatureParts {
  /** Version, type, public-key and hash algorithm. */
  readonly head: Uint8Array
  readonly hashed: readonly SubpacketParts[]
  readonly unhashed: readonly SubpacketParts[]
  /** What the lengths of the areas say too much. */
  readonly lies?: readonly [number, number]
  readonly prefix: Uint8Array
  /** Version 6: the salt with its length; not written in other versions. */
  readonly salt: Uint8Array
  readonly value: Uint8Array
}

/** The parts of a body of version 4 or 6; undefined when it has none. */
export function readParts(body: Uint8Array): SignatureParts | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.length)
  const width = body[0] === 6 ? 4 : 2
  const count = (at: number): number => (width === 4 ? view.getUint32(at) : view.getUint16(at))
  try {
    const hashedEnd = 4 + width + count(4)
    const unhashedEnd = hashedEnd + width + count(hashedEnd)
    const saltFrom = unhashedEnd + 2
    const valueFrom = width === 4 ? saltFrom + 1 + view.getUint8(saltFrom) : saltFrom
    return {
      head: body.slice(0, 4),
      hashed: readArea(body.subarray(4 + width, hashedEnd)),
      unhashed: readArea(body.subarray(hashedEnd + width, unhashedEnd)),
      prefix: body.slice(unhashedEnd, saltFrom),
      salt: body.slice(saltFrom, valueFrom),
      value: body.slice(valueFrom),
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function readArea(area: Uint8Array): SubpacketParts[] {
  return subpacketsOf(area).map(({ from, to }) => ({
    type: area[from] ?? 0,
    body: area.slice(from + 1, to),
  }))
}

/** Where the subpackets of an area are by their lengths, from the type on; the last may overhang. */
export function subpacketsOf(area: Uint8Array): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = []
  const view = new DataView(area.buffer, area.byteOffset, area.length)
  for (let at = 0; at < area.length; at = found.at(-1)?.to ?? at) {
    const first = view.getUint8(at)
    const [octets, length] =
      first < 192
        ? [1, first]
        : first < 255
          ? [2, view.getUint16(at) - 0xc000 + 192]
          : [5, view.getUint32(at + 1)]
    found.push({ from: at + octets, to: at + octets + Math.max(length, 1) })
  }
  return found
}

export function writeParts(parts: SignatureParts): Uint8Array {
  const { head, prefix, value, lies = [0, 0], salt } = parts
  const wide = head[0] === 6
  const [hashed, unhashed] = [parts.hashed, parts.unhashed].map((area, index) => {
    const octets = concat(...area.map(writeSubpacket))
    const length = Math.max(0, octets.length + (lies[index] ?? 0))
    return concat(wide ? uint32(length) : uint16(length & 0xffff), octets)
  })
  const areas = concat(hashed ?? prefix, unhashed ?? prefix)
  return concat(head, areas, prefix, wide ? salt : salt.subarray(0, 0), value)
}

function writeSubpacket({ type, body, width, lie = 0 }: SubpacketParts): Uint8Array {
  const length = Math.max(0, body.length + 1 + lie)
  const long = width === 2 && length >= 192 && length < 16_320
  const octets = long
    ? uint16(length - 192 + 0xc000)
    : width === 5
      ? concat(Uint8Array.of(0xff), uint32(length))
      : writeLength(length)
  return concat(octets, Uint8Array.of(type), body)
}

const types = Object.values(subpacketType)
const times = [0, 1, 0x6592_0080, 0x7fff_ffff, 0xffff_ffff] as const

/** A subpacket of any type, mostly of its form; `nested` are bodies of signatures. */
export function anySubpacket(random: Random, nested: readonly Uint8Array[]): SubpacketParts {
  const id = random.oneIn(8) ? random.below(128) : (random.pick(types) ?? 0)
  const critical = random.oneIn(4) ? 0x80 : 0
  const right = bodyFor(random, id, nested)
  const body = random.oneIn(6) ? mutateOctets(random, right) : right
  return { type: id | critical, body, ...(random.oneIn(10) ? { width: 5 } : {}) }
}

function bodyFor(random: Random, id: number, nested: readonly Uint8Array[]): Uint8Array {
  switch (id) {
    case subpacketType.signatureCreationTime:
    case subpacketType.signatureExpirationTime:
    case subpacketType.keyExpirationTime:
      return uint32(random.oneIn(3) ? random.below(2 ** 32) : random.pick(times))
    case subpacketType.exportableCertification:
    case subpacketType.revocable:
    case subpacketType.primaryUserId:
      return Uint8Array.of(random.below(2))
    case subpacketType.trustSignature:
      return random.octets(2)
    case subpacketType.issuerKeyId:
      return random.octets(8)
    case subpacketType.issuerFingerprint:
    case subpacketType.intendedRecipientFingerprint: {
      const version = random.pick([4, 4, 4, 5, 6])
      return concat(Uint8Array.of(version), random.octets(version === 4 ? 20 : 32))
    }
    case subpacketType.notationData: {
      const [name, value] = [
        utf8(`n${random.below(9)}@example.org`),
        random.octets(random.below(9)),
      ]
      const flags = Uint8Array.of(random.below(2) << 7, 0, 0, 0)
      return concat(flags, uint16(name.length), uint16(value.length), name, value)
    }
    case subpacketType.reasonForRevocation:
      return concat(Uint8Array.of(random.pick([0, 1, 2, 3, 32, 99])), utf8('because'))
    case subpacketType.embeddedSignature:
      return random.pick(nested) ?? random.octets(random.below(40))
    default:
      return random.octets(random.below(random.oneIn(20) ? 400 : 12))
  }
}

/** One change to one part. */
export function mutateParts(
  random: Random,
  parts: SignatureParts,
  nested: readonly Uint8Array[],
): SignatureParts {
  switch (random.below(8)) {
    case 0:
      return {
        ...parts,
        head: mutateHead(random, parts.head),
        salt: mutateSalt(random, parts.salt),
      }
    case 1:
    case 2:
      return { ...parts, hashed: mutateArea(random, parts.hashed, nested) }
    case 3:
      return { ...parts, unhashed: mutateArea(random, parts.unhashed, nested) }
    case 4:
      return { ...parts, hashed: parts.unhashed, unhashed: parts.hashed }
    case 5:
      return {
        ...parts,
        lies: [random.between(-3, 3), random.oneIn(2) ? random.between(-3, 3) : 0],
      }
    case 6:
      return { ...parts, prefix: random.octets(random.oneIn(9) ? random.below(4) : 2) }
    default:
      return { ...parts, value: mutateValue(random, parts.value) }
  }
}

function mutateHead(random: Random, head: Uint8Array): Uint8Array {
  const mutated = Uint8Array.from(head)
  const field = random.below(4)
  const known = [[3, 4, 5, 6], signatureType, publicKeyAlgorithm, hashAlgorithm][field] ?? []
  mutated[field] = random.oneIn(8) ? random.below(256) : (random.pick(Object.values(known)) ?? 0)
  return mutated
}

function mutateSalt(random: Random, salt: Uint8Array): Uint8Array {
  if (salt.length > 0 && !random.oneIn(4)) return salt
  const octets = random.pick([16, 24, 32, random.below(40)])
  return concat(Uint8Array.of(octets), random.octets(octets))
}

function mutateArea(
  random: Random,
  area: readonly SubpacketParts[],
  nested: readonly Uint8Array[],
): SubpacketParts[] {
  const at = random.below(area.length + 1)
  const [before, one, after] = [area.slice(0, at), area[at], area.slice(at + 1)]
  if (!one || random.oneIn(4)) return [...before, anySubpacket(random, nested), ...area.slice(at)]
  switch (random.below(8)) {
    case 0:
      return [...before, ...after]
    case 1:
      return [...before, one, one, ...after]
    case 2:
      return [...before, { ...one, type: one.type ^ 0x80 }, ...after]
    case 3:
      return [...before, { ...one, type: random.pick(types) ?? 0 }, ...after]
    case 4:
      return [...before, { ...one, body: mutateOctets(random, one.body) }, ...after]
    case 5:
      return [...before, { ...one, width: random.pick([2, 5]) }, ...after]
    case 6:
      return [...before, { ...one, lie: random.pick([-1, 1, 2, 250, 70_000]) }, ...after]
    default:
      return Array.from({ length: random.oneIn(50) ? 600 : 5 }, () => one).concat(area)
  }
}

/** MPIs with one bit too many or too few, a leading zero, and more or fewer of them. */
export function mutateValue(random: Random, value: Uint8Array): Uint8Array {
  const bits = ((value[0] ?? 0) << 8) | (value[1] ?? 0)
  const number = value.subarray(2)
  switch (random.below(7)) {
    case 0:
      return concat(uint16((bits + random.pick([-8, -1, 1, 8, 16_384])) & 0xffff), number)
    case 1:
      return concat(uint16((bits + 8) & 0xffff), Uint8Array.of(0), number)
    case 2:
      return uint16(0)
    case 3:
      return concat(value, value)
    case 4:
      return random.octets(random.pick([64, 114, random.below(100)]))
    case 5:
      return value.subarray(0, random.below(value.length + 1))
    default:
      return mutateOctets(random, value)
  }
}

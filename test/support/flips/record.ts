/** What is kept under vectors/flips of the octets that may be turned: which of their bits, and where. */

import { readVector } from '../vectors.ts'
import type { Subject } from './subjects.ts'
import type { Survey, Survivor } from './survey.ts'

/** One survey as it is kept. */
export interface Kept {
  readonly flipped: string
  readonly judged: string
  /** For each signature of the file: by region, offsets and which single bits of each may be turned. */
  readonly signatures: readonly Readonly<Record<string, Readonly<Record<string, string>>>>[]
}

/** Name of the file in which a subject's surveys are kept, under vectors/. */
export function keptFile({ id }: Subject): string {
  return `flips/${id}.json`
}

export function readKept(subject: Subject): Kept[] {
  return JSON.parse(Buffer.from(readVector(keptFile(subject))).toString()) as Kept[]
}

/** Every single bit. */
export const eachBit: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128]

/** What to keep of a survey by single bits; offsets that follow one another are one range. */
export function keep({ flipped, judged, said }: Survey, survivors: readonly Survivor[]): Kept {
  const signatures = said.map((_, signature) => {
    const byRegion: Record<string, Record<string, string>> = {}
    const own = survivors.filter((each) => each.signature === signature)
    for (const [name, offsets] of bitsByOffset(own)) byRegion[name] = toRanges(offsets)
    return byRegion
  })
  return { flipped, judged, signatures }
}

function bitsByOffset(survivors: readonly Survivor[]): Map<string, Map<number, number>> {
  const found = new Map<string, Map<number, number>>()
  for (const { regions, offset, bits } of survivors) {
    const name = regions.join(' and ')
    const offsets = found.get(name) ?? new Map<number, number>()
    offsets.set(offset, (offsets.get(offset) ?? 0) | bits)
    found.set(name, offsets)
  }
  return found
}

function toRanges(offsets: ReadonlyMap<number, number>): Record<string, string> {
  const ranges: { first: number; last: number; bits: number }[] = []
  for (const [offset, bits] of offsets) {
    const range = ranges.at(-1)
    if (range?.last === offset - 1 && range.bits === bits) range.last = offset
    else ranges.push({ first: offset, last: offset, bits })
  }
  return Object.fromEntries(
    ranges.map(({ first, last, bits }) => [
      first === last ? `${first}` : `${first}-${last}`,
      bits.toString(16).padStart(2, '0'),
    ]),
  )
}

/** The flips that are kept; none of a survey that is not. */
export function flipsKept(kept?: Kept): Survivor[] {
  return (kept?.signatures ?? []).flatMap((byRegion, signature) =>
    Object.entries(byRegion).flatMap(([name, ranges]) =>
      Object.entries(ranges).flatMap(([range, hex]) => {
        const [first = 0, last = first] = range.split('-').map(Number)
        const all = Number.parseInt(hex, 16)
        const regions = name.split(' and ')
        return Array.from({ length: last - first + 1 }, (_, index) => first + index).flatMap(
          (offset) =>
            eachBit
              .filter((bit) => all & bit)
              .map((bits) => ({ signature, offset, bits, regions })),
        )
      }),
    ),
  )
}

/** One flip as a line. */
export function describeFlip({ signature, offset, bits, regions }: Survivor): string {
  return `signature ${signature + 1}, offset ${offset}, bits ${bits}: ${regions.join(' and ')}`
}

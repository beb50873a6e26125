/** Every bit of every octet of the flipped files, and other values of each, held to what is kept. */

import { randomInt } from 'node:crypto'
import { describeFlip, eachBit, flipsKept, readKept } from '../support/flips/record.ts'
import { subjects } from '../support/flips/subjects.ts'
import { isForbidden, survey, surveysOf } from '../support/flips/survey.ts'

/** Values of each octet beyond those by one bit, when `scale` is 1. */
const otherValues = 24

/** The lines that say what failed. */
export async function soakFlips(scale: number): Promise<string[]> {
  const failures: string[] = []
  const others = Math.ceil(otherValues * scale)
  for (const subject of subjects) {
    const kept = readKept(subject)
    let flips = 0
    for (const [index, each] of (await surveysOf(subject)).entries()) {
      flips += each.octets.length * (eachBit.length + others)
      const expected = new Set(flipsKept(kept[index]).map(describeFlip))
      const survivors = await survey(each, () => [
        ...eachBit,
        ...Array.from({ length: others }, () => severalBits()),
      ])
      for (const flip of survivors) {
        const line = describeFlip(flip)
        const isKept = !eachBit.includes(flip.bits) || expected.delete(line)
        const where = `flips: ${each.flipped} by ${each.judged}: ${line}`
        if (flip.regions.some(isForbidden)) failures.push(`${where}: must never be good`)
        else if (!isKept) failures.push(`${where}: good, and not kept as good`)
      }
      for (const line of expected) failures.push(`flips: ${each.flipped}: ${line}: no longer good`)
    }
    console.log(`flips: ${subject.id}: ${flips} flips`)
  }
  return failures
}

function severalBits(): number {
  const bits = randomInt(3, 256)
  return eachBit.includes(bits) ? severalBits() : bits
}

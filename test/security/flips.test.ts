/**
 * Octets turned one at a time, over ten certificates and thirty signatures: never an accept where
 * something is signed or signs; elsewhere a refusal, or the very same verdict. Here one bit of each
 * octet, all eight in turn; every bit and other values by `npm run soak -- --only flips`. Which
 * octets may be turned is kept in vectors/flips, with a word on why.
 */

import { describe, expect, test } from 'vitest'
import { concat, fromLatin1 } from '../../src/octets.ts'
import { packetType } from '../../src/registry.ts'
import { readPackets } from '../../src/wire/packet.ts'
import { classOf, readClasses } from '../support/flips/classes.ts'
import { judgeFiles } from '../support/flips/judge.ts'
import { describeFlip, flipsKept, readKept } from '../support/flips/record.ts'
import { subjects } from '../support/flips/subjects.ts'
import { isForbidden, survey, surveysOf } from '../support/flips/survey.ts'
import { readVector } from '../support/vectors.ts'

/** The bit that is turned of the octet at an offset; 3 and 8 share no divisor. */
const bitOf = (offset: number): number => 1 << ((3 * offset) % 8)

test('ten certificates, three signature files each', () => {
  expect(subjects.map(({ signatures }) => signatures.length)).toEqual(new Array(10).fill(3))
})

describe.each(subjects)('$id', (subject) => {
  test('one bit of each octet: good is what is kept as good, and nothing else', async () => {
    const kept = readKept(subject)
    const surveys = await surveysOf(subject)
    expect(surveys.map(({ flipped, judged }) => [flipped, judged])).toEqual(
      kept.map(({ flipped, judged }) => [flipped, judged]),
    )
    for (const [index, each] of surveys.entries()) {
      const survivors = await survey(each, (offset) => [bitOf(offset)])
      const broken = survivors.filter(({ regions }) => regions.some(isForbidden))
      expect(broken.map(describeFlip), each.flipped).toEqual([])
      const expected = flipsKept(kept[index]).filter(({ offset, bits }) => bits === bitOf(offset))
      const where = `${each.flipped} by ${each.judged}`
      expect(survivors.map(describeFlip).sort(), where).toEqual(expected.map(describeFlip).sort())
    }
  }, 600_000) // some seconds of arithmetic, on a machine that may be busy

  test('nothing is kept where something is signed or signs, and all of it is explained', () => {
    const flips = readKept(subject).flatMap(flipsKept)
    expect(flips.length).toBeGreaterThan(100)
    const forbidden = flips.filter(({ regions }) => regions.some(isForbidden))
    expect(forbidden.map(describeFlip)).toEqual([])
    const regions = new Set(flips.flatMap((flip) => flip.regions))
    expect([...regions].filter((region) => classOf(region, readClasses()) === undefined)).toEqual(
      [],
    )
  })

  describe.each(subject.signatures)('$file', ({ file, form }) => {
    const certificate = readVector(subject.certificate)
    const document = readVector(subject.document)
    const whole = readVector(file)
    const judge = (signature: Uint8Array) => judgeFiles({ certificate, document, form, signature })

    test('cut short anywhere, it loses a signature', async () => {
      const good = await judge(whole)
      const isArmored = fromLatin1(whole).startsWith('-----')
      const ends = isArmored ? [] : [...readPackets(whole)].map((each) => each.offset)
      for (let length = 0; length < whole.length; length += 1) {
        if (fromLatin1(whole.subarray(length)).trim() === '') continue // blanks after the armor
        const left = await judge(whole.subarray(0, length))
        // Between two signatures: the first one is whole.
        const before = form === 'detached' && ends.includes(length) ? ends.indexOf(length) : 0
        expect(left, `${length} octets`).toEqual(good.slice(0, before))
      }
    })

    test('with something more behind it, it is no signature file or the same one', async () => {
      const good = await judge(whole)
      const isArmored = fromLatin1(whole).startsWith('-----')
      // RFC 9580 §6.2: text stands outside of armor. What stands behind the end of a compressed stream,
      // within its packet of indeterminate length, not every runtime reports.
      const isCompressed =
        !isArmored && [...readPackets(whole)][0]?.type === packetType.compressedData
      const allowed = isArmored && form !== 'cleartext' ? [good] : isCompressed ? [[], good] : [[]]
      for (const more of [0x00, 0x41, 0xff]) {
        const left = await judge(concat(whole, Uint8Array.of(more)))
        expect(allowed, `${more}`).toContainEqual(left)
      }
    })
  })
})

test('each class that is explained has octets', () => {
  const regions = subjects
    .flatMap(readKept)
    .flatMap(flipsKept)
    .flatMap((flip) => flip.regions)
  const classes = readClasses()
  const used = new Set(regions.map((region) => classOf(region, classes)))
  expect(Object.keys(classes).filter((name) => !used.has(name))).toEqual([])
  expect(Object.values(classes).filter((why) => !/RFC 9580 §\d/.test(why))).toEqual([])
})

import { describe, expect, test } from 'vitest'
import { OpenPGPError } from '../../src/errors.ts'
import { toHex, utf8 } from '../../src/octets.ts'
import { readSignature } from '../../src/packet/signature.ts'
import { packetType } from '../../src/registry.ts'
import { Cursor } from '../../src/wire/cursor.ts'
import { countPrimitives, countReads, noCost } from './cost.ts'
import { readDer, writeDer } from './der.ts'
import { attempt, fuzz, labelOf } from './fuzz.ts'
import type { Target } from './fuzz.ts'
import { readPieces, writePieces } from './pieces.ts'
import { Random } from './random.ts'
import { failuresOf, summarize } from './report.ts'
import { document, seedCertificates, seedSignatures } from './seeds.ts'
import { readParts, writeParts } from './signatures.ts'
import { alice, isMade, mallory, signDocument } from './signed.ts'
import { seedKeys } from './spki-seeds.ts'
import { verifyTarget } from './targets/verify.ts'

const numbers = (random: Random): number[] => Array.from({ length: 50 }, () => random.below(1000))

test('the same seed gives the same numbers, another gives others', () => {
  expect(numbers(new Random('a'))).toEqual(numbers(new Random('a')))
  expect(numbers(new Random('a'))).not.toEqual(numbers(new Random('b')))
  const tens = Array.from({ length: 10_000 }, (_, index) => new Random(`${index}`).below(10))
  for (let ten = 0; ten < 10; ten += 1) {
    expect(tens.filter((each) => each === ten).length).toBeGreaterThan(800)
  }
})

describe('what is taken apart and put together again is the same', () => {
  test('packets, and the parts of signatures', () => {
    for (const octets of [...seedCertificates(), ...seedSignatures()]) {
      const pieces = readPieces(octets)
      expect(toHex(writePieces(pieces))).toBe(toHex(octets))
      for (const { type, body } of pieces) {
        const parts = type === packetType.signature ? readParts(body) : undefined
        // One of the seeds has lengths of five octets, which are written in fewer.
        if (parts && writeParts(parts).length === body.length) {
          expect(toHex(writeParts(parts))).toBe(toHex(body))
        }
      }
    }
  })

  test('keys', () => {
    for (const der of seedKeys()) {
      const node = readDer(der)
      expect(toHex(writeDer(node ?? { tag: 0, content: [] }))).toBe(toHex(der))
    }
  })
})

describe('the loop', () => {
  const target = (run: Target<number>['run']): Target<number> => ({
    name: 'numbers',
    inputs: 10,
    seeds: () => [0],
    generate: (random, corpus) => random.pick(corpus) + random.below(10),
    run,
    show: (number) => ({ number: utf8(`${number}`) }),
  })

  test('counts outcomes and builds upon new ones', async () => {
    const run = target((number) => ({ framed: number > 5, label: `${number}` }))
    const statistics = await fuzz(run, 1, (inputs) => inputs < 1000)
    expect(statistics).toMatchObject({ inputs: 1000, failures: [] })
    expect(statistics.labels.size).toBeGreaterThan(20)
    expect(await fuzz(run, 1, (inputs) => inputs < 1000)).toEqual(statistics)
    expect(summarize('numbers', statistics)).toMatch(/1000 inputs, \d\d\.\d % past framing/)
  })

  test('reports what is thrown with its input, and stops after a few', async () => {
    const run = target((number) => {
      if (number > 5) throw new RangeError('too much')
      return { framed: true, label: `${number}` }
    })
    const { failures } = await fuzz(run, 1, (inputs) => inputs < 1000)
    expect(failures).toHaveLength(5)
    expect(failures[0]).toMatch(/numbers, seed 1, input \d+: RangeError: too much/)
  })

  test('too few inputs past framing is a failure', async () => {
    const run = target((number) => ({ framed: number === 0, label: 'a' }))
    const statistics = await fuzz(run, 1, (inputs) => inputs < 1000)
    expect(failuresOf('numbers', { ...statistics, framed: 40 })).toHaveLength(1)
    expect(failuresOf('numbers', { ...statistics, framed: 60 })).toEqual([])
  })

  test('an OpenPGPError is an outcome, whatever its numbers; anything else is not', () => {
    const refusal = (octets: number): OpenPGPError =>
      new OpenPGPError('malformed', `${octets} octets in "a \\" b"`)
    expect(labelOf(refusal(17))).toBe('malformed: # octets in "…"')
    const thrower = (error: Error) => () => {
      throw error
    }
    expect(attempt(thrower(refusal(1))).error?.code).toBe('malformed')
    expect(() => attempt(thrower(new RangeError('no')))).toThrow(RangeError)
  })
})

test('reads and public-key operations are counted', () => {
  const reads = countReads(() => new Cursor(new Uint8Array(9), 'it').uint16())
  expect(reads).toEqual({ value: 0, reads: 1 })
  const cost = noCost()
  const primitives = countPrimitives(cost)
  primitives.rsaPublic({ kind: 'rsa', ...alice.numbers }, new Uint8Array(1))
  primitives.hasher('SHA-256').update(document)
  expect(cost).toMatchObject({ publicKeyOperations: 1, hashed: document.length, hashes: 1 })
})

describe('the record of what is signed', () => {
  test('holds what was signed, by whom and over what', () => {
    const data = utf8('on record')
    const [packet] = readPieces(signDocument(alice, data))
    const { signedPart } = readSignature(packet?.body ?? data)
    expect(isMade(alice.key.fingerprint, signedPart, data)).toBe(true)
    expect(isMade(mallory.key.fingerprint, signedPart, data)).toBe(false)
    expect(isMade(alice.key.fingerprint, signedPart, utf8('not on record'))).toBe(false)
  })

  test('a good verdict on what is not on record is a failure', async () => {
    const data = utf8('signed behind the record’s back')
    const { signDocument: unrecorded } = await import('../support/forge/certificate.ts')
    const [certificate] = seedCertificates()
    const signature = unrecorded(alice, data)
    const input = { certificates: certificate ?? data, signature, data }
    await expect(verifyTarget.run(input)).rejects.toThrow('never signed this')
  })
})

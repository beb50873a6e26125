/**
 * Agreement with a corpus of signatures made by others. It runs when LONGHAND_CORPUS names the
 * folder that holds cases.jsonl.gz, and prints the agreement of each of the corpus's tests.
 */

import { beforeAll, describe, expect, test } from 'vitest'
import { judgeCase, octetsOf, readCases } from './cases.ts'
import type { Judged } from './cases.ts'
import { disagreements } from './disagreements.ts'
import type { Disagreement } from './disagreements.ts'

const folder = process.env['LONGHAND_CORPUS']

if (folder === undefined || folder === '') {
  describe('the corpus', () => {
    test.skip('needs the folder of cases.jsonl.gz in LONGHAND_CORPUS')
  })
} else {
  describe.each(['detached', 'inline'] as const)('%s', (kind) => {
    agreesOn(kind, folder)
  })
}

function agreesOn(kind: Disagreement['kind'], cases: string): void {
  const judged: Judged[] = []
  let firm: Judged[] = []
  beforeAll(async () => {
    for (const given of readCases(cases).filter((each) => each.kind === kind)) {
      judged.push(await judgeCase(given))
    }
    firm = judged.filter(({ given }) => given.expect !== null)
    console.log(tableOf(kind, firm))
  }, 600_000)

  test('there are cases of both expectations', () => {
    expect(firm.filter(({ given }) => given.expect === 'ok').length).toBeGreaterThan(100)
    expect(firm.filter(({ given }) => given.expect === 'err').length).toBeGreaterThan(10)
  })

  test('nothing is accepted that is to be rejected', () => {
    const wrong = firm.filter(({ given, accepted }) => accepted && given.expect === 'err')
    expect(wrong.map(lineOf)).toEqual([])
  })

  test('99 in 100 agree, at least', () => {
    expect(firm.filter(agrees).length / firm.length).toBeGreaterThanOrEqual(0.99)
  })

  test('each disagreement is known, and is one still', () => {
    const others = firm.filter((each) => !agrees(each))
    const known = disagreements.filter((each) => each.kind === kind)
    expect(others.filter((each) => !known.some(covers(each))).map(lineOf)).toEqual([])
    expect(known.filter((row) => !others.some((each) => covers(each)(row)))).toEqual([])
  })

  test('what was verified is the plaintext of the case, but for line endings', () => {
    const canonical = (octets: Uint8Array): string =>
      Buffer.from(octets).toString('latin1').replaceAll('\r\n', '\n')
    const plain = judged.filter(({ given, accepted }) => accepted && given.kind === 'inline')
    const wrong = plain.filter(
      ({ given, data }) =>
        typeof given.data === 'string' &&
        canonical(octetsOf(given.data)) !== canonical(data ?? new Uint8Array()),
    )
    expect(wrong.map(lineOf)).toEqual([])
  })
}

function agrees({ given, accepted }: Judged): boolean {
  return accepted === (given.expect === 'ok')
}

function covers({ given }: Judged): (row: Disagreement) => boolean {
  return (row) => row.test === given.test && (row.vectors?.includes(given.vector) ?? true)
}

function lineOf({ given, why }: Judged): string {
  return `[${given.test}] ${given.vector} (${given.reason}): ${why}`
}

/** One line for each test of the corpus, and one for the kind. */
function tableOf(kind: string, judged: readonly Judged[]): string {
  const counts = new Map<string, { agreed: number; total: number }>()
  for (const each of judged) {
    for (const title of [each.given.test, `all ${kind}`]) {
      const { agreed, total } = counts.get(title) ?? { agreed: 0, total: 0 }
      counts.set(title, { agreed: agreed + (agrees(each) ? 1 : 0), total: total + 1 })
    }
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, { agreed, total }]) => `${agreed}/${total}  ${title}`)
    .join('\n')
}

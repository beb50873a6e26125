/**
 * The corpus judged by Longhand and by others, as a table:
 * LONGHAND_CORPUS=<folder of cases.jsonl.gz> npx tsx test/corpus/side-by-side.ts
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCertificates } from '../../src/certificate/certificate.ts'
import { locate, projectRoot } from '../provision/probe.ts'
import { partPath } from '../support/parts.ts'
import { run } from '../support/tools/index.ts'
import { judgeCase, octetsOf, readCases } from './cases.ts'
import type { CorpusCase } from './cases.ts'
import { others } from './others.ts'
import type { Answer, Other } from './others.ts'

const folder = process.env['LONGHAND_CORPUS']
if (!folder) throw new Error('LONGHAND_CORPUS has to name the folder of cases.jsonl.gz')

const kinds = ['detached', 'inline'] as const
const firm = readCases(folder).filter(({ expect }) => expect !== null)
const longhand: Other = {
  name: 'Longhand',
  kinds,
  timed: true,
  ask: async (given) => ((await judgeCase(given)).accepted ? 'accepted' : 'refused'),
}

const columns = [
  ...['implementation', 'kind', 'judged at', 'cases', 'false accepts', 'false rejects'],
  ...['of these, version 6', 'of these, one called good', 'no answer'],
]
console.log(rowWith(columns))
console.log(rowWith(columns.map((_, at) => (at < 3 ? '---' : '---:'))))
for (const tool of [longhand, ...others]) {
  for (const kind of kinds) console.log(await rowOf(tool, kind))
}

async function rowOf(tool: Other, kind: CorpusCase['kind']): Promise<string> {
  const missing = tool.part !== undefined && locate(tool.part) === undefined
  const title = missing ? tool.name : await titleOf(tool)
  if (missing) return rowWith([title, kind, 'not installed'])
  if (!tool.kinds.includes(kind)) return rowWith([title, kind, 'not offered'])
  const cases = firm.filter((each) => each.kind === kind)
  const answers = await inTwos(cases, tool.ask)
  const those = (expect: 'ok' | 'err', answer: Answer): CorpusCase[] =>
    cases.filter((each, at) => each.expect === expect && answers[at] === answer)
  const accepts = those('err', 'accepted')
  const partly = those('ok', 'partly')
  const rejects = [...those('ok', 'refused'), ...partly]
  const silent = answers.filter((each) => each === 'no answer').length
  for (const each of accepts) report(title, 'accepts', each)
  for (const each of rejects) report(title, 'rejects', each)
  const clock = tool.timed ? "the case's time" : 'the clock'
  const version6 = rejects.filter(isVersion6)
  const counts = [cases, accepts, rejects, version6, partly].map(({ length }) => length)
  return rowWith([title, kind, clock, ...counts, silent])
}

/** A row of a table in Markdown, filled up with dashes. */
function rowWith(cells: readonly (string | number)[]): string {
  return `| ${columns.map((_, at) => cells[at] ?? '-').join(' | ')} |`
}

/** What is counted as wrong, case by case, for whoever wants to look into it. */
function report(title: string, what: string, { kind, test, vector, reason }: CorpusCase): void {
  console.error(`${title} ${what} ${kind} [${test}] ${vector} (${reason})`)
}

/** Two at a time, in order. */
async function inTwos(cases: readonly CorpusCase[], ask: Other['ask']): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < cases.length; at = next++) {
      const given = cases[at]
      if (given !== undefined) answers[at] = await ask(given)
    }
  }
  await Promise.all([work(), work()])
  return answers
}

async function titleOf({ name, part }: Other): Promise<string> {
  if (part === undefined) {
    const file = name === 'Longhand' ? 'package.json' : 'node_modules/openpgp/package.json'
    const text = readFileSync(join(projectRoot, file), 'utf8')
    return `${name} ${(JSON.parse(text) as { version: string }).version}`
  }
  if (part === 'sqop' || part === 'gosop') {
    const own = await versionOf(part, ['version'])
    return `${name} ${own} (${(await run(partPath(part), ['version', '--backend'])).output.trim()})`
  }
  return `${name} ${await versionOf(part, ['--version'])}`
}

async function versionOf(part: NonNullable<Other['part']>, args: string[]): Promise<string> {
  return /\d+\.\d[\w.-]*/.exec((await run(partPath(part), args)).output)?.[0] ?? 'unknown'
}

function isVersion6(given: CorpusCase): boolean {
  try {
    const certificates = given.certs.flatMap((each) => parseCertificates(octetsOf(each)))
    return certificates.some(({ primary }) => primary.key.version === 6)
  } catch {
    return false
  }
}

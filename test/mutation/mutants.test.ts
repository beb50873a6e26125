import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { judgeFiles, judgeMutants, testSteps } from './judge.ts'
import { findMutants } from './mutants.ts'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

function mutantsIn(text: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'longhand-mutants-'))
  try {
    const path = join(folder, 'judge.ts')
    const objection = 'interface Objection { code: string; reason: string }\n'
    writeFileSync(path, objection + text)
    const lib = ['lib.es2022.d.ts']
    const options = { target: ts.ScriptTarget.ES2022, lib, strict: true, types: [] }
    return findMutants([path], options).map(
      ({ kind, line, taken, put }) => `${line} ${kind}: ${taken} → ${put}`,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('what throws and what returns a refusal', () => {
  const text = `export function f(a: number, no: Objection): Objection | undefined {
    if (a === 1) throw new Error('one')
    if (a === 2) return no
    if (a === 3) return undefined
    return no
  }`
  expect(mutantsIn(text)).toEqual([
    "3 throw: throw new Error('one') → ;",
    '4 return: return no → ;',
    '6 return: return no → return undefined',
  ])
})

test('what gives an answer, or nothing', () => {
  const text = `export function f(a: number): boolean {
    if (a === 1) return false
    if (a === 2) return true
    return a > 3
  }
  export function g(a: number): string | undefined {
    if (a === 1) return undefined
    return 'yes'
  }`
  expect(mutantsIn(text)).toEqual([
    '3 return: return false → ;',
    '5 answer: a > 3 → true',
    '5 answer: a > 3 → false',
    '8 return: return undefined → ;',
  ])
})

test('what chooses, chains, keeps, passes over and filters', () => {
  const text = `export function f(as: number[], no: Objection, some: Objection | undefined): Objection[] {
    const kept: Objection[] = []
    for (const a of as.filter((each) => each > 1)) {
      if (a === 2 || a === 3) continue
      const judged = a > 4 ? no : undefined
      kept.push(judged ?? some ?? no)
    }
    return kept
  }`
  expect(mutantsIn(text)).toEqual([
    '4 filter: as.filter((each) => each > 1) → as',
    '5 operand: a === 2 || a === 3 → (a === 3)',
    '5 operand: a === 2 || a === 3 → (a === 2)',
    '5 continue: continue → ;',
    '6 branch: a > 4 ? no : undefined → (undefined)',
    '7 push: kept.push(judged ?? some ?? no) → ;',
    '7 chain: judged ?? some ?? no → (no)',
    '7 chain: judged ?? some ?? no → (judged ?? some)',
    '7 chain: judged ?? some → (some)',
    '7 chain: judged ?? some → (judged)',
  ])
})

test('a function that only spells an objection is left alone', () => {
  const text = 'export function wrong(reason: string): Objection { return { code: "x", reason } }'
  expect(mutantsIn(text)).toEqual([])
})

test('the judge has mutants in every file that refuses', () => {
  const files = new Set(judgeMutants(root).map(({ file }) => file))
  const without = judgeFiles(root).filter((file) => !files.has(file))
  expect(without).toEqual(['src/verify/verdict.ts'])
})

test('a file’s own test is run first, the slow ones last', () => {
  const [own, others, last] = testSteps(root, 'src/policy/form.ts')
  expect(own).toEqual(['test/policy/form.test.ts'])
  expect(others).not.toContain('test/policy/form.test.ts')
  expect(others).not.toContain('test/security/cost.test.ts')
  expect(last).toContain('test/security/cost.test.ts')
  expect(testSteps(root, 'src/verify/verdict.ts')).toHaveLength(2) // it has no test of its own name
})

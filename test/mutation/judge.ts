/** Which files the judge is, and which tests are to notice that something of it is missing. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { findMutants } from './mutants.ts'
import type { Mutant } from './mutants.ts'

/** Of src/certificate what judges; the rest of it reads and writes. */
const certificate = [
  ...['binding', 'check', 'components', 'copies', 'evaluate', 'issuer', 'judge', 'kept'],
  ...['memory', 'self-signature'],
]

/** Folders of test/ whose tests are run for each mutant. */
const testFolders = ['verify', 'certificate', 'security', 'policy', 'signature']

/** Of src/signature what refuses a number; the rest of it hashes and signs. */
const signature = ['check', 'curves', 'edwards-point', 'portable']

/** Tests of minutes in all; they are run for what the others have not noticed. */
const slow = /(?:security\/(?:cost|flips)|certificate\/(?:check|components))\.test\.ts$/

/** The judge's files, from the root. */
export function judgeFiles(root: string): string[] {
  const all = ['verify', 'policy'].flatMap((folder) =>
    readdirSync(join(root, 'src', folder)).map((name) => `src/${folder}/${name}`),
  )
  const numbers = signature.map((name) => `src/signature/${name}.ts`)
  const files = [...all, ...certificate.map((name) => `src/certificate/${name}.ts`), ...numbers]
  return files.filter((path) => path.endsWith('.ts')).sort()
}

/** All mutants of the judge; their files are relative to the root. */
export function judgeMutants(root: string): Mutant[] {
  const { config } = ts.readConfigFile(join(root, 'src', 'tsconfig.json'), (path) =>
    readFileSync(path, 'utf8'),
  ) as { config: unknown }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, join(root, 'src'))
  const files = judgeFiles(root).map((path) => join(root, path))
  return findMutants(files, options).map((mutant) => ({
    ...mutant,
    file: mutant.file.slice(root.length + 1),
  }))
}

/**
 * The tests in the order in which they are run, each step only when the one before it passes: the
 * file's own, which notices most, the others, the slow ones.
 */
export function testSteps(root: string, file = ''): string[][] {
  const own = file.replace(/^src\/(.*)\.ts$/, 'test/$1.test.ts')
  const all = testFolders
    .map((folder) => `test/${folder}`)
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith('.test.ts'))
  const others = all.filter((path) => path !== own)
  const steps = [
    all.filter((path) => path === own),
    others.filter((path) => !slow.test(path)),
    others.filter((path) => slow.test(path)),
  ]
  return steps.filter((step) => step.length > 0)
}

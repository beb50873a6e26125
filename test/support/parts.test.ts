/** What becomes of tests whose part is missing: never a silent pass. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '../provision/probe.ts'

let directory = ''

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lh-parts-'))
  writeFileSync(
    join(directory, 'vitest.config.mjs'),
    'export default { test: { globals: true } }\n',
  )
  writeFileSync(
    join(directory, 'missing.test.ts'),
    [
      `import { describePart } from ${JSON.stringify(join(projectRoot, 'test/support/parts.ts'))}`,
      "describePart('sqv', 'with sqv', () => { throw new Error('collected') })",
      "describePart([], 'with nothing', () => { test('runs', () => undefined) })",
    ].join('\n'),
  )
})

afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** Runs the file above on a PATH where no part is. */
function runWith(ci: string): { status: number | null; results: Record<string, string> } {
  const report = join(directory, `report${ci}.json`)
  const { status } = spawnSync(
    process.execPath,
    [
      join(projectRoot, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--root',
      directory,
      '--reporter=json',
      `--outputFile=${report}`,
    ],
    { env: { PATH: directory, CI: ci }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  const all = testResults.flatMap(({ assertionResults }) => assertionResults)
  return { status, results: Object.fromEntries(all.map((one) => [one.fullName, one.status])) }
}

describe('a missing part', () => {
  const reason = 'with sqv needs sqv: see npx tsx test/provision/install.ts'

  test('is a skip that names it on a laptop', () => {
    const { status, results } = runWith('')
    expect(results).toEqual({ [reason]: 'skipped', 'with nothing runs': 'passed' })
    expect(status).toBe(0)
  })

  test('is a failure in CI', () => {
    const { status, results } = runWith('true')
    expect(results).toEqual({ [reason]: 'failed', 'with nothing runs': 'passed' })
    expect(status).toBe(1)
  })
})

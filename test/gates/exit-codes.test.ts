/** docs/exit-codes.md is the table of src/cli/exit-codes.ts; `vitest -u` writes it anew. */

import { join } from 'node:path'
import { format } from 'prettier'
import { describe, expect, test } from 'vitest'
import { exitStatuses } from '../../src/cli/exit-codes.ts'
import { errorCodes, type ErrorCode } from '../../src/errors.ts'
import { projectRoot, read } from './files.ts'

const codes = Object.keys(errorCodes) as ErrorCode[]

async function page(): Promise<string> {
  const rows = codes
    .map((code) => ({ code, status: exitStatuses[code], meaning: errorCodes[code] }))
    .sort((a, b) => a.status - b.status)
    .map(({ code, status, meaning }) => `| ${String(status)} | \`${code}\` | ${meaning} |`)
  const text = [
    '# Exit statuses',
    '',
    'A command that did what it was asked ends with 0. Otherwise it prints one line that says why,',
    'and ends with the status of that reason in this table, which is the one of',
    '`src/cli/exit-codes.ts`. 1 is kept for a fault of Longhand itself.',
    '',
    '| status | code | meaning |',
    '| ---: | --- | --- |',
    ...rows,
    '',
  ].join('\n')
  return format(text, { parser: 'markdown', ...prettierOptions() })
}

function prettierOptions(): object {
  return (JSON.parse(read('package.json')) as { prettier: object }).prettier
}

describe('exit statuses', () => {
  test('each code has one that a shell can see and that means nothing else there', () => {
    expect(Object.keys(exitStatuses).sort()).toEqual([...codes].sort())
    for (const code of codes) {
      const status = exitStatuses[code]
      expect(Number.isInteger(status) && status >= 2 && status < 126, code).toBe(true)
    }
  })

  test('no two codes share one', () => {
    const statuses = codes.map((code) => exitStatuses[code])
    expect(statuses.filter((status, at) => statuses.indexOf(status) !== at)).toEqual([])
  })

  test('docs/exit-codes.md says the same', async () => {
    await expect(await page()).toMatchFileSnapshot(join(projectRoot, 'docs/exit-codes.md'))
  })
})

/** The table at the end of docs/wkd.md is that of src/cli/wkd; `vitest -u` writes it anew. */

import { join } from 'node:path'
import { format } from 'prettier'
import { expect, test } from 'vitest'
import { checkRules } from '../../src/cli/wkd/findings.ts'
import { exitStatuses } from '../../src/cli/exit-codes.ts'
import { projectRoot, read } from './files.ts'

async function page(): Promise<string> {
  const [prose = ''] = read('docs/wkd.md').split(/^\| code +\| severity/m)
  const rows = Object.entries(checkRules).map(
    ([code, { severity, what, remedy }]) => `| \`${code}\` | ${severity} | ${what} | ${remedy} |`,
  )
  const head = ['| code | severity | what | remedy |', '| --- | --- | --- | --- |']
  const { prettier } = JSON.parse(read('package.json')) as { prettier: object }
  const text = [prose.trimEnd(), '', ...head, ...rows, ''].join('\n')
  return format(text, { parser: 'markdown', ...prettier })
}

test('docs/wkd.md says the same as the table', async () => {
  await expect(await page()).toMatchFileSnapshot(join(projectRoot, 'docs/wkd.md'))
})

test('docs/wkd.md names the exit statuses as they are', () => {
  for (const code of [
    'directory-unavailable',
    'directory-missing',
    'directory-answer',
    'user-id-missing',
  ] as const) {
    const row = new RegExp(`^\\| \`${code}\` +\\| +${exitStatuses[code]} \\|`, 'm')
    expect(read('docs/wkd.md')).toMatch(row)
  }
})

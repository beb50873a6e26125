/** docs/lint.md is the table of src/cli/lint; `vitest -u` writes it anew. */

import { join } from 'node:path'
import { format } from 'prettier'
import { expect, test } from 'vitest'
import { lintCodes } from '../../src/cli/lint/codes.ts'
import { lintTable } from '../../src/cli/lint/table.ts'
import { projectRoot, read } from './files.ts'

const introduction = `# What \`longhand keys lint\` finds

\`longhand keys lint CERT...\` says what other programs dislike in a certificate, and what to do about
it. Nothing is changed, no network is used, and \`--at TIME\` judges as of another time than now.

- An **error**: a verifier refuses the certificate, or what it signs. With one or more of them the
  exit status is that of \`certificate-faulty\` in [exit-codes.md](exit-codes.md).
- A **warning**: a program complains, shows something wrongly, or will refuse it later.
- A **note**: a choice with a limit that is good to know. Certificates that \`longhand keys mint\`
  makes have notes at most.

Each code is stable. \`vectors/lint\` has a certificate for each, and \`test/cli/lint/proofs.test.ts\`
runs each program that is named here on it and looks for its own words; what it is said to do is what
it did there (gpg 2.2.40, sqv 1.1.0, sq 0.27.0, rpm 4.18.0, rnp 0.16.3, gosop with gopenpgp,
openpgp.js 6.3.2, x/crypto 0.31.0). In italics stands a rule that somebody has written down and that
cannot be run.
`

async function page(): Promise<string> {
  const rows = lintCodes.map((code) => {
    const { severity, what, dislikes = {}, documented, remedy } = lintTable[code] ?? {}
    const tools = Object.entries(dislikes).map(([tool, how]) => `${tool} ${how}`)
    const who = documented === undefined ? tools : [...tools, `_${documented}_`]
    return `| \`${code}\` | ${severity} | ${what} | ${who.join('; ')} | ${remedy} |`
  })
  const head = [
    '| code | severity | what | who minds | remedy |',
    '| --- | --- | --- | --- | --- |',
  ]
  const text = [introduction, ...head, ...rows, ''].join('\n')
  const { prettier } = JSON.parse(read('package.json')) as { prettier: object }
  return format(text, { parser: 'markdown', ...prettier })
}

test('docs/lint.md says the same as the table', async () => {
  await expect(await page()).toMatchFileSnapshot(join(projectRoot, 'docs/lint.md'))
})

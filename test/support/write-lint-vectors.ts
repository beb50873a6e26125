/** Writes vectors/lint and its index anew: npx tsx test/support/write-lint-vectors.ts */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { projectRoot } from '../provision/probe.ts'
import { lintFiles, lintIndex } from './lint/vectors.ts'

const folder = join(projectRoot, 'vectors', 'lint')
mkdirSync(folder, { recursive: true })
for (const [name, octets] of Object.entries(lintFiles())) writeFileSync(join(folder, name), octets)
const index = await format(JSON.stringify(lintIndex()), { parser: 'json', printWidth: 100 })
writeFileSync(join(folder, 'index.json'), index)

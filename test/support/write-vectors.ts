/** Writes vectors/longhand and vectors/negative anew: npx tsx test/support/write-vectors.ts */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../provision/probe.ts'
import { longhandFiles, negativeFiles } from './longhand-vectors.ts'

const longhand = await longhandFiles()
for (const [folder, files] of Object.entries({ longhand, negative: negativeFiles(longhand) })) {
  for (const [name, octets] of Object.entries(files)) {
    writeFileSync(join(projectRoot, 'vectors', folder, name), octets)
  }
}

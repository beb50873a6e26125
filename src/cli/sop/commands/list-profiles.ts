/** longhand-sop list-profiles. */

import { escapeText } from '../../escape.ts'
import { SopFailure } from '../failure.ts'
import { profiles } from '../profiles.ts'
import { defineSubcommand } from '../subcommand.ts'
import type { Subcommand } from '../subcommand.ts'

export const listProfiles: Subcommand = defineSubcommand({
  name: 'list-profiles',
  synopsis: 'SUBCOMMAND',
  options: {},
  operands: [1, 1],
  run({ operands: [subcommand = ''], io }) {
    if (subcommand !== 'generate-key') {
      const shown = escapeText(subcommand, { limit: 40 })
      throw new SopFailure('unsupported-profile', `${shown} has no profiles`)
    }
    for (const { name, description, aliases } of profiles) {
      const others = aliases.filter((alias) => alias !== 'default')
      io.out(`${name}: ${description} (aliases: ${others.join(', ')})\n`)
    }
  },
})

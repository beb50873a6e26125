/** longhand-sop version. */

import { readFileSync } from 'node:fs'
import { SopFailure } from '../failure.ts'
import { defineSubcommand } from '../subcommand.ts'
import type { Subcommand } from '../subcommand.ts'

/** The ~ says that not all of it is there: nothing here encrypts. */
const specification = '~draft-dkg-openpgp-stateless-cli-14'
/** The version of the subset that verifies; 1.1 has the mode and JSON in VERIFICATIONS. */
const sopv = '1.1'

export const version: Subcommand = defineSubcommand({
  name: 'version',
  synopsis: '[--backend|--extended|--sop-spec|--sopv]',
  options: { backend: 'flag', extended: 'flag', 'sop-spec': 'flag', sopv: 'flag' },
  operands: [0, 0],
  run({ options, io }) {
    const chosen = Object.entries(options).filter(([name, value]) => name !== 'debug' && value)
    if (chosen.length > 1) {
      throw new SopFailure('incompatible-options', 'version takes one option at most')
    }
    const own = packageVersion()
    const lines = [`longhand-sop ${own}`]
    if (options.backend) lines.splice(0, 1, `longhand ${own}`)
    if (options['sop-spec']) {
      lines.splice(0, 1, specification, '', 'Signing and verifying only: nothing here encrypts.')
    }
    if (options.sopv) lines.splice(0, 1, sopv)
    if (options.extended) {
      const { node, openssl } = process.versions
      lines.push(`longhand ${own}`, `Node.js ${node}`, `OpenSSL ${openssl}`)
    }
    io.out(`${lines.join('\n')}\n`)
  },
})

function packageVersion(): string {
  const text = readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** longhand release verify: who signed a release, what that says, and whether the files are those. */

import { defineCommand } from '../command.ts'
import type { Command } from '../command.ts'
import { manifestOption } from '../release-options.ts'
import { verifyReleaseFolder } from '../release-verifying.ts'

export const releaseVerify: Command = defineCommand({
  name: 'release verify',
  summary: 'Verifies a release: its signature, its version, and the digest of every file.',
  operands: '[NAME...]',
  options: {
    cert: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'certificates that may sign it, or a directory (default: LONGHAND_CERT)',
    },
    dir: {
      type: 'string',
      value: 'DIR',
      help: 'the folder of the release (default: the current one)',
    },
    manifest: manifestOption,
    signature: {
      type: 'string',
      value: 'FILE',
      help: 'its signature (default: the name of the manifest and .asc, or else .sig)',
    },
    domain: { type: 'string', value: 'D', help: 'heed only what is said in the name space of D' },
    product: { type: 'string', value: 'NAME', help: 'it has to be a release of NAME' },
    'min-version': { type: 'string', value: 'V', help: 'of version V, or one that comes after it' },
    'max-age': { type: 'string', value: 'TIME', help: 'signed no longer ago than TIME: 90d' },
    require: {
      type: 'string',
      value: 'K',
      help: 'good signatures by so many certificates (default: 1)',
    },
    'allow-extra': { type: 'boolean', help: 'pass over what is in DIR and not in the manifest' },
    at: { type: 'string', value: 'TIME', help: 'judge as at that time (default: now)' },
    timeout: { type: 'string', value: 'TIME', help: 'deadline for silent input (default: 30s)' },
    quiet: { type: 'boolean', short: 'q', help: 'print no verdict: the exit status says it' },
    json: { type: 'boolean', help: 'the verdict as JSON on standard output' },
  },
  notes: [
    'With NAME only those files have to be there, and what else is there is not looked at.',
    'Product, version and time are read from what is signed, and from nothing else.',
    'The time is the claim of who signs: --max-age shows a frozen mirror, not a thief with the key.',
  ],
  run: verifyReleaseFolder,
})

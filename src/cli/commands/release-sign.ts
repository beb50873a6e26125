/** longhand release sign: one manifest over the files of a release, and its signature. */

import { defineCommand } from '../command.ts'
import type { Command } from '../command.ts'
import { hashOption } from '../hash.ts'
import { keyNotes, keyOptions } from '../inputs.ts'
import type { Io } from '../io.ts'
import { pairNotes } from '../key-pairs.ts'
import { manifestOption } from '../release-options.ts'
import { planOptions } from '../plan-options.ts'
import type { PlannedRelease } from '../plan-signing.ts'
import { signReleaseFiles } from '../release-signing.ts'
import type { ReleaseSignValues } from '../release-signing.ts'

export const releaseSign: Command = defineCommand({
  name: 'release sign',
  summary: 'Writes SHA256SUMS over the files of a release, and signs it.',
  operands: 'FILE...',
  options: {
    ...keyOptions,
    key: { ...keyOptions.key, multiple: true },
    'passphrase-file': { ...keyOptions['passphrase-file'], multiple: true },
    cert: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'the certificate of the key (default: LONGHAND_CERT)',
    },
    ...planOptions,
    'signing-key': {
      type: 'string',
      multiple: true,
      value: 'FPR',
      help: 'which key of the certificate, where several may sign',
    },
    domain: {
      type: 'string',
      value: 'D',
      help: 'your domain, in whose name space the release is named',
    },
    product: { type: 'string', value: 'NAME', help: 'what is released' },
    'release-version': { type: 'string', value: 'V', help: 'its version, such as 1.4.0' },
    previous: {
      type: 'string',
      value: 'FILE',
      help: 'the manifest of the release before this one',
    },
    output: {
      type: 'string',
      short: 'o',
      value: 'DIR',
      help: 'where it goes (default: the folder of the files)',
    },
    manifest: manifestOption,
    binary: { type: 'boolean', help: 'SHA256SUMS.sig, binary, instead of SHA256SUMS.asc, armored' },
    hash: hashOption,
    created: {
      type: 'string',
      value: 'TIME',
      help: 'the time that the signature states (default: now)',
    },
    'verify-key': { type: 'boolean', help: 'first compare the public key of the service' },
    force: {
      type: 'boolean',
      help: 'replace the manifest and its signature; never an input or a key',
    },
    json: { type: 'boolean', help: 'say as JSON on standard output what was signed' },
  },
  notes: [
    'The manifest is what sha256sum writes; sha256sum -c SHA256SUMS reads it. It and its signature are',
    'passed over where they are among FILE, so that the same command can be run again.',
    '--domain, --product and --release-version go together: they are signed, and are what release',
    'verify goes by. Terraform wants --binary and --manifest terraform-provider-NAME_VERSION_SHA256SUMS.',
    'Without a key, those of the plan sign: the old one, the new one or both, see docs/plan.md. Its',
    'manifest is the name, and with --release-version its product and domain are what is signed.',
    ...pairNotes,
    ...keyNotes,
  ],
  async run({ options, operands, io }) {
    await signReleaseFiles({ options: await byPlan(options, io), operands, io })
  },
})

type Planned = ReleaseSignValues & PlannedRelease

/** Without a key on the command line, the keys and names of the plan, if there is one. */
async function byPlan<Values extends Planned>(options: Values, io: Io): Promise<Values> {
  const named = options.key.length > 0 || Boolean(io.env['LONGHAND_KEY'])
  if (options.plan === undefined && named) return options
  const { fillReleaseFromPlan } = await import('../plan-signing.ts')
  return fillReleaseFromPlan(options, io)
}

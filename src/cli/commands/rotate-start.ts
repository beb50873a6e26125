/** longhand rotate start: a new release key comes in. */

import { OpenPGPError } from '../../errors.ts'
import { breakGlass, strandedByBreakGlass } from '../../rotation/break-glass.ts'
import { startRotation } from '../../rotation/steps.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { keyOptions } from '../inputs.ts'
import { planOptions } from '../plan-options.ts'
import { runStart } from '../rotation/start.ts'
import type { Decide } from '../rotation/start.ts'
import { say } from '../run.ts'

const options = {
  plan: { ...planOptions.plan, help: 'the plan (default: LONGHAND_PLAN, else longhand.json)' },
  'trust-plan': { ...planOptions['trust-plan'], help: 'obey it in all it names' },
  ...keyOptions,
  'allow-http': { type: 'boolean', help: 'http for services on this machine' },
  key: { type: 'string', value: 'URI', help: 'the new key, that signs data' },
  cert: {
    type: 'string',
    value: 'FILE',
    help: 'its certificate: adopted where it is there, else minted',
  },
  primary: {
    type: 'string',
    value: 'URI',
    help: "the certificate's primary key, where it is another",
  },
  component: {
    type: 'string',
    value: 'FPR',
    help: 'which key of the certificate signs, where several may',
  },
  name: { type: 'string', value: 'NAME', help: 'to mint: the name (default: the old one)' },
  email: {
    type: 'string',
    value: 'ADDRESS',
    help: "to mint: the address (default: the plan's, or the old one)",
  },
  expires: {
    type: 'string',
    value: 'TIME',
    help: 'to mint: how long after creation (default: never)',
  },
  authority: { type: 'string', value: 'URI', help: 'the key of the authority, to endorse as well' },
  'authority-cert': {
    type: 'string',
    value: 'FILE',
    help: 'its certificate, which the plan names then',
  },
  'authority-passphrase-file': {
    type: 'string',
    value: 'FILE',
    help: 'opens the key of the authority (default: --passphrase-file)',
  },
  'break-glass': {
    type: 'boolean',
    help: 'a key is lost or stolen: the authority replaces it',
  },
  reason: { type: 'string', value: 'R', help: 'of --break-glass: compromised or lost' },
  replaces: {
    type: 'string',
    value: 'FPR',
    help: 'of --break-glass: what goes (default: the active key)',
  },
  revocation: {
    type: 'string',
    value: 'FILE',
    help: 'of --break-glass: its prepared revocation, put in force',
  },
  'dry-run': { type: 'boolean', help: 'say what would be done; sign and write nothing' },
  json: { type: 'boolean', help: 'say it as JSON on standard output' },
} as const

export const rotateStart: Command = defineCommand({
  name: 'rotate start',
  summary: 'Brings a new release key in: endorsed, published, signing beside the old one.',
  operands: '',
  options,
  notes: [
    'The new key is endorsed by the primary key of the old one, and by the authority where it is at',
    'hand. From then on longhand sign signs by both. Running it again finishes what was cut short.',
    'The first key of a plan becomes the active one at once. docs/plan.md says more.',
  ],
  async run({ options, operands, io }) {
    if (operands.length > 0) throw usageError('rotate start', 'it takes no operands')
    const glass = options['break-glass']
    const { reason, replaces, revocation, authority } = options
    if (!glass && (reason ?? replaces ?? revocation) !== undefined) {
      throw usageError(
        'rotate start',
        '--reason, --replaces and --revocation go with --break-glass',
      )
    }
    if (!glass) {
      await runStart(options, io, (situation, candidate, authority) =>
        startRotation(situation, { candidate, authority }),
      )
      return
    }
    if (reason !== 'compromised' && reason !== 'lost') {
      throw usageError('rotate start', '--break-glass needs --reason compromised or --reason lost')
    }
    if (authority === undefined) {
      throw new OpenPGPError(
        'rotation-refused',
        'without the authority nobody believes the new key',
        {
          hint: 'give --authority URI; without one, every program has to be installed anew',
        },
      )
    }
    const decide: Decide = (situation, candidate, authority = '') =>
      breakGlass(situation, { candidate, authority, reason, replaces: replaces?.toUpperCase() })
    const { endorse } = await runStart(options, io, decide)
    const replaced = endorse.flatMap((each) => each.replaces?.fingerprint ?? [])
    for (const { clients, why, remedy } of replaced.map(strandedByBreakGlass)) {
      say(io, 'warning', `it does not reach ${clients}: ${why}`)
      say(io, 'hint', remedy)
    }
  },
})

/** longhand rotate switch, finish and abort: the steps that need no new key. */

import type { Situation } from '../../rotation/situation.ts'
import { abortRotation, finishRotation, switchKeys } from '../../rotation/steps.ts'
import type { Step } from '../../rotation/steps.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { keyOptions, timeoutMs } from '../inputs.ts'
import type { KeyOptionValues } from '../inputs.ts'
import type { Io } from '../io.ts'
import { planOptions } from '../plan-options.ts'
import type { PlanOptionValues } from '../plan-options.ts'
import { openRotation, situationOf } from '../rotation/open.ts'
import { prepareStep, runStep } from '../rotation/step.ts'

const { key: _, ...otherKeyOptions } = keyOptions

const options = {
  ...planOptions,
  ...otherKeyOptions,
  'dry-run': { type: 'boolean', help: 'say what would be done; sign and write nothing' },
  json: { type: 'boolean', help: 'say it as JSON on standard output' },
} as const

const again = 'Running it again finishes what was cut short.'

export const rotateSwitch: Command = defineCommand({
  name: 'rotate switch',
  summary: 'Makes the incoming key the active one; both go on signing.',
  operands: '',
  options,
  notes: [
    'It is refused before the new key is endorsed, and before what is published has reached everybody.',
    again,
  ],
  run: (invocation) => take('rotate switch', invocation, switchKeys),
})

export const rotateFinish: Command = defineCommand({
  name: 'rotate finish',
  summary: 'Retires the outgoing key: it signs no more, and says itself that it is superseded.',
  operands: '',
  options: {
    ...options,
    'leave-behind': {
      type: 'boolean',
      help: 'clients that remember nothing are gone, and may be left behind',
    },
  },
  notes: [
    'The primary key of the old certificate is asked to revoke it. What it signed stays good.',
    'It is refused before clients have had the time to see the new key that the plan grants them.',
    again,
  ],
  run: (invocation) =>
    take('rotate finish', invocation, (situation) =>
      finishRotation(situation, { leaveBehind: invocation.options['leave-behind'] }),
    ),
})

export const rotateAbort: Command = defineCommand({
  name: 'rotate abort',
  summary: 'Gives the incoming key up again, while it is not the active one.',
  operands: '',
  options: {
    ...options,
    reason: {
      type: 'string',
      value: 'R',
      help: 'withdrawn (default), compromised, or lost, which revokes nothing',
    },
  },
  notes: ['The primary key of the new certificate is asked to revoke it.', again],
  async run({ options, operands, io }) {
    const reasons = ['withdrawn', 'compromised', 'lost'] as const
    const reason = reasons.find((one) => one === (options.reason ?? 'withdrawn'))
    if (!reason) throw usageError('rotate abort', `--reason is one of ${reasons.join(', ')}`)
    await take('rotate abort', { options, operands, io }, (situation) =>
      abortRotation(situation, reason),
    )
  },
})

interface Invoked {
  readonly options: PlanOptionValues &
    Omit<KeyOptionValues, 'key'> & { readonly 'dry-run': boolean; readonly json: boolean }
  readonly operands: readonly string[]
  readonly io: Io
}

async function take(
  name: string,
  { options, operands, io }: Invoked,
  decide: (situation: Situation) => Step,
): Promise<void> {
  if (operands.length > 0) throw usageError(name, 'it takes no operands')
  const rotation = await openRotation(options, io, timeoutMs(options.timeout))
  const step = decide(await situationOf(rotation.file.plan, rotation))
  const passphrase = options['passphrase-file']
  const inputs = passphrase === undefined ? [] : [passphrase]
  const run = { rotation, step, inputs, dryRun: options['dry-run'], json: options.json, io }
  const primaries = await prepareStep(run, { ofPlan: options })
  try {
    await primaries.check()
    await runStep(run, primaries)
  } finally {
    await primaries.close()
  }
}

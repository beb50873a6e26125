/** The keys of `longhand sign` where the command line names none: those of the plan. */

import { OpenPGPError } from '../errors.ts'
import { keyUriOf, pathBelow } from '../node/plan-paths.ts'
import { signingKeysOf } from '../plan/plan.ts'
import { usageError } from './command.ts'
import { timeoutMs } from './inputs.ts'
import type { Io } from './io.ts'
import type { PlanOptionValues } from './plan-options.ts'
import { openPlan, planPath, readPlanned } from './plans.ts'
import { say } from './run.ts'

/** What of a command line the plan fills in; the rest stays. */
export interface PlannedValues extends PlanOptionValues {
  readonly key: readonly string[]
  readonly cert: readonly string[]
  readonly 'signing-key': readonly string[]
  readonly hash: string | undefined
  readonly timeout: string | undefined
}

/**
 * The options as if the plan's keys had been given: the active one, and in a rotation the old one
 * and the new one, the older first; `plan` is then the file that was read. Unchanged where there is
 * no plan.
 */
export async function fillFromPlan<Values extends PlannedValues>(
  options: Values,
  io: Io,
): Promise<Values> {
  if (options.key.length > 0) {
    throw usageError('sign', '--plan and --key exclude each other')
  }
  if (planPath(options, io) === undefined) return options
  if (options.cert.length > 0)
    throw usageError('sign', '--cert goes with --key; a plan names its own')
  const file = await openPlan(options, io)
  const keys = signingKeysOf(file.plan)
  if (keys.length === 0) {
    throw new OpenPGPError('usage', `the plan ${file.path} has no key that signs`, {
      hint: 'longhand rotate start brings the first one in',
    })
  }
  for (const key of keys) await readPlanned(file, key, timeoutMs(options.timeout))
  const names = keys.map(({ fingerprint, state }) => `${fingerprint} (${state})`)
  say(io, 'note', `${file.path} says who signs: ${names.join(', ')}`)
  const components = keys.flatMap(({ component }) => component ?? [])
  return {
    ...options,
    plan: file.path,
    key: keys.map(({ signer }) => keyUriOf(file, signer)),
    cert: keys.map(({ certificate }) => pathBelow(file, certificate)),
    'signing-key': options['signing-key'].length > 0 ? options['signing-key'] : components,
    hash: options.hash ?? file.plan.hash,
  }
}

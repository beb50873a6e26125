/** The keys of `longhand sign` where the command line names none: those of the plan. */

import { OpenPGPError } from '../errors.ts'
import { parseKeyUri } from '../node/key-uri.ts'
import { keyUriOf, pathBelow } from '../node/plan-paths.ts'
import { signingKeysOf } from '../plan/plan.ts'
import type { PlanKey } from '../plan/plan.ts'
import { decodeComponent } from '../signers/uri.ts'
import { usageError } from './command.ts'
import { timeoutMs } from './inputs.ts'
import type { Io } from './io.ts'
import type { PlanOptionValues } from './plan-options.ts'
import { openPlan, planPath, readPlanned } from './plans.ts'
import type { OpenPlan } from './plans.ts'
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
  const file = await openSigningPlan('sign', options, io)
  return file ? fillKeys(file, options, io) : options
}

/** What of the command line of `longhand release sign` the plan fills in besides. */
export interface PlannedRelease extends PlannedValues {
  readonly manifest: string | undefined
  readonly domain: string | undefined
  readonly product: string | undefined
  readonly 'release-version': string | undefined
}

/** The same for a release, with its manifest; product and domain where a version is given. */
export async function fillReleaseFromPlan<Values extends PlannedRelease>(
  options: Values,
  io: Io,
): Promise<Values> {
  const file = await openSigningPlan('release sign', options, io)
  if (!file) return options
  const { manifest, product, wkd } = file.plan
  const stated = options['release-version'] !== undefined
  return {
    ...(await fillKeys(file, options, io)),
    manifest: options.manifest ?? manifest,
    product: options.product ?? (stated ? product : undefined),
    domain: options.domain ?? (stated ? wkd?.domain : undefined),
  }
}

async function openSigningPlan(
  command: string,
  options: PlannedValues,
  io: Io,
): Promise<OpenPlan | undefined> {
  if (options.key.length > 0) throw usageError(command, '--plan and --key exclude each other')
  if (planPath(options, io) === undefined) return undefined
  if (options.cert.length > 0) {
    throw usageError(command, '--cert goes with --key; a plan names its own')
  }
  return openPlan(options, io)
}

async function fillKeys<Values extends PlannedValues>(
  file: OpenPlan,
  options: Values,
  io: Io,
): Promise<Values> {
  const keys = signingKeysOf(file.plan)
  if (keys.length === 0) {
    throw new OpenPGPError('usage', `the plan ${file.path} has no key that signs`, {
      hint: 'longhand rotate start brings the first one in',
    })
  }
  for (const key of keys) {
    await readPlanned(file, key, timeoutMs(options.timeout))
    requireService(key)
  }
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

/** An alias may stand for any key; where its name is that of one key of AWS, it is the planned one. */
function requireService({ fingerprint, signer, service }: PlanKey): void {
  const { scheme, path } = parseKeyUri(signer)
  const name = decodeComponent(path.slice(1), 'the path of the key')
  if (service === undefined || scheme !== 'awskms' || /^(?:arn:[^/]*:)?alias\//.test(name)) return
  if (service === name || service.endsWith(`:key/${name}`)) return
  throw new OpenPGPError(
    'key-mismatch',
    `the signer of ${fingerprint} in the plan is another key than its service, ${service}`,
    { hint: 'see who changed one of the two' },
  )
}

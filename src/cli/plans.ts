/** The plan that a command goes by: --plan, LONGHAND_PLAN, or longhand.json where it runs. */

import { existsSync, realpathSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { Certificate } from '../certificate/certificate.ts'
import { OpenPGPError } from '../errors.ts'
import { readPlanFile } from '../node/plan-file.ts'
import type { PlanFile } from '../node/plan-file.ts'
import { pathBelow } from '../node/plan-paths.ts'
import { planName } from '../plan/plan.ts'
import { readCertificate } from './inputs.ts'
import type { Io } from './io.ts'
import type { PlanOptionValues } from './plan-options.ts'

export interface OpenPlan extends PlanFile {
  readonly trusted: boolean
}

/** The path of the plan; undefined where none is named and none is here. */
export function planPath({ plan }: PlanOptionValues, { env }: Io): string | undefined {
  return plan ?? (env['LONGHAND_PLAN'] || (existsSync(planName) ? planName : undefined))
}

/** Reads the plan that is there; `plan-missing` where there is none. */
export async function openPlan(options: PlanOptionValues, io: Io): Promise<OpenPlan> {
  const path = planPath(options, io)
  if (path === undefined) {
    throw new OpenPGPError('plan-missing', `there is no ${planName} here, and no plan is named`, {
      hint: 'docs/plan.md says how to write one; name it by --plan FILE, or set LONGHAND_PLAN',
    })
  }
  const file = await readPlanFile(path)
  return { ...file, trusted: options['trust-plan'] || isTrusted(file.path, io) }
}

/**
 * Whether LONGHAND_TRUST_PLAN is the absolute path of this plan. A yes for whatever plan a directory
 * happens to hold cannot be said by the environment.
 */
function isTrusted(path: string, { env }: Io): boolean {
  const named = env['LONGHAND_TRUST_PLAN']
  if (!named) return false
  if (!isAbsolute(named)) {
    throw new OpenPGPError('usage', 'LONGHAND_TRUST_PLAN is not an absolute path', {
      hint: 'it is the path of the one plan that is trusted; --trust-plan trusts the one at hand',
    })
  }
  return existsSync(named) && realpathSync(named) === realpathSync(path)
}

/** The certificate of a plan's entry, which has to be the one that the plan says. */
export async function readPlanned(
  file: PlanFile,
  entry: { readonly certificate: string; readonly fingerprint: string },
  idleTimeoutMs: number,
): Promise<Certificate> {
  const path = pathBelow(file, entry.certificate)
  const certificate = await readCertificate(path, idleTimeoutMs)
  if (certificate.fingerprint === entry.fingerprint) return certificate
  throw new OpenPGPError(
    'key-mismatch',
    `${path} is certificate ${certificate.fingerprint}, and the plan says ${entry.fingerprint}`,
    { hint: 'restore the file, or see who changed one of the two' },
  )
}

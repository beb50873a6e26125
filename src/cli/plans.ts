/** The plan that a command goes by: --plan, LONGHAND_PLAN, or longhand.json where it runs. */

import { lstatSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
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

/**
 * The path of the plan; undefined where none is named and none is here. One that is only found has to
 * be the file itself (`plan-untrusted`): by a link, whoever made the folder would choose which of the
 * user's own plans signs in it.
 */
export function planPath({ plan }: PlanOptionValues, { env }: Io): string | undefined {
  const named = plan ?? (env['LONGHAND_PLAN'] || undefined)
  if (named !== undefined) return named
  const stats = lstatSync(planName, { throwIfNoEntry: false })
  if (!stats?.isSymbolicLink()) return stats && planName
  throw new OpenPGPError('plan-untrusted', `${planName} is a symbolic link`, {
    hint: 'if the plan that it leads to is meant, name that by --plan FILE',
  })
}

/** Reads the plan that is there; `plan-missing` where there is none. */
export async function openPlan(options: PlanOptionValues, io: Io): Promise<OpenPlan> {
  const path = planPath(options, io)
  if (path === undefined) {
    throw new OpenPGPError('plan-missing', `there is no ${planName} here, and no plan is named`, {
      hint: 'docs/plan.md says how to write one; name it by --plan FILE, or set LONGHAND_PLAN',
    })
  }
  const trusted = options['trust-plan'] || isTrusted(path, io)
  return { ...(await readPlanFile(path)), trusted }
}

/**
 * Whether LONGHAND_TRUST_PLAN is the absolute path of this plan, as it was given: where links lead to
 * is for others to choose. A yes for whatever plan a directory happens to hold cannot be said by the
 * environment.
 */
function isTrusted(path: string, { env }: Io): boolean {
  const named = env['LONGHAND_TRUST_PLAN']
  if (!named) return false
  if (isAbsolute(named)) return resolve(named) === resolve(path)
  throw new OpenPGPError('usage', 'LONGHAND_TRUST_PLAN is not an absolute path', {
    hint: 'it is the path of the one plan that is trusted; --trust-plan trusts the one at hand',
  })
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

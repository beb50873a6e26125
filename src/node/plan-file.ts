/** The plan as a file: read whole, and replaced in one step with its layout kept. */

import { lstatSync, realpathSync } from 'node:fs'
import { isOpenPGPError, OpenPGPError } from '../errors.ts'
import { fromUtf8 } from '../octets.ts'
import { editJson } from '../plan/edit.ts'
import type { JsonValue } from '../plan/json.ts'
import type { Plan } from '../plan/plan.ts'
import { parsePlan } from '../plan/read.ts'
import { readBounded } from './files.ts'

/** A thousand keys take less. */
const planOctets = 1_048_576

export interface PlanFile {
  /** Of the file itself: where the path was a link, of what it leads to. */
  readonly path: string
  readonly text: string
  readonly plan: Plan
}

/** Reads a plan. Throws `plan-missing`, `input-unreadable`, `limit`, and what `parsePlan` throws. */
export async function readPlanFile(named: string): Promise<PlanFile> {
  const path = followLink(named)
  const octets = await readBounded(path, { limit: planOctets, what: 'plan' }).catch(
    (error: unknown) => {
      if (!isOpenPGPError(error, 'input-missing')) throw error
      throw new OpenPGPError('plan-missing', `there is no plan ${named}`, {
        hint: 'docs/plan.md says how to write one',
      })
    },
  )
  const text = fromUtf8(octets)
  if (text === undefined) throw new OpenPGPError('malformed', `the plan ${named} is not UTF-8`)
  return { path, text, plan: parsePlan({ name: named, text }) }
}

/**
 * The octets of a file whose plan is another one: what did not change stays as it was laid out.
 * That they read as that plan is checked.
 */
export function planOctetsOf({ path, text }: PlanFile, plan: Plan): Uint8Array {
  // A plan is made of what JSON is made of.
  const edited = editJson({ name: path, text }, plan as unknown as JsonValue)
  parsePlan({ name: path, text: edited })
  return Buffer.from(edited)
}

/** The path as it is given, unless it is a link: paths in a plan start where the plan really is. */
function followLink(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  try {
    return stats?.isSymbolicLink() ? realpathSync(path) : path
  } catch {
    return path // the failure shows where it is opened
  }
}

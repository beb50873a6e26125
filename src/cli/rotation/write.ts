/** Writes what a step changed: certificates and the plan, then what is published, then the runbook. */

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { armorCertificate } from '../../certificate/certificate.ts'
import type { Certificate } from '../../certificate/certificate.ts'
import { OpenPGPError } from '../../errors.ts'
import { readBounded } from '../../node/files.ts'
import { planOutputs } from '../../node/outputs.ts'
import { planOctetsOf, readPlanFile } from '../../node/plan-file.ts'
import { pathBelow } from '../../node/plan-paths.ts'
import { writeWkdTree } from '../../node/wkd-tree.ts'
import { equal, fromUtf8, utf8 } from '../../octets.ts'
import type { Plan } from '../../plan/plan.ts'
import { runbookMark } from '../../rotation/runbook.ts'
import type { WkdFile } from '../../wkd/layout.ts'
import type { OpenRotation } from './open.ts'

export interface RotationChange {
  readonly rotation: OpenRotation
  readonly plan: Plan
  /** The certificates that are new or changed, by fingerprint. */
  readonly changed: ReadonlyMap<string, Certificate>
  /** Files that the run read and must not write: keys, passphrases. */
  readonly inputs: readonly string[]
  /** What the directory is to hold; undefined where the plan names none. */
  readonly wkd: readonly WkdFile[] | undefined
  readonly runbook: string
}

/** The name of the runbook, beside the plan. */
export const runbookName = 'longhand-rotation.md'

const runbookOctets = 1_048_576

/**
 * Writes each file in one step, and those that are as they should be not at all. First certificates
 * that are new, which nothing names yet; then the plan; then certificates that change; then the tree and
 * the runbook, which follow from those. Whenever this is cut short, the same command does the rest.
 * Resolves to the paths that were written.
 */
export async function writeRotation(change: RotationChange): Promise<string[]> {
  const { rotation, plan, changed, inputs, wkd } = change
  const { file } = rotation
  const runbook = await planRunbook(change)
  const named = plan.keys.flatMap((key) => {
    const certificate = changed.get(key.fingerprint)
    const isNew = !file.plan.keys.some(({ fingerprint }) => fingerprint === key.fingerprint)
    const path = pathBelow(file, key.certificate)
    return certificate ? [{ path, isNew, octets: utf8(armorCertificate(certificate)) }] : []
  })
  const planned = { path: file.path, octets: planOctetsOf(file, plan) }
  await requireUnchanged(rotation)
  const before = named.filter(({ isNew }) => isNew)
  const after = named.filter(({ isNew }) => !isNew)
  const written: string[] = []
  for (const { path, octets } of [...before, planned, ...after, ...runbook]) {
    if (await holds(path, octets)) continue
    const isNew = before.some((each) => each.path === path) && !existsSync(path)
    const outputs = planOutputs({ paths: [path], inputs, force: !isNew })
    outputs.write([{ path, octets }])
    written.push(path)
  }
  if (!wkd || plan.wkd?.tree === undefined) return written
  const directory = pathBelow(file, plan.wkd.tree)
  const tree = await writeWkdTree({ directory, files: wkd })
  return [...written, ...tree.written.map((path) => join(directory, path))]
}

/** Somebody else may have changed the plan while keys were asked. */
async function requireUnchanged({ file }: OpenRotation): Promise<void> {
  if ((await readPlanFile(file.path)).text === file.text) return
  throw new OpenPGPError('input-changed', `${file.path} changed meanwhile`, {
    hint: 'run the same command again',
  })
}

/** A runbook that somebody else wrote under its name is left alone. */
async function planRunbook({
  rotation,
  runbook,
}: RotationChange): Promise<{ readonly path: string; readonly octets: Uint8Array }[]> {
  const path = join(dirname(rotation.file.path), runbookName)
  if (existsSync(path)) {
    const octets = await readBounded(path, { limit: runbookOctets, what: 'runbook' })
    if (fromUtf8(octets)?.startsWith(runbookMark) !== true) {
      throw new OpenPGPError(
        'output-exists',
        `${path} exists, and longhand rotate did not write it`,
        {
          hint: 'move it away: the runbook goes there',
        },
      )
    }
  }
  return [{ path, octets: utf8(runbook) }]
}

async function holds(path: string, octets: Uint8Array): Promise<boolean> {
  if (!existsSync(path)) return false
  const limit = Math.max(octets.length, runbookOctets)
  return equal(await readBounded(path, { limit, what: 'file' }), octets)
}

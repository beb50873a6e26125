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
import { checkWkdTree, writeWkdTree } from '../../node/wkd-tree.ts'
import { equal, fromUtf8, utf8 } from '../../octets.ts'
import { signingKeysOf } from '../../plan/plan.ts'
import type { Plan, PlanKey } from '../../plan/plan.ts'
import { runbookMark } from '../../rotation/runbook.ts'
import type { WkdFile } from '../../wkd/layout.ts'
import type { OpenRotation } from './open.ts'
import type { Needed } from './signing.ts'

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

/** What is known of a change before a key is asked. */
export interface ComingChange extends Pick<RotationChange, 'rotation' | 'plan' | 'inputs' | 'wkd'> {
  readonly needed: Needed
}

/**
 * Refuses what `writeRotation` would refuse before it writes: a plan that changed meanwhile, outputs
 * that are inputs or cannot be written, a runbook or a file of the tree that somebody else wrote.
 */
export async function checkRotation(change: ComingChange): Promise<void> {
  const { rotation, plan, needed, inputs, wkd } = change
  const { file } = rotation
  await requireUnchanged(rotation)
  await requireOwnRunbook(rotation)
  const signed = [...needed.endorse, ...needed.revoke].map(({ key }) => key)
  const added = plan.keys.filter((key) => !file.plan.keys.some((other) => isSame(key, other)))
  const certificates = [...signed, ...added].map(({ certificate }) => pathBelow(file, certificate))
  const paths = new Set([...certificates, file.path, runbookPath(rotation)])
  planOutputs({ paths: [...paths], inputs, force: true })
  if (wkd && plan.wkd?.tree !== undefined) {
    await checkWkdTree({ directory: pathBelow(file, plan.wkd.tree), files: wkd })
  }
}

/**
 * Writes each file in one step, and those that are as they should be not at all. First certificates
 * that are new, which nothing names yet; then the plan; then certificates that change; then the tree and
 * the runbook, which follow from those. A key that comes in is published before the plan says since
 * when; where one goes the plan is first, so that nobody signs by it. Whenever this is cut short, the
 * same command does the rest. Resolves to the paths that were written.
 */
export async function writeRotation(change: RotationChange): Promise<string[]> {
  const { rotation, plan, changed, inputs, wkd } = change
  const { file } = rotation
  await requireOwnRunbook(rotation)
  const named = plan.keys.flatMap((key) => {
    const certificate = changed.get(key.fingerprint)
    const isNew = !file.plan.keys.some((other) => isSame(key, other))
    const path = pathBelow(file, key.certificate)
    return certificate ? [{ path, isNew, octets: utf8(armorCertificate(certificate)) }] : []
  })
  await requireUnchanged(rotation)
  const before = named.filter(({ isNew }) => isNew)
  const after = named.filter(({ isNew }) => !isNew)
  const written: string[] = []
  const write = async (files: readonly Named[]): Promise<void> => {
    for (const { path, octets, isNew = false } of files) {
      if (await holds(path, octets)) continue
      const outputs = planOutputs({ paths: [path], inputs, force: !isNew || existsSync(path) })
      outputs.write([{ path, octets }])
      written.push(path)
    }
  }
  const publish = async (): Promise<void> => {
    if (!wkd || plan.wkd?.tree === undefined) return
    const directory = pathBelow(file, plan.wkd.tree)
    const tree = await writeWkdTree({ directory, files: wkd })
    written.push(...tree.written.map((path) => join(directory, path)))
  }
  const runbook = { path: runbookPath(rotation), octets: utf8(change.runbook) }
  const planned = { path: file.path, octets: planOctetsOf(file, plan) }
  await write(before)
  if (comesInBesides(file.plan, plan)) {
    await publish()
    await write([planned, ...after])
  } else {
    await write([planned, ...after])
    await publish()
  }
  await write([runbook])
  return written
}

interface Named {
  readonly path: string
  readonly octets: Uint8Array
  readonly isNew?: boolean
}

/** Whether the one plan has a key that the other has not, and everybody goes on signing. */
function comesInBesides(before: Plan, after: Plan): boolean {
  const signing = signingKeysOf(after)
  const stay = signingKeysOf(before).every((key) => signing.some((other) => isSame(key, other)))
  return stay && after.keys.length > before.keys.length
}

function isSame(key: PlanKey, other: PlanKey): boolean {
  return key.fingerprint === other.fingerprint
}

/** Somebody else may have changed the plan while keys were asked. */
async function requireUnchanged({ file }: OpenRotation): Promise<void> {
  if ((await readPlanFile(file.path)).text === file.text) return
  throw new OpenPGPError('input-changed', `${file.path} changed meanwhile`, {
    hint: 'run the same command again',
  })
}

function runbookPath({ file }: OpenRotation): string {
  return join(dirname(file.path), runbookName)
}

/** A runbook that somebody else wrote under its name is left alone. */
async function requireOwnRunbook(rotation: OpenRotation): Promise<void> {
  const path = runbookPath(rotation)
  if (!existsSync(path)) return
  const octets = await readBounded(path, { limit: runbookOctets, what: 'runbook' })
  if (fromUtf8(octets)?.startsWith(runbookMark) === true) return
  throw new OpenPGPError('output-exists', `${path} exists, and longhand rotate did not write it`, {
    hint: 'move it away: the runbook goes there',
  })
}

async function holds(path: string, octets: Uint8Array): Promise<boolean> {
  if (!existsSync(path)) return false
  const limit = Math.max(octets.length, runbookOctets)
  return equal(await readBounded(path, { limit, what: 'file' }), octets)
}
